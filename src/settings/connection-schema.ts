import * as z from 'zod';
import { parseLocation, URL_SCHEMES, type UrlLocation, type UrlScheme } from '../core/location.js';
import { TransferError } from '../core/transfer-error.js';
import { temporaryNameProblem } from '../transfers/temporary-name.js';
import { ftpShape } from './ftp-schema.js';
import { httpShape } from './http-schema.js';
import { mannersShape } from './manners-schema.js';
import { proxyShape } from './proxy-schema.js';
import { s3Shape } from './s3-schema.js';
import { secretReference } from './secret-reference.js';
import { choice, duration, strictGroup, text, wholeNumber } from './setting-values.js';
import { sshShape } from './ssh-schema.js';
import { tlsShape } from './tls-schema.js';
import { transferShape } from './transfer-schema.js';
import type { ServerCommand } from '../transfers/server-command.js';

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
    if ((location.path !== '' && location.path !== '/') || location.query !== undefined) {
      return problem('must end with host or port: a path belongs into the location, as in acme:/in/');
    }
    return location;
  } catch (error) {
    if (error instanceof TransferError) return problem(error.message);
    throw error;
  }
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

const limits = {
  bindAddress: text('an address of this machine').optional(),
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

const FTP_SCHEMES = ['ftp', 'ftpes', 'ftps'] as const;
const HTTP_SCHEMES = ['http', 'https', 'dav', 'davs'] as const;

/** Keys that make sense for some schemes only. */
const SCHEME_GROUPS: readonly { readonly shape: object; readonly schemes: readonly UrlScheme[] }[] = [
  { shape: sshShape, schemes: ['sftp'] },
  { shape: ftpShape, schemes: FTP_SCHEMES },
  { shape: httpShape, schemes: HTTP_SCHEMES },
  { shape: s3Shape, schemes: ['s3'] },
  { shape: tlsShape, schemes: [...FTP_SCHEMES, ...HTTP_SCHEMES, 's3'] },
];

/** Keys that need TLS. */
const TLS_KEYS = [
  ...(Object.keys(tlsShape) as readonly (keyof typeof tlsShape)[]),
  'clearDataChannel',
  'clearCommandChannel',
] as const;

const shape = {
  ...login,
  ...sshShape,
  ...ftpShape,
  ...tlsShape,
  ...httpShape,
  ...s3Shape,
  ...proxyShape,
  ...limits,
  ...mannersShape,
};

/** All that a connection knows, the keys of `transfers` apart. */
export const CONNECTION_KEYS = Object.keys(shape);

const connectionGroup = strictGroup('a connection', { ...shape, ...transferShape });

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
  const isS3 = connectionScheme(connection) === 's3';
  if (url === undefined && !isS3 && (connection.protocol === undefined || connection.host === undefined)) {
    yield { message: 'must say where to connect: url: sftp://user@host, or protocol and host' };
    return;
  }
  for (const key of ['url', 'host', 'port'] as const) {
    if (isS3 && connection[key] !== undefined)
      yield { key, message: 'is not for s3: say protocol: s3, and endpoint unless it is Amazon’s' };
  }
  if (connection.rename === false && connection.finalName === 'temporary') {
    yield { key: 'finalName', message: 'is temporary, which needs a rename at the end; rename is off' };
  }
  yield* misplacedKeys(connection);
}

function* misplacedKeys(connection: ConnectionSettings): Iterable<Contradiction> {
  const scheme = connectionScheme(connection);
  const foreign = new Set<string>();
  for (const { shape: keys, schemes } of SCHEME_GROUPS) {
    if (!schemes.includes(scheme)) for (const key of Object.keys(keys)) foreign.add(key);
  }
  for (const key of foreign as ReadonlySet<keyof ConnectionSettings>) {
    if (connection[key] !== undefined) yield { key, message: `is not for ${scheme}` };
  }
  yield* commandContradictions(connection, scheme);
  yield* tlsContradictions(connection, foreign);
  yield* ftpContradictions(connection);
}

/** What a server of this scheme cannot be told would fail only once the file is there. */
function* commandContradictions(connection: ConnectionSettings, scheme: UrlScheme): Iterable<Contradiction> {
  const known = commandKinds(scheme);
  for (const key of ['before', 'after'] as const) {
    const unknown = connection[key]?.find(({ kind }) => !known.includes(kind));
    if (unknown !== undefined)
      yield {
        key,
        message: `holds ${unknown.kind}, which is not for ${scheme}: there is ${known.join(', ')}`,
      };
  }
}

function commandKinds(scheme: UrlScheme): readonly ServerCommand['kind'][] {
  switch (scheme) {
    case 'ftp':
    case 'ftpes':
    case 'ftps':
      return ['command', 'rename', 'remove', 'makeFolder'];
    case 'sftp':
    case 'dav':
    case 'davs':
      return ['rename', 'remove', 'makeFolder'];
    case 'http':
    case 'https':
    case 's3':
      return ['remove'];
  }
}

function* ftpContradictions(connection: ConnectionSettings): Iterable<Contradiction> {
  if (connection.ftpProxy !== undefined && connectionSecurity(connection) !== 'none') {
    yield {
      key: 'ftpProxy',
      message: 'has to read the conversation, so it is for plain FTP; use proxy for TLS',
    };
  }
  if (connection.active === true && (connection.proxy?.length ?? 0) > 0) {
    yield {
      key: 'active',
      message: 'lets the server connect to us, which goes through no proxy; leave it out',
    };
  }
}

function* tlsContradictions(
  connection: ConnectionSettings,
  foreign: ReadonlySet<string>,
): Iterable<Contradiction> {
  const scheme = connectionScheme(connection);
  if (scheme !== 'ftp' && !foreign.has('security')) {
    const security = securityOf(scheme);
    if (connection.security !== undefined && connection.security !== security) {
      yield { key: 'security', message: `contradicts ${scheme}, which is ${security} TLS` };
    }
  }
  if (scheme !== 's3' && connectionSecurity(connection) === 'none') {
    const advice = scheme.startsWith('ftp') ? 'say security: explicit or implicit' : `say ${scheme}s`;
    for (const key of TLS_KEYS) {
      if (connection[key] !== undefined && !foreign.has(key)) yield { key, message: `is for TLS; ${advice}` };
    }
  }
  const { minVersion, maxVersion } = connection.tls ?? {};
  if (minVersion === '1.3' && maxVersion === '1.2') {
    yield { key: 'tls', message: 'has a minVersion above its maxVersion' };
  }
}

/** From url or protocol. */
export function connectionScheme(connection: ConnectionSettings): UrlScheme {
  return connection.url?.scheme ?? connection.protocol ?? 'sftp';
}

/** How a scheme is secured by TLS; `sftp` and `s3` have their own ways. */
export function securityOf(scheme: UrlScheme): 'none' | 'explicit' | 'implicit' {
  if (scheme === 'ftpes') return 'explicit';
  return scheme === 'ftps' || scheme === 'https' || scheme === 'davs' ? 'implicit' : 'none';
}

export function connectionSecurity(connection: ConnectionSettings): 'none' | 'explicit' | 'implicit' {
  return connection.security ?? securityOf(connectionScheme(connection));
}
