import type { RemoteEntry } from '../protocol-client.js';
import { zonedTime, type ListContext, type ListingLine, NOTHING } from './ftp-listing.js';
import type { CivilTime } from './ftp-times.js';

/** `QTMM 25600 12/17/10 07:14:40 *STMF report.csv`; of a member only type and name may be there. */
const LINE =
  /^(?:(\S{1,10})\s+(\d{1,15})\s+(\d{2,4})([/.-])(\d{2})[/.-](\d{2,4})\s+(\d{2}):(\d{2}):(\d{2})\s+|\s*(?:\S{1,10}\s+)?)\*([A-Z]{3,10})\s+(\S.*)$/;

const KIND_BY_TYPE: Readonly<Record<string, RemoteEntry['kind']>> = {
  STMF: 'file',
  DSTMF: 'file',
  MEM: 'file',
  DIR: 'folder',
  DDIR: 'folder',
  LIB: 'folder',
  FLR: 'folder',
  FILE: 'folder',
  SYMLNK: 'link',
};

/** LIST of IBM i (OS/400, AS/400). One reader for one listing. */
export class As400Listing {
  readonly #context: ListContext;
  #lastFile: string | undefined;

  constructor(context: ListContext) {
    this.#context = context;
  }

  /** A database file is a folder with members; rows of members within a listing of such files are passed over. */
  read(line: string): ListingLine | undefined {
    const match = LINE.exec(line);
    if (match === null) return undefined;
    const type = match[10] ?? '';
    const segments = (match[11] ?? '')
      .trimEnd()
      .split('/')
      .filter((segment) => segment !== '');
    const name = segments.at(-1);
    if (name === undefined) return undefined;
    if (type === 'MEM' && this.#lastFile !== undefined && segments.at(-2) === this.#lastFile) return NOTHING;
    if (type === 'FILE') this.#lastFile = name;
    const kind = /\.savf$/i.test(name) ? 'file' : (KIND_BY_TYPE[type] ?? 'other');
    const sizeBytes = kind === 'file' && match[2] !== undefined ? Number(match[2]) : undefined;
    return { kind: 'entry', entry: { name, kind, sizeBytes, ...this.#time(match) } };
  }

  #time(match: RegExpExecArray) {
    if (match[3] === undefined) return undefined;
    const day = dateOf(match[3], match[4] ?? '', match[5] ?? '', match[6] ?? '');
    const [hour, minute, second] = [Number(match[7]), Number(match[8]), Number(match[9])];
    return zonedTime({ ...day, hour, minute, second }, 1000, this.#context);
  }
}

/** In the form of the server's job: `mm/dd/yy`, `dd.mm.yy`, `yy/mm/dd`, `yyyy-mm-dd`; told by sign and numbers. */
function dateOf(
  first: string,
  sign: string,
  second: string,
  third: string,
): Pick<CivilTime, 'year' | 'month' | 'day'> {
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if (first.length === 4 || a > 31) return { year: fullYear(first), month: b, day: c };
  if (sign === '.' || a > 12) return { year: fullYear(third), month: b, day: a };
  return { year: fullYear(third), month: a, day: b };
}

/** IBM i: 40 to 99 are of the last century. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year + (year >= 40 ? 1900 : 2000);
}
