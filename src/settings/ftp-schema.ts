import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { isCodePage, isUtf8Name } from '../protocols/ftp/code-page-names.js';
import { choice, mustBe, onOff, strictGroup, text, wholeNumber } from './setting-values.js';

/** `50000-50100`, or one port. */
const portRange = z
  .union([z.string(), z.number()], {
    error: (issue) => mustBe('a port range such as 50000-50100', issue.input),
  })
  .transform((value, context) => {
    const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(String(value).trim());
    const min = Number(match?.[1] ?? 0);
    const max = Number(match?.[2] ?? min);
    if (min >= 1 && min <= max && max <= 65_535) return { min, max };
    context.issues.push({
      code: 'custom',
      message: mustBe('a port range such as 50000-50100', value),
      input: value,
    });
    return z.NEVER;
  });

/** Minutes to add to UTC: `UTC`, `+02:00`, `-0530`. */
const zoneOffset = z
  .string({ error: (issue) => mustBe('UTC or an offset such as "+02:00"', issue.input) })
  .transform((value, context) => {
    if (/^(utc|z)$/i.test(value)) return 0;
    const match = /^([+-])(\d{2}):?(\d{2})$/.exec(value);
    const minutes = Number(match?.[2]) * 60 + Number(match?.[3]);
    if (match && minutes <= 14 * 60 && Number(match[3]) < 60) return match[1] === '-' ? -minutes : minutes;
    context.issues.push({
      code: 'custom',
      message: mustBe('UTC or an offset such as "+02:00"', value),
      input: value,
    });
    return z.NEVER;
  });

const LOGIN_STYLES = ['user@host', 'site', 'open', 'custom'] as const;

/** A proxy that speaks FTP itself; `commands` are the login of the style `custom`, and of no other. */
const ftpProxy = strictGroup('an FTP proxy', {
  host: text('a host name or address'),
  port: wholeNumber(1, 65_535, 21).optional(),
  user: text('a user name (numbers in quotes)').optional(),
  password: secretReference.optional(),
  style: choice(LOGIN_STYLES).optional(),
  separator: text('a character such as "@"').optional(),
  commands: z.array(text('a command such as "USER %user%@%host%"')).min(1).optional(),
}).superRefine(({ style = 'user@host', commands, separator, user, password }, context) => {
  const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (style === 'custom' && commands === undefined) refuse('commands', 'must be given with style: custom');
  if (style !== 'custom' && commands !== undefined) refuse('commands', 'is for style: custom');
  if (style !== 'user@host' && separator !== undefined) refuse('separator', 'is for style: user@host');
  if (password !== undefined && user === undefined) refuse('password', 'needs a user');
  for (const command of commands ?? []) {
    const problem = scriptProblem(command);
    if (problem !== undefined) refuse('commands', problem);
  }
});

const PLACEHOLDERS = ['host', 'port', 'server', 'user', 'pass', 'proxyuser', 'proxypass'];

function scriptProblem(command: string): string | undefined {
  if (!/^[A-Za-z]{3,4}(?: |$)/.test(command))
    return mustBe('a command such as "USER %user%@%host%"', command);
  const names = [...command.matchAll(/%([A-Za-z]+)%/g)].map(([, name = '']) => name);
  const unknown = names.find((name) => !PLACEHOLDERS.includes(name.toLowerCase()));
  return unknown === undefined
    ? undefined
    : `%${unknown}% is no placeholder; there are ${PLACEHOLDERS.map((name) => `%${name}%`).join(', ')}`;
}

const encoding = text('auto, utf-8 or a code page such as windows-1252').refine(
  (name) => isUtf8Name(name) || isCodePage(name),
  { error: (issue) => mustBe('auto, utf-8 or a code page such as windows-1252', issue.input) },
);

/** The keys of an FTP or FTPS connection. */
export const ftpShape = {
  account: secretReference.optional(),
  security: choice(['none', 'explicit', 'implicit']).optional(),
  clearDataChannel: onOff.optional(),
  clearCommandChannel: onOff.optional(),
  active: onOff.optional(),
  activePorts: portRange.optional(),
  epsv: onOff.optional(),
  mlsd: onOff.optional(),
  listingZone: zoneOffset.optional(),
  listHidden: onOff.optional(),
  emptyListingOk: onOff.optional(),
  stepwiseFolders: onOff.optional(),
  timeCommand: choice(['auto', 'MFMT', 'MDTM']).optional(),
  encoding: encoding.optional(),
  ftpProxy: ftpProxy.optional(),
};
