import { refuseClearSecrets } from '../clear-secret.js';
import { absolutePath, readLocalPath, SECRET_IN_URL, type PathBase } from '../read-location.js';
import type { RuleCursor } from '../rule-findings.js';
import { withoutUndefined } from '../without-undefined.js';
import type { WrittenActions, WrittenGroup } from './action-schema.js';
import type { CallRuleAction, HttpAction, MailAction, RunProgramAction, SystemLogAction } from './action.js';

/** Readers of the actions that move no files. `at` is what stands behind the action's key. */

const RUN_DEFAULTS = { environment: {}, maxOutput: 65_536, okExitCodes: [0] } as const;

export function readRun(
  written: NonNullable<WrittenActions['run']>,
  at: RuleCursor,
  base: PathBase,
): RunProgramAction {
  const isShort = Array.isArray(written);
  const group = isShort ? { ...RUN_DEFAULTS, command: written } : written;
  const { command, environment, maxOutput: maxOutputBytes, okExitCodes } = group;
  const place = isShort ? at : at.at('command');
  const [program = '', ...args] = command;
  for (const [index, text] of args.entries()) place.at(index + 1).text(text);
  readTexts(environment, at.at('environment'));
  refuseClearSecrets(
    environment,
    at.at('environment'),
    'let the program fetch it, or give it the path of a file that holds it',
  );
  const folder = 'folder' in group ? group.folder : undefined;
  return withoutUndefined({
    kind: 'run' as const,
    command: [readProgram(program, place.at(0), base), ...args],
    folder: folder === undefined ? undefined : readLocalPath(folder, at.at('folder'), 'read', base),
    environment,
    maxOutputBytes,
    okExitCodes,
  });
}

/** A program is a path, so that nobody can put another of its name before it. */
function readProgram(program: string, at: RuleCursor, base: PathBase): string {
  if (program.includes('%')) {
    at.problem('the program may not come from a variable');
    return program;
  }
  if (!/[/\\]/.test(program)) {
    at.problem(`must be the path of a program, such as ./${program} or /usr/bin/${program}`);
    return program;
  }
  const path = absolutePath(program, base);
  at.mention('program', path);
  return path;
}

export function readHttp(written: WrittenGroup<'http'>, at: RuleCursor): HttpAction {
  const { method, url, headers, bearer, body, okStatus } = written;
  at.at('url').text(url);
  if (/^https?:\/\/[^/]*:[^/]*@/i.test(url)) at.at('url').problem(SECRET_IN_URL);
  readTexts(headers, at.at('headers'));
  refuseClearSecrets(headers, at.at('headers'), 'say bearer: { env: NAME }');
  if (body !== undefined) at.at('body').text(body);
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) {
    at.at('body').problem(`${method} sends no body`);
  }
  return withoutUndefined({ kind: 'http' as const, method, url, headers, bearer, body, okStatus });
}

export function readMail(written: WrittenGroup<'mail'>, at: RuleCursor, base: PathBase): MailAction {
  const { to, cc, subject, text, attachments, digest: digestMs } = written;
  for (const [key, list] of [
    ['to', to],
    ['cc', cc],
  ] as const) {
    for (const [index, address] of list.entries()) at.at(key, index).text(address);
  }
  at.at('subject').text(subject);
  at.at('text').text(text);
  at.mention('mail', 'mail');
  return withoutUndefined({
    kind: 'mail' as const,
    to,
    cc,
    subject,
    text,
    attachments: attachments.map((path, index) =>
      readLocalPath(path, at.at('attachments', index), 'read', base),
    ),
    digestMs,
  });
}

export function readSystemLog(written: string | WrittenGroup<'systemLog'>, at: RuleCursor): SystemLogAction {
  const isShort = typeof written === 'string';
  const { severity, text } = isShort ? ({ severity: 'info', text: written } as const) : written;
  (isShort ? at : at.at('text')).text(text);
  return { kind: 'systemLog', severity, text };
}

export function readCall(written: string | WrittenGroup<'call'>, at: RuleCursor): CallRuleAction {
  const isShort = typeof written === 'string';
  const { rule, values } = isShort ? { rule: written, values: {} } : written;
  (isShort ? at : at.at('rule')).mention('calledRule', rule);
  if (!isShort) {
    readTexts(values, at.at('values'));
    refuseClearSecrets(values, at.at('values'), 'values stand in the story of a run');
  }
  return { kind: 'call', rule, values };
}

function readTexts(values: Readonly<Record<string, string>>, at: RuleCursor): void {
  for (const [name, text] of Object.entries(values)) at.at(name).text(text);
}
