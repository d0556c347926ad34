import * as z from 'zod';
import { parseLocation, URL_SCHEMES, type UrlLocation } from '../core/location.js';
import { TransferError } from '../core/transfer-error.js';
import { temporaryNameProblem } from '../transfers/temporary-name.js';
import { secretReference } from './secret-reference.js';
import {
  choice,
  duration,
  fingerprintList,
  mustBe,
  onOff,
  pathList,
  strictGroup,
  text,
  wholeNumber,
  wordList,
} from './setting-values.js';
import { transferShape } from './transfer-schema.js';

const tlsVersion = z
  .union([z.literal('1.2'), z.literal('1.3'), z.literal(1.2), z.literal(1.3)], {
    error: (issue) => mustBe('1.2 or 1.3', issue.input),
  })
  .transform((value) => String(value) as '1.2' | '1.3');

const clientCertificate = strictGroup('clientCertificate', {
  certificate: text('the path of a PEM file'),
  key: text('the path of a PEM file'),
  passphrase: secretReference.optional(),
});

const tls = strictGroup('tls', {
  minVersion: tlsVersion.optional(),
  maxVersion: tlsVersion.optional(),
  serverName: text('the name in the certificate').optional(),
});

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

const connectionUrl = text('a URL such as sftp://user@host').transform((value, context): UrlLocation => {
  const problem = (message: string) => {
    context.issues.push({ code: 'custom', message, input: undefined });
    return z.NEVER;
  };
  try {
    const location = parseLocation(value);
    if (location.kind !== 'url') return problem(`must be a URL such as sftp://user@host`);
    if (location.password !== undefined) {
      return problem(
        'must not hold a password: give password: { env: NAME }, { file: PATH } or { command: [...] }',
      );
    }
    if (location.path !== '' && location.path !== '/') {
      return problem('must end with host or port: a path belongs into the location, as in acme:/in/');
    }
    return location;
  } catch (error) {
    if (error instanceof TransferError) return problem(error.message);
    throw error;
  }
});

const agentChoice = z.union([z.boolean(), text('true, false or the path of an agent socket')], {
  error: (issue) => mustBe('true, false or the path of an agent socket', issue.input),
});

const login = {
  url: connectionUrl.optional(),
  protocol: choice(URL_SCHEMES).optional(),
  host: text('a host name or address')
    .refine((value) => !/[\s;/@]/.test(value), {
      error: 'must be a host name or address without user or path',
    })
    .optional(),
  port: wholeNumber(1, 65_535, 22).optional(),
  user: text('a user name (numbers in quotes)').optional(),
  password: secretReference.optional(),
};

const ssh = {
  passphrase: secretReference.optional(),
  identities: pathList.optional(),
  agent: agentChoice.optional(),
  hostKeys: fingerprintList.optional(),
  knownHosts: pathList.optional(),
  sequential: onOff.optional(),
  legacyAlgorithms: wordList('the name of an SSH algorithm', (word) =>
    /^[A-Za-z0-9@.+-]+$/.test(word),
  ).optional(),
};

const ftp = {
  account: secretReference.optional(),
  security: choice(['none', 'explicit', 'implicit']).optional(),
  ca: pathList.optional(),
  pins: fingerprintList.optional(),
  tls: tls.optional(),
  clientCertificate: clientCertificate.optional(),
  clearDataChannel: onOff.optional(),
  clearCommandChannel: onOff.optional(),
  active: onOff.optional(),
  activePorts: portRange.optional(),
  bindAddress: text('an address of this machine').optional(),
  epsv: onOff.optional(),
  mlsd: onOff.optional(),
  listingZone: zoneOffset.optional(),
};

const limits = {
  keepAlive: duration.optional(),
  maxConnections: wholeNumber(1, 64, 4).optional(),
  finalName: choice(['temporary', 'direct']).optional(),
  temporaryName: text('a pattern such as .{name}.{id}.part')
    .superRefine((pattern, context) => {
      const problem = temporaryNameProblem(pattern);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .optional(),
};

/** All that a connection knows, the keys of `transfers` apart. */
export const CONNECTION_KEYS = Object.keys({ ...login, ...ssh, ...ftp, ...limits });
export const SSH_KEYS = Object.keys(ssh) as readonly (keyof typeof ssh)[];
export const FTP_KEYS = Object.keys(ftp) as readonly (keyof typeof ftp)[];
const TLS_KEYS = [
  'ca',
  'pins',
  'tls',
  'clientCertificate',
  'clearDataChannel',
  'clearCommandChannel',
] as const;

const connectionGroup = strictGroup('a connection', {
  ...login,
  ...ssh,
  ...ftp,
  ...limits,
  ...transferShape,
});

export type ConnectionSettings = z.output<typeof connectionGroup>;

/** One partner's endpoint: keys alone, and how they go together. */
export const connectionSchema = connectionGroup.superRefine((connection, context) => {
  for (const { key, message } of contradictions(connection)) {
    context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message });
  }
});

interface Contradiction {
  readonly key?: keyof ConnectionSettings;
  readonly message: string;
}

function* contradictions(connection: ConnectionSettings): Iterable<Contradiction> {
  const { url } = connection;
  for (const key of ['protocol', 'host'] as const) {
    if (url !== undefined && connection[key] !== undefined)
      yield { key, message: `stands in url already; give one of them` };
  }
  if (url?.port !== undefined && connection.port !== undefined) {
    yield { key: 'port', message: 'stands in url already; give one of them' };
  }
  if (url?.user !== undefined && connection.user !== undefined) {
    yield { key: 'user', message: 'stands in url already; give one of them' };
  }
  if (url === undefined && (connection.protocol === undefined || connection.host === undefined)) {
    yield { message: 'must say where to connect: url: sftp://user@host, or protocol and host' };
    return;
  }
  yield* misplacedKeys(connection);
}

function* misplacedKeys(connection: ConnectionSettings): Iterable<Contradiction> {
  const scheme = connectionScheme(connection);
  const foreign: readonly (keyof ConnectionSettings)[] = scheme === 'sftp' ? FTP_KEYS : SSH_KEYS;
  for (const key of foreign) {
    if (connection[key] !== undefined) yield { key, message: `is not for ${scheme}` };
  }
  if (scheme === 'sftp') return;
  if (connection.security !== undefined && scheme !== 'ftp' && connection.security !== securityOf(scheme)) {
    yield { key: 'security', message: `contradicts ${scheme}, which is ${securityOf(scheme)} TLS` };
  }
  if (connectionSecurity(connection) === 'none') {
    for (const key of TLS_KEYS) {
      if (connection[key] !== undefined)
        yield { key, message: 'is for TLS; say security: explicit or implicit' };
    }
  }
  const { minVersion, maxVersion } = connection.tls ?? {};
  if (minVersion === '1.3' && maxVersion === '1.2') {
    yield { key: 'tls', message: 'has a minVersion above its maxVersion' };
  }
}

/** `sftp`, `ftp`, `ftpes` or `ftps`, from url or protocol. */
export function connectionScheme(connection: ConnectionSettings): UrlLocation['scheme'] {
  return connection.url?.scheme ?? connection.protocol ?? 'sftp';
}

/** How an FTP scheme is secured. */
export function securityOf(scheme: UrlLocation['scheme']): 'none' | 'explicit' | 'implicit' {
  if (scheme === 'ftpes') return 'explicit';
  return scheme === 'ftps' ? 'implicit' : 'none';
}

export function connectionSecurity(connection: ConnectionSettings): 'none' | 'explicit' | 'implicit' {
  return connection.security ?? securityOf(connectionScheme(connection));
}
