import { isLogProtocol, type LogProtocol } from '../../../client-log/record.js';
import { explainCode, type CodeReading } from '../../../client-log/result-codes/explain-code.js';
import { RETRY_WORDS } from '../../../client-log/result-codes/code-entry.js';
import { TABLE_TITLES } from '../../../client-log/result-codes/code-tables.js';
import type { CauseData, ExplanationData } from '../report-data.js';
import { REST } from './name-book.js';

interface OpenCause {
  readonly key: string;
  readonly reading: CodeReading;
  readonly others: Map<string, CodeReading>;
  hasFailed: boolean;
}

/**
 * The causes of a log: codes with one likeliest meaning each. The same number may be two causes (4 over `sftp` and over
 * `ftp`), and one cause may come over two protocols (530 over `ftp` and `ftps`).
 */
export class CauseBook {
  readonly #most: number;
  readonly #causes: OpenCause[] = [];
  readonly #byMeaning = new Map<string, number>();
  #hasRest = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** REST where the book is full. */
  indexOf(code: number, protocol: string): number {
    const known = isLogProtocol(protocol) ? protocol : undefined;
    const [reading, ...others] = explainCode(code, known);
    const meaning = `${reading.table} ${code} ${reading.meaning}`;
    let index = this.#byMeaning.get(meaning);
    if (index === undefined) {
      if (this.#causes.length >= this.#most) return this.rest();
      const key = this.#freeKey(`${reading.table}-${code}`, known);
      index = this.#causes.push({ key, reading, others: new Map(), hasFailed: false }) - 1;
      this.#byMeaning.set(meaning, index);
    }
    const cause = this.#causes[index];
    for (const other of others) cause?.others.set(other.meaning, other);
    return index;
  }

  /** A failed attempt bore the code: the page will explain it. */
  markFailed(index: number): void {
    const cause = this.#causes[index];
    if (cause !== undefined) cause.hasFailed = true;
  }

  /** Something is counted without its code. */
  rest(): number {
    this.#hasRest = true;
    return REST;
  }

  /** The index in what `build` gives. */
  place(index: number): number {
    return index === REST ? this.#causes.length : index;
  }

  /** Whether some codes were not told apart. */
  get hasRest(): boolean {
    return this.#hasRest;
  }

  build(): readonly CauseData[] {
    const causes = this.#causes.map(causeData);
    if (!this.#hasRest) return causes;
    return [...causes, { key: 'other', phrase: '(other codes)', table: '', side: 'nobody' }];
  }

  /** A number may mean two things within one table: 10060 over `http` and elsewhere. */
  #freeKey(key: string, protocol: LogProtocol | undefined): string {
    return this.#causes.some((cause) => cause.key === key) ? `${key}-${protocol ?? 'any'}` : key;
  }
}

function causeData({ key, reading, others, hasFailed }: OpenCause): CauseData {
  const { code, phrase, table, side } = reading;
  const facts = { key, code, phrase, table: TABLE_TITLES[table], side };
  return hasFailed ? { ...facts, explanation: explanationOf(reading, others) } : facts;
}

function explanationOf(reading: CodeReading, others: ReadonlyMap<string, CodeReading>): ExplanationData {
  const { name, meaning, retry, causes, checks, source } = reading;
  return {
    name,
    meaning,
    retry: RETRY_WORDS[retry],
    causes,
    checks,
    source,
    otherReadings: [...others.values()].map(({ phrase, when }) => ({ phrase, when })),
  };
}
