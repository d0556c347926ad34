import { Buffer } from 'node:buffer';
import { readsAsSuccess } from '../../src/client-log/record.js';
import { DayClock, type WallTime } from './day-clock.js';
import {
  ODDITY_NAMES,
  chooseOddity,
  makeOdd,
  textOf,
  type Columns,
  type ExpectedKind,
  type OddityName,
  type OddLine,
} from './oddities.js';
import { randomNumbers, type RandomNumbers } from './random-numbers.js';
import { Traffic, type Attempt } from './traffic.js';

/** The one file that a bench looks for; its name occurs in NEEDLE_LINES lines and nowhere else. */
export const NEEDLE = 'ORD_20260509_0815-A.xml';
/** How far into the log its lines stand, and their codes: it fails twice, arrives, and is sent once more. */
const NEEDLE_PLACES = [
  [0.3, 10060],
  [0.301, 10060],
  [0.31, 0],
  [0.77, 0],
] as const;
export const NEEDLE_LINES = NEEDLE_PLACES.length;

/** Which log is made. The same shape makes the same bytes on every machine, as long as the code dictionary stays. */
export interface LogShape {
  readonly lines: number;
  readonly seed: number;
  /** The first day, `YYYY-MM-DD`. */
  readonly start: string;
  /** Over how many days the lines are spread. */
  readonly days: number;
  readonly partners: number;
  readonly columns: '9' | '10' | 'mixed';
  /** Share of odd lines, 0 to 1. */
  readonly hostileRate: number;
}

export const DEFAULT_SHAPE: LogShape = {
  lines: 5_000_000,
  seed: 1,
  start: '2026-05-01',
  days: 30,
  partners: 60,
  columns: 'mixed',
  hostileRate: 0.005,
};

/** Some lines, all of one day. */
export interface LogPiece {
  /** `yyyymmdd` of the lines. */
  readonly day: string;
  /** Valid until the next piece is asked for. */
  readonly bytes: Uint8Array;
}

/** What stands in the log: results are checked against it. */
export interface LogTruth {
  readonly lines: number;
  readonly bytes: number;
  readonly kinds: Readonly<Record<ExpectedKind, number>>;
  /** Records of nine columns. */
  readonly nineColumns: number;
  /** Failed records, those of nine columns by what their code reads as. */
  readonly failed: number;
  readonly oddities: Readonly<Record<OddityName, number>>;
  /** Records by GetLastCode. */
  readonly byCode: ReadonlyMap<number, number>;
}

const PIECE_BYTES = 4 * 1024 * 1024;
/** More than the longest line takes. */
const ROOM_BYTES = 512 * 1024;
const NINE_COLUMN_SHARE = 0.1;
/** Of the failed codes: EFT left an error code of the way behind although the action succeeded in the end. */
const DISAGREEING_SHARE = 0.02;

/** Makes the log piece by piece; returns what stands in it. */
export function* generateLines(shape: LogShape): Generator<LogPiece, LogTruth> {
  const maker = new LineMaker(shape);
  const clock = new DayClock(shape.start, shape.days);
  const count = new TruthCount();
  const buffer = Buffer.allocUnsafe(PIECE_BYTES + ROOM_BYTES);
  let used = 0;
  let day = '';
  for (let number = 0; number < shape.lines; number += 1) {
    const moment = clock.at(number / shape.lines);
    if (used > PIECE_BYTES || (moment.day !== day && used > 0)) {
      yield { day, bytes: buffer.subarray(0, used) };
      used = 0;
    }
    day = moment.day;
    const line = maker.next(number, moment);
    const start = used;
    used += buffer.write(line.text, used, line.encoding);
    used += buffer.write(line.lineEnd, used, 'latin1');
    count.add(line, used - start);
  }
  if (used > 0) yield { day, bytes: buffer.subarray(0, used) };
  return count.truth();
}

/** A line, and where it came from. */
interface MadeLine extends OddLine {
  readonly columns: Columns;
  readonly oddity?: OddityName;
}

class LineMaker {
  readonly #shape: LogShape;
  readonly #random: RandomNumbers;
  readonly #traffic: Traffic;
  readonly #needleCodes: ReadonlyMap<number, number>;

  constructor(shape: LogShape) {
    this.#shape = shape;
    this.#random = randomNumbers(shape.seed);
    this.#traffic = new Traffic(this.#random, shape);
    this.#needleCodes = new Map(
      NEEDLE_PLACES.map(([share, code]) => [Math.floor(share * shape.lines), code]),
    );
  }

  next(number: number, moment: WallTime): MadeLine {
    const attempt = this.#traffic.next(moment);
    const needleCode = this.#needleCodes.get(number);
    if (needleCode !== undefined) return plainLine(needleColumns(moment.time, needleCode));
    const columns = this.#columns(attempt, moment.time);
    if (!this.#random.chance(this.#shape.hostileRate)) return plainLine(columns);
    const oddity = chooseOddity(this.#random);
    return { ...makeOdd(oddity, columns, this.#random), columns, oddity };
  }

  #columns({ partner, route, name, code, isFailed }: Attempt, time: string): Columns {
    const { protocol, host, port } = partner;
    const { user, localFolder, remoteFolder, operation } = route;
    const isTenColumns =
      this.#shape.columns === '10' ||
      (this.#shape.columns === 'mixed' && !this.#random.chance(NINE_COLUMN_SHARE));
    const verdict = isTenColumns
      ? isFailed && !this.#random.chance(DISAGREEING_SHARE)
        ? '1'
        : '0'
      : undefined;
    return { time, protocol, host, port, user, localFolder, remoteFolder, name, operation, code, verdict };
  }
}

function needleColumns(time: string, code: number): Columns {
  return {
    time,
    protocol: 'sftp',
    host: 'sftp.acme.test',
    port: 22,
    user: 'acme_out',
    localFolder: 'C:\\Out\\acme\\',
    remoteFolder: '/orders/',
    name: NEEDLE,
    operation: 'upload',
    code,
    verdict: code === 0 ? '0' : '1',
  };
}

function plainLine(columns: Columns): MadeLine {
  return { text: textOf(columns), encoding: 'utf8', lineEnd: '\n', kind: 'record', columns };
}

/** Counts while the lines are made. */
class TruthCount {
  readonly #kinds: Record<ExpectedKind, number> = { record: 0, header: 0, blank: 0, malformed: 0 };
  readonly #oddities = Object.fromEntries(ODDITY_NAMES.map((name) => [name, 0])) as Record<
    OddityName,
    number
  >;
  readonly #byCode = new Map<number, number>();
  #lines = 0;
  #bytes = 0;
  #nineColumns = 0;
  #failed = 0;

  add({ kind, columns, oddity }: MadeLine, bytes: number): void {
    this.#lines += 1;
    this.#bytes += bytes;
    this.#kinds[kind] += 1;
    if (oddity !== undefined) this.#oddities[oddity] += 1;
    if (kind !== 'record') return;
    const { protocol, code, verdict } = columns;
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
    if (verdict === undefined) this.#nineColumns += 1;
    if (verdict === undefined ? !readsAsSuccess(protocol, code) : verdict === '1') this.#failed += 1;
  }

  truth(): LogTruth {
    return {
      lines: this.#lines,
      bytes: this.#bytes,
      kinds: this.#kinds,
      nineColumns: this.#nineColumns,
      failed: this.#failed,
      oddities: this.#oddities,
      byCode: this.#byCode,
    };
  }
}
