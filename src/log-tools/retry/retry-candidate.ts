import { isLogOperation } from '../../client-log/record.js';
import { defaultPortOf } from '../../core/default-ports.js';
import { printable } from '../../core/printable.js';
import type { FailedFile, KeptLine } from './failed-file.js';
import { nameOf, type IdentityContext } from './file-identity.js';
import { isAbsolutePath, isWindowsPath, withSlashes } from './path-map.js';
import { findPartner, choiceText, type LineEndpoint, type RetryPartner } from './retry-partner.js';

/** A failed file whose way is known: what may be sent again. */
export interface RetryCandidate {
  readonly kind: 'candidate';
  readonly file: FailedFile;
  /** The other side; undefined where both ends are on this machine. */
  readonly partner: RetryPartner | undefined;
  readonly operation: 'upload' | 'download';
  readonly source: string;
  readonly target: string;
}

/** Why a failed file cannot be planned. */
export type RefusalKind =
  | 'ambiguous'
  | 'incomplete'
  | 'mask'
  | 'operation'
  | 'path'
  | 'unmapped'
  | 'no-connection'
  | 'several-connections'
  | 'other-protocol';

/** A failed file that cannot be planned. */
export interface RetryRefusal {
  readonly kind: 'refusal';
  readonly file: FailedFile;
  readonly why: RefusalKind;
  /** A sentence without its full stop. */
  readonly reason: string;
  /** What to do about it; the same text for all files that it helps. */
  readonly advice: string | undefined;
}

export interface CandidateContext extends IdentityContext {
  /** Paths of this machine are paths of Windows. */
  readonly isWindows: boolean;
}

type Refused = Pick<RetryRefusal, 'why' | 'reason' | 'advice'>;

/** Whether a failed file can be sent again, as far as the log and the settings tell. Never guesses. */
export function retryCandidate(file: FailedFile, context: CandidateContext): RetryCandidate | RetryRefusal {
  const refused = doubtful(file, context) ?? wrongOperation(file) ?? wrongPath(file, context);
  if (refused !== undefined) return { kind: 'refusal', file, ...refused };
  const { record } = file.last;
  const finding = findPartner(record, context.partners, context.choices);
  const { source, target } = file.identity;
  const operation = record.operation === 'download' ? 'download' : 'upload';
  const candidate = { kind: 'candidate', file, operation, source, target } as const;
  switch (finding.kind) {
    case 'local':
      return { ...candidate, partner: undefined };
    case 'found':
      return { ...candidate, partner: finding.partner };
    case 'none':
      return { kind: 'refusal', file, ...noConnection(record, finding.near) };
    case 'several':
      return { kind: 'refusal', file, ...severalConnections(record, finding.partners) };
    case 'other-protocol':
      return { kind: 'refusal', file, ...otherProtocol(record, finding.partner) };
  }
}

function doubtful(file: FailedFile, context: CandidateContext): Refused | undefined {
  const { doubt } = file;
  switch (doubt?.kind) {
    case undefined:
      return undefined;
    case 'ambiguous':
      return {
        why: 'ambiguous',
        reason: `a raw ; stands in a path, and the line can be read in ${doubt.candidates.length} ways: ${doubt.candidates
          .map(({ localPath, remotePath }) => `${printable(localPath)} and ${printable(remotePath)}`)
          .join('; or ')}`,
        advice: 'Lines that can be read in two ways: send those files by tally copy.',
      };
    case 'ambiguous-success':
      return {
        why: 'ambiguous',
        reason: `${placeText(doubt.line)} tells of a later success, and may be about this file or another one`,
        advice:
          'Lines that can be read in two ways: look at the target, then send those files by tally copy.',
      };
    case 'incomplete':
      return {
        why: 'incomplete',
        reason: `${placeText(doubt.line)} is the last word on it and has no end yet`,
        advice: 'Lines without their end may still be written: ask again when they are complete.',
      };
    case 'mask':
      return {
        why: 'mask',
        reason: 'it failed before any file was known, and a mask names no file',
        advice: `Attempts at a mask: run them again, by the rule or by hand: ${maskCommand(file, context)}`,
      };
  }
}

