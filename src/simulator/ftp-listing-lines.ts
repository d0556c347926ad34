import type { ServedEntry } from './served-tree.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HALF_A_YEAR_MS = 182 * 86_400_000;

/** One LIST line as Unix servers write it: the time of day for the last half year, else the year. UTC. */
export function unixLine(entry: ServedEntry, nowMs: number): string {
  const mode = { file: '-rw-r--r--', folder: 'drwxr-xr-x', link: 'lrwxrwxrwx' }[entry.kind];
  const when = new Date(entry.modifiedMs);
  const isRecent = entry.modifiedMs <= nowMs && nowMs - entry.modifiedMs < HALF_A_YEAR_MS;
  const clock = isRecent
    ? `${twoDigits(when.getUTCHours())}:${twoDigits(when.getUTCMinutes())}`
    : String(when.getUTCFullYear()).padStart(5);
  const month = MONTHS[when.getUTCMonth()] ?? 'Jan';
  const day = String(when.getUTCDate()).padStart(2);
  const links = entry.kind === 'folder' ? 2 : 1;
  const size = String(entry.sizeBytes).padStart(12);
  return `${mode} ${String(links).padStart(3)} partner  partner ${size} ${month} ${day} ${clock} ${entry.name}`;
}

/** One LIST line as IIS writes it by default: `03-06-06  10:11AM       <DIR>          name`. UTC. */
export function dosLine(entry: ServedEntry): string {
  const when = new Date(entry.modifiedMs);
  const year = twoDigits(when.getUTCFullYear() % 100);
  const date = `${twoDigits(when.getUTCMonth() + 1)}-${twoDigits(when.getUTCDate())}-${year}`;
  const hours = when.getUTCHours();
  const half = hours < 12 ? 'AM' : 'PM';
  const time = `${twoDigits(hours % 12 === 0 ? 12 : hours % 12)}:${twoDigits(when.getUTCMinutes())}${half}`;
  const size = entry.kind === 'folder' ? '      <DIR>         ' : String(entry.sizeBytes).padStart(20);
  return `${date}  ${time} ${size} ${entry.name}`;
}

/** One MLSD line (RFC 3659, section 7). */
export function machineLine(entry: ServedEntry, type?: 'cdir' | 'pdir'): string {
  const kind = type ?? { file: 'file', folder: 'dir', link: 'OS.unix=symlink' }[entry.kind];
  const size = entry.kind === 'file' ? `size=${entry.sizeBytes};` : '';
  return `type=${kind};${size}modify=${timeValue(entry.modifiedMs)};perm=flcdmpe; ${entry.name}`;
}

/** A time as MDTM and MLSD write it: `YYYYMMDDHHMMSS`, UTC (RFC 3659, section 2.3). */
export function timeValue(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace(/[-:T]/g, '');
}

/** The time that `YYYYMMDDHHMMSS[.sss]` means, or undefined when it is none. */
export function timeFromValue(text: string): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d{1,3})?$/.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + Math.round(Number(parts[7] ?? 0) * 1000);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
