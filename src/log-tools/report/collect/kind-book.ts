import type { ReadRecord } from '../../../client-log/reading/log-line.js';
import type { CubeData } from '../report-data.js';
import { CauseBook } from './cause-book.js';
import { CubeBuilder, type KindFacts } from './cube-builder.js';
import type { ReportLimits } from './limits.js';
import { NameBook, REST } from './name-book.js';
import { clipped } from './short-copies.js';

/** Different words in the columns Protocol and Operation, which hold a few in any log but a hostile one. */
const MOST_WORDS = 50;
const WORD_CHARACTERS = 30;
/** REST is -1, so one more than there are words. */
const WORD_PLACES = MOST_WORDS + 1;

type Verdict = Pick<KindFacts, 'isFailed' | 'isInferred'>;

/** Tells attempts apart by everything that the page counts by, and counts them by time. */
export class KindBook {
  readonly partners: NameBook;
  readonly protocols = new NameBook(MOST_WORDS);
  readonly operations = new NameBook(MOST_WORDS);
  readonly causes: CauseBook;
  readonly #cube: CubeBuilder;
  readonly #mostKinds: number;
  /** By everything but the code, then by the code: numbers are found far faster than texts are put together. */
  readonly #kinds = new Map<number, Map<number, number>>();
  readonly #restKinds = new Map<number, number>();

  constructor(partners: NameBook, limits: ReportLimits) {
    this.partners = partners;
    this.causes = new CauseBook(limits.causes);
    this.#cube = new CubeBuilder(limits.cells);
    this.#mostKinds = limits.kinds;
  }

  /** Kinds so far, and the hours that one count covers now. */
  get extent(): Pick<CubeBuilder, 'kinds' | 'hoursPerSlot'> {
    return this.#cube;
  }

  /** Counts an attempt in a wall hour; gives the number of its kind. */
  count(record: ReadRecord, partner: number, hour: number): number {
    const kind = this.#kindOf(record, partner);
    this.#cube.count(kind, hour);
    return kind;
  }

  #kindOf(record: ReadRecord, partner: number): number {
    const protocol = this.protocols.indexOf(clipped(record.protocol, WORD_CHARACTERS));
    const operation = this.operations.indexOf(clipped(record.operation, WORD_CHARACTERS));
    const verdict = { isFailed: record.result === 'failed', isInferred: record.isInferred };
    const words = (protocol - REST) * WORD_PLACES + (operation - REST);
    const key = ((partner - REST) * WORD_PLACES * WORD_PLACES + words) * 4 + bitsOf(verdict);
    const byCode = this.#kinds.get(key) ?? new Map<number, number>();
    const known = byCode.get(record.code);
    if (known !== undefined) return known;
    // The four verdicts of the rest always have room.
    if (this.#cube.kinds >= this.#mostKinds) return this.#restKind(verdict);
    const cause = this.causes.indexOf(record.code, record.protocol);
    if (verdict.isFailed) this.causes.markFailed(cause);
    const kind = this.#cube.addKind({ ...verdict, partner, protocol, operation, cause });
    this.#kinds.set(key, byCode.set(record.code, kind));
    return kind;
  }

  #restKind(verdict: Verdict): number {
    const known = this.#restKinds.get(bitsOf(verdict));
    if (known !== undefined) return known;
    const kind = this.#cube.addKind({
      ...verdict,
      partner: this.partners.rest(),
      protocol: this.protocols.rest(),
      operation: this.operations.rest(),
      cause: this.causes.rest(),
    });
    this.#restKinds.set(bitsOf(verdict), kind);
    return kind;
  }

  /** With the places of names as the page has them. */
  buildCube(): CubeData {
    const cube = this.#cube.build();
    const kinds = cube.kinds.map((kind) => ({
      ...kind,
      partner: this.partners.place(kind.partner),
      protocol: this.protocols.place(kind.protocol),
      operation: this.operations.place(kind.operation),
      cause: this.causes.place(kind.cause),
    }));
    return { ...cube, kinds };
  }
}

function bitsOf({ isFailed, isInferred }: Verdict): number {
  return (isFailed ? 2 : 0) + (isInferred ? 1 : 0);
}
