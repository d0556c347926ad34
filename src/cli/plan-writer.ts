import { printable } from '../core/printable.js';
import { showBytes } from '../settings/byte-size.js';
import type { PlannedFile } from '../transfers/batch-request.js';
import type { DataFormat } from './command-session.js';
import { JsonListWriter } from './json-list.js';
import { LineWriter, type Output } from './output.js';

/** Prints what a dry run says, file by file. */
export interface PlanWriter {
  add(file: PlannedFile): void;
  end(): Promise<void>;
}

/** Columns on a terminal, tab-separated in a pipe, or JSON. */
export function planWriter(format: DataFormat, output: Output): PlanWriter {
  if (format === 'json') return jsonPlan(output);
  const lines = new LineWriter(output);
  const text = format === 'jsonl' ? jsonLine : output.isTerminal ? tableLine : plainLine;
  return {
    add: (file) => void lines.write(`${text(file)}\n`),
    end: async () => lines.flush(),
  };
}

function jsonPlan(output: Output): PlanWriter {
  let list: JsonListWriter | undefined;
  const begin = () => (list ??= new JsonListWriter(output, 'planned', { dryRun: true }));
  return { add: (file) => void begin().add(file), end: async () => begin().end() };
}

function jsonLine(file: PlannedFile): string {
  return JSON.stringify({ type: 'planned', ...file });
}

function tableLine({ action, source, target, sizeBytes, reason }: PlannedFile): string {
  const size = (sizeBytes === undefined ? '-' : showBytes(sizeBytes)).padStart(9);
  return `${action.padEnd(6)} ${size}  ${printable(source, Infinity)} -> ${printable(target, Infinity)}  (${printable(reason)})`;
}

function plainLine({ action, source, target, sizeBytes, reason }: PlannedFile): string {
  return [action, sizeBytes ?? '-', source, target, reason]
    .map((value) => printable(String(value), Infinity))
    .join('\t');
}
