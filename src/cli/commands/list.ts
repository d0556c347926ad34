import { listEntries, type ListedEntry } from '../../engine/list-entries.js';
import { withSession } from '../../engine/one-shot-session.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession, type CommandSession } from '../command-session.js';
import { entryData, entryPlainLine, entryTableLine } from '../entry-text.js';
import { JsonListWriter } from '../json-list.js';
import { LineWriter, type Output } from '../output.js';

/** `tally list`: rows go out as they come in, whatever their number. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openSession(call, context);
  const location = call.args[0] ?? '';
  const { inForce, surroundings } = session;
  const count = await withSession(location, inForce, surroundings, context.signal, ({ client, place }) => {
    const rows = listEntries(client, {
      path: place.path,
      recursive: inForce.given.values.recursive ?? false,
      signal: context.signal,
      warn: surroundings.warn,
    });
    return writeRows(rows, rowWriter(session, context.stdout, place.text), context.stdout);
  });
  if (count === 0 && session.format === 'words' && !session.isQuiet) {
    await context.stderr.write('nothing there\n');
  }
  return 0;
}

interface RowWriter {
  add(listed: ListedEntry): Promise<void> | undefined;
  end(): Promise<void> | undefined;
}

/** Stops early, and in good order, when nobody reads any more. */
async function writeRows(
  rows: AsyncIterable<ListedEntry>,
  writer: RowWriter,
  output: Output,
): Promise<number> {
  let count = 0;
  for await (const row of rows) {
    const mustWait = writer.add(row);
    if (mustWait !== undefined) await mustWait;
    count += 1;
    if (output.isClosed) break;
  }
  await writer.end();
  return count;
}

function rowWriter({ format, surroundings }: CommandSession, output: Output, location: string): RowWriter {
  if (format === 'json') {
    const list = new JsonListWriter(output, 'entries', { location });
    return {
      add: ({ entry, relativePath }) => list.add(entryData(entry, relativePath)),
      end: () => list.end(),
    };
  }
  const lines = new LineWriter(output);
  const { timeZone } = surroundings.platform.host;
  const text = ({ entry, relativePath }: ListedEntry) => {
    if (format === 'jsonl') return JSON.stringify(entryData(entry, relativePath));
    return output.isTerminal
      ? entryTableLine(entry, relativePath, timeZone)
      : entryPlainLine(entry, relativePath);
  };
  return { add: (listed) => lines.write(`${text(listed)}\n`), end: () => lines.flush() };
}
