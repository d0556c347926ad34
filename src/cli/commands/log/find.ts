import { availableParallelism } from 'node:os';
import type { Query } from '../../../client-log/query/query.js';
import type { LogLine } from '../../../client-log/reading/log-line.js';
import { printable } from '../../../core/printable.js';
import type { OpenLogs } from '../../../engine/log-files/open-logs.js';
import { foundLine, type FoundLine } from '../../../log-tools/find/found-line.js';
import { MAX_WAITING, withContext } from '../../../log-tools/find/with-context.js';
import { parseDuration } from '../../../settings/duration.js';
import { settingsError } from '../../../settings/settings-error.js';
import { startScanThreadEarly } from '../../../engine/log-files/scan-thread.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { refuseFileAsQuery } from '../../log/file-as-query.js';
import { fieldNames } from '../../log/fields.js';
import { findWriter, type FindForm, type FindWriter } from '../../log/find-writer.js';
import { openLogSession, readCount, type LogSession } from '../../log/session.js';
import { showCount } from '../../log/stats-text.js';
import { resultForm } from '../../result-form.js';

/** `tally log find`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  startScanThreadEarly(call.args.slice(1), Number(call.flags['jobs'] ?? availableParallelism()));
  const session = await openLogSession(call, context);
  const [queryText = '', ...names] = call.args;
  const form = findForm(call, session);
  const fields = fieldNames(call.flags['fields']);
  const limit = readCount(call, 'limit') ?? Infinity;
  const contextMs = readContext(call);
  await refuseFileAsQuery(call, session);
  const query = session.query(queryText);
  const logs = await session.logs(names);
  const writer = findWriter(
    {
      form,
      fields,
      partners: session.queryContext.partners,
      noHeader: call.flags['noHeader'] === true,
      hasContext: contextMs !== undefined,
      queryText,
    },
    context.stdout,
  );
  const unreadable = new UnreadableLines();
  const found = foundIn(logs, { query, contextMs, unreadable, session });
  const sum = await writeFound(found, { writer, limit, output: context.stdout });
  if (!session.isQuiet) {
    for (const note of notes(sum, { queryText, logs, unreadable, limit }))
      await context.stderr.write(`${note}\n`);
  }
  return call.flags['exitStatus'] === true && sum.failed > 0 ? 6 : 0;
}

function findForm(call: CommandCall, session: LogSession): FindForm {
  const { format } = resultForm(call, session, 'records');
  if (call.flags['raw'] !== true) return format;
  if (format === 'words') return 'raw';
  throw settingsError({ kind: 'flag', name: '--raw' }, `and --${format} exclude each other`);
}

function readContext({ flags }: CommandCall): number | undefined {
  const value = flags['context'];
  if (value === undefined) return undefined;
  const contextMs = parseDuration(String(value));
  if (contextMs !== undefined) return contextMs;
  throw settingsError(
    { kind: 'flag', name: '--context' },
    `must be a time such as 5m or 30s; found "${String(value)}"`,
  );
}

interface Search {
  readonly query: Query | undefined;
  readonly contextMs: number | undefined;
  /** Takes lines that hold the text but cannot be read. */
  readonly unreadable: UnreadableLines;
  readonly session: LogSession;
}

async function* foundIn(logs: OpenLogs, search: Search): AsyncGenerator<readonly FoundLine[]> {
  const { query, contextMs, unreadable, session } = search;
  if (query !== undefined && contextMs !== undefined) {
    yield* withContext(logs.lines(), {
      query,
      contextMs,
      tooMany: () =>
        session.surroundings.warn(
          `more than ${showCount(MAX_WAITING)} records stand within --context of each other; the earlier neighbours are left out`,
        ),
    });
    return;
  }
  const lines = logs.lines(query === undefined ? {} : { query, withUnreadable: true });
  for await (const batch of lines) {
    const found: FoundLine[] = [];
    for (const line of batch) {
      if (line.kind === 'malformed' && query !== undefined) unreadable.add(line);
      else if ((line.kind === 'record' || line.kind === 'incomplete') && line.record !== undefined) {
        found.push(foundLine(line, line.record, true));
      }
    }
    yield found;
  }
}

interface FindSum {
  readonly matches: number;
  readonly failed: number;
  readonly hasMore: boolean;
}

/** Stops at the limit, and in good order when nobody reads any more. */
async function writeFound(
  found: AsyncIterable<readonly FoundLine[]>,
  {
    writer,
    limit,
    output,
  }: { readonly writer: FindWriter; readonly limit: number; readonly output: { readonly isClosed: boolean } },
): Promise<FindSum> {
  const sum = { matches: 0, failed: 0, hasMore: false };
  for await (const batch of found) {
    for (const line of batch) {
      if (line.isMatch && sum.matches >= limit) sum.hasMore = true;
      if (sum.hasMore) break;
      if (line.isMatch) {
        sum.matches += 1;
        if (line.record.result === 'failed') sum.failed += 1;
      }
      const mustWait = writer.add(line);
      if (mustWait !== undefined) await mustWait;
    }
    if (sum.hasMore || output.isClosed) break;
  }
  await writer.end();
  return sum;
}

interface Told {
  readonly queryText: string;
  readonly logs: OpenLogs;
  readonly unreadable: UnreadableLines;
  readonly limit: number;
}

function notes(
  { matches, hasMore }: FindSum,
  { queryText, logs, unreadable, limit }: Told,
): readonly string[] {
  const told: string[] = [];
  if (matches === 0) {
    const [first] = logs.files;
    const where =
      logs.files.length === 1 && first !== undefined ? printable(first.name) : `${logs.files.length} files`;
    told.push(`Nothing matches ${printable(queryText)} in ${where}.`);
  }
  if (hasMore) told.push(`There are more than these ${showCount(limit)} (--limit).`);
  if (unreadable.count > 0) told.push(unreadable.note());
  return told;
}

/** Damaged lines that hold the text: how many, and where the first ones stand. */
class UnreadableLines {
  count = 0;
  readonly #places: string[] = [];

  add({ file, lineNumber }: LogLine): void {
    this.count += 1;
    if (this.#places.length < 3) this.#places.push(printable(`${file.name}:${lineNumber}`));
  }

  note(): string {
    const left = this.count - this.#places.length;
    const subject = this.count === 1 ? 'A line holds' : `${showCount(this.count)} lines hold`;
    const places = this.#places.join(', ') + (left > 0 ? ` and ${showCount(left)} more` : '');
    return `${subject} the text but cannot be read as a record: ${places}. See: tally log check`;
  }
}
