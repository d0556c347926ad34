import { localTime } from '../client-log/local-time.js';
import { printable } from '../core/printable.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { showBytes } from '../settings/byte-size.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A listing's row for people: the clock of this machine. */
export function entryTableLine(entry: RemoteEntry, name: string, timeZone: string): string {
  const size = entry.sizeBytes === undefined || entry.kind === 'folder' ? '-' : showBytes(entry.sizeBytes);
  const shownName = printable(name, Infinity) + (entry.kind === 'folder' ? '/' : '');
  return `${entry.kind.padEnd(6)} ${size.padStart(9)}  ${localTimeText(entry, timeZone).padEnd(19)}  ${shownName}`;
}

/** The same for a pipe: tab-separated, bytes exact, time in UTC, nothing cut; `-` for what is not known. */
export function entryPlainLine(entry: RemoteEntry, name: string): string {
  const size = entry.kind === 'folder' ? undefined : entry.sizeBytes;
  const fields = [entry.kind, size ?? '-', utcTimeText(entry) ?? '-', printable(name, Infinity)];
  return fields.join('\t');
}

/** The same for programs: the name exactly as the server gave it. */
export function entryData(entry: RemoteEntry, name: string): Readonly<Record<string, unknown>> {
  return {
    name,
    kind: entry.kind,
    sizeBytes: entry.sizeBytes,
    modified: utcTimeText(entry),
    precisionMs: entry.precisionMs,
  };
}

/** No more digits than the server gave. */
export function localTimeText({ modifiedMs, precisionMs = 1000 }: RemoteEntry, timeZone: string): string {
  if (modifiedMs === undefined) return '-';
  const { time } = localTime(modifiedMs, timeZone);
  if (precisionMs >= DAY_MS) return time.slice(0, 10);
  return precisionMs >= MINUTE_MS ? time.slice(0, 16) : time;
}

function utcTimeText({ modifiedMs, precisionMs = 1000 }: RemoteEntry): string | undefined {
  if (modifiedMs === undefined) return undefined;
  const date = new Date(modifiedMs);
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  if (precisionMs >= DAY_MS) return text.slice(0, 10);
  return precisionMs < 1000 ? text : text.replace('.000Z', 'Z').replace(/\.\d{3}Z$/, 'Z');
}
