import { isAmbiguous } from '../../../client-log/reading/count-lines.js';
import { decodeLine } from '../../../client-log/reading/decode-line.js';
import type { Deviation, LogLine } from '../../../client-log/reading/log-line.js';
import { DEVIATION_WORDS } from '../../deviation-words.js';
import type { LineProblemData, LogLinesData } from '../report-data.js';
import type { NameBook } from './name-book.js';
import { clipped, detached, firstBytes } from './short-copies.js';

/** Of a line with a problem, so many bytes are shown. */
const EXCERPT_BYTES = 300;

type Problem = Omit<LineProblemData, 'file'> & { readonly file: string };

/** Collects what was wrong with lines, and what the reader put up with. */
export class LineProblems {
  readonly #most: number;
  readonly #problems: Problem[] = [];
  readonly #deviations = new Map<Deviation, number>();
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  add(line: LogLine): void {
    if (line.kind === 'record') {
      for (const each of line.record.deviations)
        this.#deviations.set(each, (this.#deviations.get(each) ?? 0) + 1);
    }
    const kind = isAmbiguous(line) ? 'ambiguous' : line.kind;
    if (kind !== 'malformed' && kind !== 'incomplete' && kind !== 'ambiguous') return;
    this.#total += 1;
    if (this.#problems.length >= this.#most) return;
    this.#problems.push({
      kind,
      file: line.file.name,
      line: line.lineNumber,
      reason: detached(clipped(reasonOf(line))),
      raw: excerpt(line.raw),
    });
  }

  build(fileNames: NameBook): Pick<LogLinesData, 'deviations' | 'problems'> {
    return {
      deviations: [...this.#deviations]
        .sort((a, b) => b[1] - a[1])
        .map(([deviation, records]) => ({ what: DEVIATION_WORDS[deviation], records })),
      problems: this.#problems.map((problem) => ({ ...problem, file: fileNames.indexOf(problem.file) })),
    };
  }
}

function reasonOf(line: LogLine): string {
  if (line.kind === 'malformed') return line.reason;
  if (line.kind === 'incomplete')
    return 'the last line of the file has no end: somebody may be writing it; it is not counted';
  const ways = line.kind === 'record' ? (line.record.candidates?.length ?? 0) : 0;
  return `a semicolon within a path: there are ${ways} ways to part the two paths`;
}

function excerpt(raw: Uint8Array): string {
  const text = decodeLine(firstBytes(raw, EXCERPT_BYTES)).text;
  return raw.length > EXCERPT_BYTES ? `${text}... (${raw.length - EXCERPT_BYTES} more bytes)` : text;
}
