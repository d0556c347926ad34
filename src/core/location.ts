import { isAbsolute } from 'node:path';
import { printable } from './printable.js';
import { remotePath, type RemotePath } from './remote-path.js';
import { TransferError } from './transfer-error.js';

/** Where a file or folder is. */
export type Location = LocalLocation | ConnectionLocation | UrlLocation;

/** A path on this machine, as given. */
export interface LocalLocation {
  readonly kind: 'local';
  readonly path: string;
}

/** `name:/path` on a connection of the settings. */
export interface ConnectionLocation {
  readonly kind: 'connection';
  readonly connection: string;
  readonly path: RemotePath;
}

/** A URL; its path is decoded. User and password of the URL are decoded too. */
export interface UrlLocation {
  readonly kind: 'url';
  readonly scheme: UrlScheme;
  readonly user: string | undefined;
  /** As written in the URL; the caller wraps it in a Secret at once. */
  readonly password: string | undefined;
  /** Without brackets when it is an IPv6 address. */
  readonly host: string;
  /** Undefined = the scheme's default. */
  readonly port: number | undefined;
  readonly path: RemotePath;
  /** Of an http(s) URL, percent-encoded, without the question mark. It may hold a secret. */
  readonly query?: string;
}

export const URL_SCHEMES = ['sftp', 'ftp', 'ftpes', 'ftps', 'http', 'https', 'dav', 'davs', 's3'] as const;
export type UrlScheme = (typeof URL_SCHEMES)[number];

/**
 * Reads what a user typed: `scheme://...`, `connection:/path`, else a local path. One letter before a
 * colon is a drive, never a connection; `./a:b` and `/a:b` are local. `file://` is a local path.
 * Rejects with LOCATION_INVALID (control characters: NAME_REFUSED).
 */
export function parseLocation(text: string): Location {
  if (text === '') throw invalid(text, 'it is empty');
  const url = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text);
  if (url) return parseUrl(text, (url[1] ?? '').toLowerCase());
  const named = /^([A-Za-z0-9_][A-Za-z0-9_.-]+):(.*)$/s.exec(text);
  if (named && !isAbsolute(text)) {
    return { kind: 'connection', connection: named[1] ?? '', path: remotePath(named[2] ?? '') };
  }
  if (text.includes('\0')) throw invalid(text, 'it holds a NUL character');
  return { kind: 'local', path: text };
}

function parseUrl(text: string, scheme: string): Location {
  if (scheme === 'file') return { kind: 'local', path: decode(text.slice('file://'.length), text) };
  if (!(URL_SCHEMES as readonly string[]).includes(scheme)) {
    throw invalid(text, `${scheme}:// is not a scheme of ours (${URL_SCHEMES.join(', ')})`);
  }
  const { rest, query } = partQuery(text.slice(scheme.length + 3), scheme, text);
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const rawPath = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const login = at < 0 ? undefined : authority.slice(0, at);
  const place = parseHostPort(at < 0 ? authority : authority.slice(at + 1), text);
  const colon = login?.indexOf(':') ?? -1;
  const user = login === undefined ? undefined : colon < 0 ? login : login.slice(0, colon);
  const password = login === undefined || colon < 0 ? undefined : login.slice(colon + 1);
  return {
    kind: 'url',
    scheme: scheme as UrlScheme,
    user: user === undefined ? undefined : loginText(user, text),
    password: password === undefined ? undefined : loginText(password, text),
    ...place,
    path: remotePath(decode(rawPath, text)),
    ...(query === undefined ? {} : { query }),
  };
}

/** On the web a question mark begins the query and a number sign the fragment; elsewhere both may stand in names. */
function partQuery(rest: string, scheme: string, whole: string): { rest: string; query: string | undefined } {
  if (scheme !== 'http' && scheme !== 'https') return { rest, query: undefined };
  if (rest.includes('#')) throw invalid(whole, 'a # begins a fragment, which is never sent (in a name: %23)');
  const mark = rest.indexOf('?');
  if (mark < 0) return { rest, query: undefined };
  const query = rest.slice(mark + 1).replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  return { rest: rest.slice(0, mark), query };
}

function parseHostPort(text: string, whole: string): { host: string; port: number | undefined } {
  const match = /^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) throw invalid(whole, 'host or port cannot be read');
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port < 1 || port > 65_535))
    throw invalid(whole, `port ${port} is not from 1 to 65535`);
  return { host: hostText(match[1] ?? match[2] ?? '', whole), port };
}

function hostText(host: string, whole: string): string {
  if (/[\u0000-\u0020\u007f;]/.test(host))
    throw invalid(whole, 'the host holds a character that no host has');
  return host;
}

function loginText(text: string, whole: string): string {
  const decoded = decode(text, whole);
  if (/[\u0000\r\n]/.test(decoded)) throw invalid(whole, 'user or password holds a line break or NUL');
  return decoded;
}

function decode(text: string, whole: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalid(whole, 'a % in it is not followed by two hex digits of UTF-8 (write % as %25)', cause);
  }
}

/** A location as text for messages: never with the password, nor with a query, which may be a signature. */
export function showLocation(location: Location): string {
  switch (location.kind) {
    case 'local':
      return printable(location.path);
    case 'connection':
      return printable(`${location.connection}:${location.path}`);
    case 'url': {
      const user = location.user === undefined ? '' : `${location.user}@`;
      const host = location.host.includes(':') ? `[${location.host}]` : location.host;
      const port = location.port === undefined ? '' : `:${location.port}`;
      const query = location.query === undefined ? '' : '?***';
      return printable(`${location.scheme}://${user}${host}${port}${location.path}${query}`);
    }
  }
}

function invalid(text: string, problem: string, cause?: unknown): TransferError {
  const withoutLogin = text.replace(/:\/\/[^/]*@/s, '://***@').replace(/^(https?:[^?]*\?).*$/is, '$1***');
  return new TransferError({
    code: 'LOCATION_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `cannot read the location "${printable(withoutLogin, 200)}": ${problem}`,
    cause,
  });
}