/** The command that does for a mask what the failed attempt was about. */
function maskCommand({ identity, last }: FailedFile, { partners, choices }: CandidateContext): string {
  const { record } = last;
  const finding = findPartner(record, partners, choices);
  const name =
    finding.kind === 'found' ? `${finding.partner.name}:` : finding.kind === 'local' ? '' : 'CONNECTION:';
  const folder = identity.target.slice(0, identity.target.length - nameOf(identity.target).length);
  const [from, to] =
    record.operation === 'download'
      ? [`${name}${identity.source}`, folder]
      : [identity.source, `${name}${folder}`];
  return `tally copy '${printable(from)}' '${printable(to)}'`;
}

function placeText({ file, lineNumber }: KeptLine): string {
  return `${printable(file.name)}:${lineNumber}`;
}

function wrongOperation({ last: { record } }: FailedFile): Refused | undefined {
  const { operation, protocol } = record;
  if (!isLogOperation(operation)) {
    return {
      why: 'operation',
      reason: `the operation "${printable(operation, 40)}" is neither upload nor download`,
      advice: undefined,
    };
  }
  if (protocol === 'local' && operation === 'download') {
    return {
      why: 'operation',
      reason: 'a download between two local folders does not tell which of them is the source',
      advice: 'Local downloads: send those files by tally copy SOURCE DESTINATION.',
    };
  }
  return undefined;
}

