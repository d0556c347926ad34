import { printable } from '../core/printable.js';
import { showBytes } from '../settings/byte-size.js';
import type { BatchRequest, PlannedFile } from '../transfers/batch-request.js';
import type { CommandSession } from './command-session.js';
import { JsonListWriter } from './json-list.js';
import { LineWriter, type Output } from './output.js';
import { shownPath } from './place-text.js';

/** Prints what a dry run says, file by file. */
export interface PlanWriter {
  begin(request: BatchRequest): void;
  add(file: PlannedFile): void;
  /** `facts` stand at the end of a JSON document. */
  end(facts: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Columns on a terminal, tab-separated in a pipe, or JSON. */
export function planWriter({ format, surroundings }: CommandSession, output: Output): PlanWriter {
  if (format === 'json') return jsonPlan(output);
  const lines = new LineWriter(output);
  if (format === 'jsonl') {
    return {
      begin: () => undefined,
      add: (file) => void lines.write(`${JSON.stringify({ type: 'planned', ...file })}\n`),
      end: async () => lines.flush(),
    };
  }
  const { os } = surroundings.platform.host;
  const text = output.isTerminal ? tableLine : plainLine;
  let request: BatchRequest | undefined;
  return {
    begin: (resolved) => {
      request = resolved;
    },
    add: (file) => {
      if (request === undefined) return;
      const source = shownPath(request.source, file.source, os);
      const target = shownPath(request.destination, file.target, os);
      void lines.write(`${text({ ...file, source, target })}\n`);
    },
    end: async () => lines.flush(),
  };
}

function jsonPlan(output: Output): PlanWriter {
  const list = new JsonListWriter(output, 'planned', { dryRun: true });
  return {
    begin: () => undefined,
    add: (file) => void list.add(file),
    end: async (facts) => list.end(facts),
  };
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
