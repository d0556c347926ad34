import type { Finding, FindingPlace } from './finding.js';

interface Run {
  readonly line: number;
  readonly of: Required<FindingPlace>;
  count: number;
  lastLine: number;
  lastOf: number;
}

/**
 * Puts repeated lines of a file that stand in the same order as those that they repeat into one finding: a file that
 * was copied is one, not thousands. Between two such lines others may stand that are no records.
 */
export class RepeatedRun {
  readonly #file: string;
  readonly #found: (finding: Finding) => void;
  #run: Run | undefined;
  /** The record before, whether repeated or not. */
  #previousLine = 0;

  constructor(file: string, found: (finding: Finding) => void) {
    this.#file = file;
    this.#found = found;
  }

  /** The next record: the line that it repeats, or undefined. */
  take(line: number, of: Required<FindingPlace> | undefined): void {
    const run = this.#run;
    const goesOn =
      run !== undefined &&
      of !== undefined &&
      run.lastLine === this.#previousLine &&
      of.file === run.of.file &&
      of.line > run.lastOf;
    this.#previousLine = line;
    if (goesOn) {
      run.count += 1;
      run.lastLine = line;
      run.lastOf = of.line;
      return;
    }
    this.end();
    if (of !== undefined) this.#run = { line, of, count: 1, lastLine: line, lastOf: of.line };
  }

  end(): void {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return;
    const { line, of, count } = run;
    this.#found({ kind: 'duplicate', file: this.#file, line, of, count });
  }
}