function wrongPath({ last, identity }: FailedFile, { isWindows }: CandidateContext): Refused | undefined {
  const { record } = last;
  const isPull = record.operation === 'download';
  const local = isPull ? identity.target : identity.source;
  const remote = isPull ? identity.source : identity.target;
  const ownPaths = record.protocol === 'local' ? [local, remote] : [local];
  if (local === '' || remote === '') {
    const column = local === '' ? 'Local Path' : 'Remote Path';
    return { why: 'path', reason: `the line's ${column} is empty`, advice: undefined };
  }
  for (const path of [local, remote]) {
    const problem = pathProblem(path);
    if (problem !== undefined) return { why: 'path', reason: problem, advice: undefined };
  }
  for (const path of ownPaths) {
    const refused = isAbsolutePath(path) ? foreignPath(path, isWindows) : relativePath(path);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** Whoever wrote the log wrote its paths: none of them may lead anywhere but where it reads. */
function pathProblem(path: string): string | undefined {
  if (/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(path))
    return `a control character stands in the path ${printable(path)}`;
  if (withSlashes(path).split('/').includes('..')) return `the path ${printable(path)} leads upwards by ".."`;
  return undefined;
}

function relativePath(path: string): Refused {
  return {
    why: 'path',
    reason: `${printable(path)} is no path from the root of a drive, share or file system`,
    advice: undefined,
  };
}

function foreignPath(path: string, isWindows: boolean): Refused | undefined {
  if (isWindowsPath(path) === isWindows) return undefined;
  const folder = folderOf(path);
  const mapping = isWindows
    ? `"${printable(folder)}=${String.raw`D:\folder\where\it\lies\now`}"`
    : `'${printable(folder)}=/folder/where/it/lies/now'`;
  return {
    why: 'unmapped',
    reason: isWindows
      ? `${printable(path)} is no path of Windows`
      : `${printable(path)} is a path of Windows, and this machine has none`,
    advice: `Say where ${printable(folder)} lies now: --map ${mapping}`,
  };
}

/** The drive or share with its first folder: what one mapping is likely to be about. */
function folderOf(path: string): string {
  if (!isWindowsPath(path)) return path.split('/').slice(0, 3).join('/');
  const parts = path.split(/[\\/]/);
  const depth = path.startsWith('\\\\') ? 4 : 2;
  return parts.slice(0, Math.min(depth, parts.length - 1)).join('\\');
}

function noConnection(line: LineEndpoint, near: readonly RetryPartner[]): Refused {
  const reason = `no connection of the settings is ${endpointText(line)}`;
  const [first] = near;
  const yaml = connectionYaml(line);
  const through = `send its files through ${first?.name ?? 'a connection'}: ${choice(line, first?.name ?? 'NAME')}`;
  return {
    why: 'no-connection',
    reason: first === undefined ? reason : `${reason} (near: ${near.map(partnerText).join(', ')})`,
    advice:
      yaml === undefined
        ? `${printable(line.protocol, 40)} is not spoken by this version; to ${through}`
        : [
            `For ${endpointText(line)}, add to tallyman.yaml:`,
            ...yaml,
            ...(first === undefined ? [] : [`or ${through}`]),
          ].join('\n'),
  };
}

function severalConnections(line: LineEndpoint, partners: readonly RetryPartner[]): Refused {
  const names = partners.map(({ name }) => name);
  return {
    why: 'several-connections',
    reason: `${partners.length === 2 ? 'two' : partners.length} connections fit: ${names.join(', ')}`,
    advice: `Say which of ${names.join(', ')} is meant: ${choice(line, names[0] ?? 'NAME')}`,
  };
}

function otherProtocol(line: LineEndpoint, partner: RetryPartner): Refused {
  return {
    why: 'other-protocol',
    reason: `the line says ${printable(line.protocol, 40)}, but connection ${partner.name} speaks ${partner.protocol}`,
    advice: `To send through ${partner.name} all the same: ${choice(line, partner.name)}`,
  };
}

/** The flag that says which connection is meant. */
function choice(line: LineEndpoint, name: string): string {
  const text = printable(choiceText(line, name));
  return `--connection ${/^[\w.@:=-]+$/.test(text) ? text : `'${text}'`}`;
}

function partnerText({ name, port, user, protocol }: RetryPartner): string {
  return `${name} is ${protocol}, port ${port}, ${user === '' ? 'no user' : `user ${printable(user, 60)}`}`;
}

function endpointText({ protocol, host, port, user }: LineEndpoint): string {
  const login = user === '' ? '' : `${printable(user, 60)}@`;
  const place = host === '' ? '(no host)' : printable(host, 200);
  return `${printable(protocol, 40)} ${login}${place}${port === undefined ? '' : `:${port}`}`;
}

/** Of S3, that of the endpoint: the log does not tell whether it is one on TLS. */
const SCHEMES: Readonly<Record<string, string>> = {
  sftp: 'sftp',
  ftp: 'ftp',
  ftps: 'ftpes',
  http: 'http',
  https: 'https',
  s3: 'https',
};
/** A name that the settings take: two characters at least, a letter or digit first. */
function connectionName(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '');
  return name.length < 2 ? 'partner' : name;
}

/** What to add to the settings, so that the line has a connection; undefined for a protocol that is not spoken. */
function connectionYaml({ protocol, host, port, user }: LineEndpoint): readonly string[] | undefined {
  const scheme = protocol === 'ftps' && port === 990 ? 'ftps' : SCHEMES[protocol];
  if (scheme === undefined) return undefined;
  const isS3 = protocol === 's3';
  // The web has no user named anonymous; it has lines without one.
  const isAnonymous = scheme.startsWith('http') ? user === '' : scheme !== 'sftp' && user === 'anonymous';
  const login = isAnonymous || isS3 ? '' : `${user === '' ? 'USER' : encodeURIComponent(user)}@`;
  const place = host.includes(':') ? `[${host}]` : host;
  const ending = port === undefined || port === defaultPortOf(scheme) ? '' : `:${port}`;
  const url = yamlText(`${scheme}://${login}${place}${ending}`);
  const name = connectionName(host);
  const variable = `${name.toUpperCase().replace(/[^A-Z]+/g, '_')}_PASSWORD`.replace(/^_+/, '');
  return [
    '  connections:',
    `    ${name}:`,
    ...(isS3 ? ['      protocol: s3', `      endpoint: ${url}`] : [`      url: ${url}`]),
    ...(isS3 && !isAnonymous ? [`      user: ${yamlText(user)}`] : []),
    ...(isAnonymous ? [] : [`      password: { env: ${variable} }`]),
    ...(scheme === 'sftp' ? ['      hostKeys: ["SHA256:..."]'] : []),
  ];
}

function yamlText(text: string): string {
  const shown = printable(text);
  return /^[\w.:/@%-]+$/.test(shown) ? shown : JSON.stringify(shown);
}
