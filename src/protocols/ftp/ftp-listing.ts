import type { RemoteEntry } from '../protocol-client.js';
import { decodeText } from './ftp-text.js';
import { parseDosLine } from './ftp-listing-dos.js';
import { parseUnixLine } from './ftp-listing-unix.js';
import { parseTimeValue } from './ftp-times.js';

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
}

const NOTHING: ListingLine = { kind: 'nothing' };

/** One line of MLSD: `fact=value;fact=value; name` (RFC 3659, section 7). */
export function parseMachineLine(bytes: Buffer): ListingLine {
  const line = decodeText(bytes);
  if (line === '') return NOTHING;
  const space = line.indexOf(' ');
  const name = line.slice(space + 1);
  const facts = space < 0 ? undefined : parseFacts(line.slice(0, space));
  const type = facts?.get('type');
  if (facts === undefined || type === undefined || name === '') return { kind: 'unknown', line };
  if (type === 'cdir' || type === 'pdir' || name === '.' || name === '..') return NOTHING;
  return { kind: 'entry', entry: { name, ...factsOfEntry(facts) } };
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
  const facts = parseFacts(text.slice(0, Math.max(text.indexOf(' '), 0)));
  if (facts === undefined || !facts.has('type')) return undefined;
  const entry = factsOfEntry(facts);
  const hasModeOfLink = entry.kind === 'file' && /^0?777$/.test(facts.get('unix.mode') ?? '');
  return { entry, mayBeOfLink: entry.kind === 'link' || hasModeOfLink };
}

/** One line of LIST, in the form of `ls -l` or of DOS. */
export function parseListLine(bytes: Buffer, context: ListContext): ListingLine {
  const line = decodeText(bytes);
  if (line.trim() === '' || /^total\b/i.test(line)) return NOTHING;
  const entry = parseUnixLine(line, context) ?? parseDosLine(line, context);
  if (entry === undefined) return { kind: 'unknown', line };
  return entry.name === '.' || entry.name === '..' ? NOTHING : { kind: 'entry', entry };
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

function factsOfEntry(facts: ReadonlyMap<string, string>): Omit<RemoteEntry, 'name'> {
  const kind = kindOfType(facts.get('type') ?? '');
  const size = facts.get('size') ?? '';
  const sizeBytes = kind === 'file' && /^\d{1,15}$/.test(size) ? Number(size) : undefined;
  const time = parseTimeValue(facts.get('modify') ?? '');
  return { kind, sizeBytes, modifiedMs: time?.modifiedMs, precisionMs: time?.precisionMs };
}

/** ProFTPD and others mark links as `OS.unix=slink:/target` or `OS.unix=symlink`. */
function kindOfType(type: string): RemoteEntry['kind'] {
  const lower = type.toLowerCase();
  if (lower === 'file') return 'file';
  if (lower === 'dir' || lower === 'cdir' || lower === 'pdir') return 'folder';
  return /^os\.\w+=s(ym)?link/.test(lower) ? 'link' : 'other';
}
