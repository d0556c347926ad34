import { partnerOf, type PartnerBook } from '../../client-log/partners.js';
import { folderOf } from '../../client-log/log-paths.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { defaultPortOf } from '../../core/default-ports.js';
import { printable } from '../../core/printable.js';

/**
 * A check of the dictionary with the record's values in its commands. Names come from strangers and the command will be
 * pasted into a shell: a value that no quoting makes harmless on every system leaves its word to be filled in by hand.
 */
export function fillCheck(check: string, record: ReadRecord, book: PartnerBook): string {
  return check.replace(/`[^`]*`/g, (command) => fillCommand(command, record, book));
}

function fillCommand(command: string, record: ReadRecord, book: PartnerBook): string {
  const values = commandValues(record, book);
  return command.replace(
    WORD,
    (word) => values[word.startsWith('ftp:') || word.startsWith('sftp:') ? 'ROOT' : word] ?? word,
  );
}

const WORD =
  /s?ftp:\/\/USER@HOST\/|URL-OF-THE-FOLDER(?:-ABOVE)?|(?<![A-Z-])(?:URL|HOST|PORT|USER|PATH|FOLDER)(?![A-Z-])/g;

type Values = Readonly<Record<string, string | undefined>>;

function commandValues(record: ReadRecord, book: PartnerBook): Values {
  const { host, port, user, localPath, remotePath } = record;
  return {
    HOST: plainHost(host),
    PORT: port === undefined || port === 0 ? undefined : String(port),
    USER: /^[\w.@-]+$/.test(user) ? user : undefined,
    PATH: shellPath(localPath),
    FOLDER: shellPath(folderOf(localPath)),
    URL: locationWord(remotePath, record, book),
    'URL-OF-THE-FOLDER': locationWord(folderOf(remotePath), record, book),
    'URL-OF-THE-FOLDER-ABOVE': locationWord(folderOf(remotePath), record, book),
    ROOT: locationWord('/', record, book),
  };
}

/** A name or address that no shell and no program takes for anything else. */
export function plainHost(host: string): string | undefined {
  return /^[a-z0-9][\w.:-]*$/i.test(host) ? host : undefined;
}

/** A remote path as `connection:/path` where the settings know the partner, else as a URL. */
function locationWord(path: string, record: ReadRecord, book: PartnerBook): string | undefined {
  if (path === '') return undefined;
  const partner = partnerOf(record, book);
  if (book.some(({ name }) => name === partner)) {
    return shellPath(`${partner}:${path}`) ?? urlOf(path, record);
  }
  return urlOf(path, record);
}

function urlOf(path: string, { protocol, host, port, user }: ReadRecord): string | undefined {
  const scheme = schemeOf(protocol, port);
  const name = plainHost(host);
  if (scheme === undefined || name === undefined || !isShowable(path + user)) return undefined;
  const login = user === '' || user === 'anonymous' ? '' : `${encoded(user)}@`;
  const place = name.includes(':') ? `[${name}]` : name;
  const portText = port === undefined || port === defaultPortOf(scheme) ? '' : `:${port}`;
  const slash = path.startsWith('/') ? '' : '/';
  return `${scheme}://${login}${place}${portText}${slash}${path.split('/').map(encoded).join('/')}`;
}

function schemeOf(protocol: string, port: number | undefined): string | undefined {
  switch (protocol) {
    case 'ftp':
    case 'sftp':
    case 'http':
    case 'https':
      return protocol;
    case 's3':
      return 'https';
    case 'ftps':
      return port === 990 ? 'ftps' : 'ftpes';
    default:
      return undefined;
  }
}

/** Nothing is left that means anything to a shell. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A path as a word of a command, on Windows too; undefined where quoting differs from shell to shell. */
export function shellPath(path: string): string | undefined {
  if (path === '' || !isShowable(path) || /^-|\\$/.test(path)) return undefined;
  const isPlain = /^[\w/:=.,@+\\-]+$/.test(path);
  if (isPlain && !path.includes('\\')) return path;
  if (/^[\p{L}\p{M}\p{N}_ /:=.,@+\\-]+$/u.test(path)) return `"${path}"`;
  return /[\\'`"&|<>^%!]/.test(path) ? undefined : `'${path}'`;
}

/** Free of control characters, direction marks and halves of characters. */
function isShowable(text: string): boolean {
  return printable(text, Infinity) === text;
}
