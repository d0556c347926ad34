import type { RemoteEntry } from '../protocol-client.js';
import type { FtpEncoding } from './ftp-encoding.js';
import { parseTimeValue, utcTime, type CivilTime, type ListedTime } from './ftp-times.js';

export const MAX_LISTING_LINE_BYTES = 64 * 1024;

/** What a line of a listing means. */
export type ListingLine =
  | { readonly kind: 'entry'; readonly entry: RemoteEntry }
  /** Belongs to the listing but names nothing: `total 8`, the folder itself, an empty line. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly line: string };

/** What a LIST line alone does not tell. */
export interface ListContext {
  readonly nowMs: number;
  /** Minutes that the server's clock is ahead of UTC: LIST lines bear no zone. */
  readonly zoneOffsetMinutes: number;
  readonly encoding: FtpEncoding;
}

/** Takes one listing line by line, and tells the meaning of each as soon as it is known. */
export interface ListingReader {
  take(line: Buffer): void;
  /** After the last line. */
  end(): void;
}

export const NOTHING: ListingLine = { kind: 'nothing' };

/** The moment of a civil time in the zone of the server; undefined when there is no such time. */
export function zonedTime(
  time: CivilTime,
  precisionMs: number,
  { zoneOffsetMinutes }: ListContext,
): ListedTime | undefined {
  const local = utcTime(time);
  return local === undefined ? undefined : { modifiedMs: local - zoneOffsetMinutes * 60_000, precisionMs };
}

/** One line of MLSD: `fact=value;fact=value; name` (RFC 3659, section 7). */
export function parseMachineLine(bytes: Buffer, encoding: FtpEncoding): ListingLine {
  const line = encoding.decode(bytes);
  if (line === '') return NOTHING;
  const [factText, name] = partsOf(line);
  const facts = parseFacts(factText);
  const type = facts === undefined ? undefined : typeOf(facts);
  if (facts === undefined || type === undefined || name === '') return { kind: 'unknown', line };
  if (type === 'cdir' || type === 'pdir' || name === '.' || name === '..') return NOTHING;
  return { kind: 'entry', entry: { name, ...factsOfEntry(type, facts) } };
}

/**
 * Facts and name, parted by a space. Servers exist that leave out that space, or the semicolon before it, or that put
 * the target of a link, blanks and all, into its type.
 */
function partsOf(line: string): readonly [string, string] {
  const space = line.indexOf(' ');
  const facts = space < 0 ? '' : line.slice(0, space);
  const isWhole = facts.endsWith(';') || (parseFacts(facts) !== undefined && !/slink:[^;]*$/i.test(facts));
  const match = isWhole ? null : /^((?:[\w.-]+=[^;]*;)+) ?(.*)$/s.exec(line);
  return match === null ? [facts, line.slice(space + 1)] : [match[1] ?? '', match[2] ?? ''];
}

/** In lower case; where the server tells none, by what may be done: only folders are entered, listed, written into. */
function typeOf(facts: ReadonlyMap<string, string>): string | undefined {
  const type = facts.get('type');
  if (type !== undefined) return type.toLowerCase();
  const rights = facts.get('perm')?.toLowerCase() ?? '';
  if (/[ecmpl]/.test(rights)) return 'dir';
  return /[raw]/.test(rights) ? 'file' : undefined;
}

export interface MachineFacts {
  readonly entry: Omit<RemoteEntry, 'name'>;
  /**
   * The facts are those of a link, or may be: a link's mode is 0777, and ProFTPD 1.3.8 gives it with
   * `type=file`.
   */
  readonly mayBeOfLink: boolean;
}

/** The facts of an MLST reply, whose name is the path that was asked for. */
export function parseMachineFacts(line: string): MachineFacts | undefined {
  const text = line.trimStart();
  const facts = parseFacts(partsOf(text)[0]);
  const type = facts === undefined ? undefined : typeOf(facts);
  if (facts === undefined || type === undefined) return undefined;
  const entry = factsOfEntry(type, facts);
  const hasModeOfLink = entry.kind === 'file' && /^0?777$/.test(facts.get('unix.mode') ?? '');
  return { entry, mayBeOfLink: entry.kind === 'link' || hasModeOfLink };
}

function parseFacts(text: string): ReadonlyMap<string, string> | undefined {
  const facts = new Map<string, string>();
  for (const fact of text.split(';')) {
    if (fact === '') continue;
    const equals = fact.indexOf('=');
    if (equals < 1) return undefined;
    facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
  }
  return facts.size === 0 ? undefined : facts;
}

function factsOfEntry(type: string, facts: ReadonlyMap<string, string>): Omit<RemoteEntry, 'name'> {
  const kind = kindOfType(type);
  const size = facts.get('size') ?? '';
  const sizeBytes = kind === 'file' && /^\d{1,15}$/.test(size) ? Number(size) : undefined;
  const time = parseTimeValue(facts.get('modify') ?? '');
  return { kind, sizeBytes, modifiedMs: time?.modifiedMs, precisionMs: time?.precisionMs };
}

/** ProFTPD and others mark links as `OS.unix=slink:/target` or `OS.unix=symlink`. */
function kindOfType(type: string): RemoteEntry['kind'] {
  if (type === 'file') return 'file';
  if (type === 'dir' || type === 'cdir' || type === 'pdir') return 'folder';
  return /^os\.\w+=s(ym)?link/.test(type) ? 'link' : 'other';
}
