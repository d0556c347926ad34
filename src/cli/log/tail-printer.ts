import type { PartnerBook } from '../../client-log/partners.js';
import { isTooLong } from '../../client-log/reading/line-splitter.js';
import { recordData } from '../../log-tools/record-data.js';
import type { TailEvent, TailLine, TailNotice } from '../../log-tools/tail/tail-event.js';
import { unreadable } from '../../engine/log-files/log-names.js';
import { printable } from '../../core/printable.js';
import { showBytes } from '../../settings/byte-size.js';
import { byteSinkOf } from '../byte-outputs.js';
import type { CommandContext } from '../command-call.js';
import { TailText } from './tail-text.js';
import { LineWriter } from '../output.js';
import { styleFor, type Style } from '../style.js';

/** What a line is written as. */
export type TailForm = 'words' | 'raw' | 'jsonl';

export interface TailPrinterOptions {
  readonly form: TailForm;
  readonly partners: PartnerBook;
  /** What tells the logs apart, where there are several; empty where there is one. */
  readonly labelOf: (line: TailLine) => string;
  readonly isQuiet: boolean;
}

/** Writes what following a log brings: lines to stdout, all else to stderr. */
export class TailPrinter {
  readonly #options: TailPrinterOptions;
  readonly #context: Pick<CommandContext, 'stdout' | 'stderr'>;
  readonly #style: Style;
  readonly #writeLines: (lines: readonly TailLine[]) => Promise<void>;
  /** Lines written so far. */
  count = 0;

  constructor(options: TailPrinterOptions, context: Pick<CommandContext, 'stdout' | 'stderr'>) {
    this.#options = options;
    this.#context = context;
    this.#style = styleFor(context.stderr);
    this.#writeLines = this.#writerOf(options.form);
  }

  async take(event: TailEvent): Promise<void> {
    if (event.kind === 'notice') return this.note(noticeText(event), isTrouble(event) ? 'warning' : 'faint');
    this.count += event.lines.length;
    await this.#writeLines(event.lines);
  }

  /** Something besides the lines; nothing with `--quiet`. */
  async note(text: string, tone: 'warning' | 'faint' = 'faint'): Promise<void> {
    if (this.#options.isQuiet) return;
    const head = tone === 'warning' ? `${this.#style.warning('warning')}: ` : '';
    await this.#context.stderr.write(`${head}${tone === 'faint' ? this.#style.faint(text) : text}\n`);
  }

  #writerOf(form: TailForm): (lines: readonly TailLine[]) => Promise<void> {
    switch (form) {
      case 'words':
        return this.#wordsWriter();
      case 'raw':
        return (lines) => this.#writeRaw(lines);
      case 'jsonl':
        return (lines) => this.#writeData(lines);
    }
  }

  #wordsWriter(): (lines: readonly TailLine[]) => Promise<void> {
    const { stdout } = this.#context;
    const { partners, labelOf } = this.#options;
    const width = () => (stdout.isTerminal ? stdout.size().columns : undefined);
    const text = new TailText({ width, style: styleFor(stdout), partners, labelOf });
    return async (lines) => {
      const writer = new LineWriter(stdout);
      for (const row of text.linesOf(lines)) await writer.write(`${row}\n`);
      await writer.flush();
    };
  }

  /** The bytes as they stand; a last line without its end gets none. */
  async #writeRaw(lines: readonly TailLine[]): Promise<void> {
    const sink = byteSinkOf(this.#context.stdout);
    for (const line of lines) {
      if (isTooLong({ ...line, lineNumber: 0, offset: 0 })) {
        await this.note(`a line of ${showBytes(line.lengthBytes)} is cut to its beginning`, 'warning');
      }
      await sink.write(Buffer.concat([line.raw, Buffer.from(line.lineEnd)]));
    }
  }

  async #writeData(lines: readonly TailLine[]): Promise<void> {
    const writer = new LineWriter(this.#context.stdout);
    for (const line of lines) {
      const data = dataOf(line, this.#options.partners);
      if (data !== undefined) await writer.write(`${JSON.stringify(data)}\n`);
      else
        await this.note(
          `${printable(line.file.name)}: a line that is no record: ${rawText(line)}`,
          'warning',
        );
    }
    await writer.flush();
  }
}

/** The same keys as everywhere; without the line's number where the file was read from its end. */
function dataOf(line: TailLine, partners: PartnerBook): Readonly<Record<string, unknown>> | undefined {
  const record = 'record' in line ? line.record : undefined;
  if (record === undefined) return undefined;
  const { line: number, ...data } = recordData(
    record,
    { ...line, lineNumber: line.lineNumber ?? 0 },
    partners,
  );
  return line.lineNumber === undefined ? data : { ...data, line: number };
}

function rawText({ raw }: TailLine): string {
  return printable(new TextDecoder().decode(raw));
}

function isTrouble({ notice }: TailNotice): boolean {
  return ['missing', 'rewritten', 'scan-limit', 'unreadable'].includes(notice);
}

function noticeText({ notice, name, scannedBytes, cause }: TailNotice): string {
  const shown = printable(name);
  switch (notice) {
    case 'missing':
      return `${shown} is not there; waiting for it`;
    case 'no-logs':
      return `${shown} holds no client log (cl[yymmdd].log) yet; waiting for one`;
    case 'appeared':
      return `${shown} is there now; from its start`;
    case 'rewritten':
      return `${shown} was cut short or written anew; from its start`;
    case 'replaced':
      return `${shown} is another file now; from its start`;
    case 'next-file':
      return `going on with ${shown}`;
    case 'scan-limit':
      return `only the last ${showBytes(scannedBytes ?? 0)} of ${shown} were looked through; tally log find looks through all`;
    case 'unreadable':
      return `${unreadable(name, cause).message}; trying again`;
  }
}
