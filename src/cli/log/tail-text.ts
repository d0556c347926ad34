import { decodeLine } from '../../client-log/reading/decode-line.js';
import { baseNameOf, folderOf } from '../../client-log/log-paths.js';
import type { PartnerBook } from '../../client-log/partners.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { printable } from '../../core/printable.js';
import type { TailLine } from '../../log-tools/tail/tail-event.js';
import { recordWords } from './record-text.js';
import { RowSetter, type RowPieces } from './tail-row.js';
import type { Style } from '../style.js';
import { fitEnd } from '../text-width.js';

export interface TailTextOptions {
  /** Columns of the terminal now; undefined for a pipe, where nothing is cut. */
  readonly width: () => number | undefined;
  readonly style: Style;
  readonly partners: PartnerBook;
  /** What tells the logs apart, where there are several; empty where there is one. */
  readonly labelOf: (line: TailLine) => string;
}

/** From here on the date stands in every line and the source with its folder; below, a new day has its own line. */
const WIDE = 110;
/** Below, a malformed line has two lines. */
const NARROW = 60;

/** Lines of logs in words: one line each, on a narrow terminal a few. */
export class TailText {
  readonly #options: TailTextOptions;
  readonly #setter: RowSetter;
  #day = '';

  constructor(options: TailTextOptions) {
    this.#options = options;
    this.#setter = new RowSetter(options.style);
  }

  /** What is written for lines that come together, each without its end. */
  *linesOf(lines: readonly TailLine[]): Generator<string> {
    const width = this.#options.width();
    if (width !== undefined) this.#measure(lines, width);
    for (const line of lines) {
      const record = recordOf(line);
      if (record === undefined) yield* this.#unread(line, width);
      else if (width === undefined) yield this.#pipeLine(line, record);
      else yield* this.#terminalLines(line, record, width);
    }
  }

  #measure(lines: readonly TailLine[], width: number): void {
    for (const line of lines) {
      const record = recordOf(line);
      if (record !== undefined) this.#setter.measure(this.#pieces(line, record, width), width);
    }
  }

  #label(line: TailLine): string {
    return printable(this.#options.labelOf(line));
  }

  #unread(line: TailLine, width: number | undefined): readonly string[] {
    const label = this.#label(line);
    const what = line.kind === 'malformed' ? `malformed: ${line.reason}` : 'line not finished';
    const raw = printable(decodeLine(line.raw).text, width === undefined ? Infinity : 4 * width);
    if (width === undefined) return [`${label === '' ? '' : `${label}\t`}${what}: ${raw}`];
    const head = label === '' ? what : `${label}  ${what}`;
    const lines = width < NARROW ? [head, `  ${raw}`] : [`${head}: ${raw}`];
    return lines.map((text) => this.#options.style.warning(fitEnd(text, width)));
  }

  *#terminalLines(line: TailLine, record: ReadRecord, width: number): Generator<string> {
    const day = record.time.slice(0, 10);
    if (width < WIDE && day !== this.#day) yield this.#options.style.strong(fitEnd(day, width));
    this.#day = day;
    yield* this.#setter.lines(this.#pieces(line, record, width), width);
  }

  #pieces(line: TailLine, record: ReadRecord, width: number): RowPieces {
    const isWide = width >= WIDE;
    const words = recordWords(record, this.#options.partners);
    const [good, bad] = record.result === 'failed' ? (['bad', 'bad'] as const) : (['good', 'faint'] as const);
    const columns: RowPieces['columns'] = [
      { key: 'label', text: this.#label(line), tone: 'strong', shrinks: true },
      { key: 'time', text: isWide ? words.time : words.time.slice(11), tone: 'faint', shrinks: false },
      { key: 'result', text: words.result, tone: good, shrinks: false },
      { key: 'partner', text: words.partner, tone: undefined, shrinks: true },
      { key: 'operation', text: words.operation, tone: undefined, shrinks: true },
    ];
    return {
      columns: columns.filter(({ text, key }) => key !== 'label' || text !== ''),
      ...ends(record, isWide),
      code: { text: words.code + unfinishedMark(line, ', '), tone: bad },
    };
  }

  /** Parted by tabs, nothing cut. */
  #pipeLine(line: TailLine, record: ReadRecord): string {
    const label = this.#label(line);
    const words = recordWords(record, this.#options.partners);
    const whole = [record.operation, record.localPath, record.remotePath].map((text) =>
      printable(text, Infinity),
    );
    const cells = [words.time, words.result, words.partner, ...whole, words.code];
    return (label === '' ? cells : [label, ...cells]).join('\t') + unfinishedMark(line, '\t');
  }
}

function recordOf(line: TailLine): ReadRecord | undefined {
  return 'record' in line ? line.record : undefined;
}

function unfinishedMark({ kind }: TailLine, before: string): string {
  return kind === 'incomplete' ? `${before}line not finished` : '';
}

/** What went where, the way it goes: `inv.xml` to `/in/`; to the whole target where the name differs there. */
function ends(
  { localPath, remotePath, operation }: ReadRecord,
  isWide: boolean,
): { from: string; to: string } {
  const [from, to] = operation === 'download' ? [remotePath, localPath] : [localPath, remotePath];
  const name = baseNameOf(from);
  return {
    from: printable(isWide || name === '' ? from : name),
    to: printable(name === baseNameOf(to) ? folderText(to) : to),
  };
}

/** With its separator, so that it shows as a folder. */
function folderText(path: string): string {
  const folder = folderOf(path);
  return /[/\\]$/.test(folder) ? folder : folder + (path[folder.length] ?? '');
}
