import type { AlarmJson, RunJson } from '../../api/answers.js';
import { noRun } from '../../api/routes/run-routes.js';
import { alarmData } from '../../api/views/keeping-view.js';
import { runData } from '../../api/views/run-view.js';
import { TransferError } from '../../core/transfer-error.js';
import { checkRuleSettings, storeFile } from '../../engine/daemon/rule-settings.js';
import { readStory, type RunStory } from '../../runs/run-story.js';
import type { RunState } from '../../store/run-store.js';
import type { Store } from '../../store/store.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSessionToReach, type CommandSession } from '../command-session.js';
import { ApiClient } from '../daemon/api-client.js';
import { findDaemon } from '../daemon/find-daemon.js';

export interface RunWish {
  readonly rule: string | undefined;
  readonly states: readonly RunState[] | undefined;
  readonly sinceMs: number | undefined;
  readonly limit: number;
}

/** Where the facts of runs come from: the daemon, or the store that it left. */
export interface RunSource {
  runs(wish: RunWish): Promise<readonly RunJson[]>;
  /** NOT_FOUND. */
  story(id: number): Promise<RunStory>;
  alarms(wish: { readonly onlyOpen: boolean; readonly limit: number }): Promise<readonly AlarmJson[]>;
}

/** Asks the daemon; where none answers on this machine, reads the store beside it. */
export async function withRunSource(
  call: CommandCall,
  context: CommandContext,
  ask: (source: RunSource, session: CommandSession) => Promise<number>,
): Promise<number> {
  const session = await openSessionToReach(call, context);
  let client: ApiClient | undefined;
  try {
    client = new ApiClient(await findDaemon(call, context, session), context.signal);
    return await ask(apiSource(client), session);
  } catch (error) {
    const isElsewhere = call.flags['server'] !== undefined || Boolean(context.environment['TALLY_SERVER']);
    if (!(error instanceof TransferError) || error.code !== 'DAEMON_UNREACHABLE' || isElsewhere) throw error;
    return await askStore(call, session, ask, error);
  } finally {
    await client?.close();
  }
}

async function askStore(
  call: CommandCall,
  session: CommandSession,
  ask: (source: RunSource, session: CommandSession) => Promise<number>,
  unreachable: TransferError,
): Promise<number> {
  const { openSqliteStore } = await import('../../store/sqlite/open-sqlite-store.js');
  const { platform } = session.surroundings;
  const file = await fileOfStore(call, session);
  let store: Store;
  try {
    store = await openSqliteStore({ file, access: 'read', platform });
  } catch (error) {
    // No daemon and no store: that nothing runs here says more than that a file is missing.
    if (error instanceof TransferError && error.code === 'NOT_FOUND') throw unreachable;
    throw error;
  }
  try {
    return await ask(storeSource(store), session);
  } finally {
    await store.close();
  }
}

/** Rules that are broken just now do not hide what has run. */
async function fileOfStore(call: CommandCall, { surroundings }: CommandSession): Promise<string> {
  const { settings } = await checkRuleSettings(call.flags, surroundings);
  return storeFile(settings);
}

function apiSource(client: ApiClient): RunSource {
  return {
    runs: ({ rule, states, sinceMs, limit }) =>
      allPages<RunJson>(limit, async (page) => {
        const answer = await client.get<{ readonly runs: readonly RunJson[]; readonly nextCursor?: string }>(
          '/v1/runs',
          {
            rule,
            state: states?.join(','),
            since: sinceMs === undefined ? undefined : new Date(sinceMs).toISOString(),
            ...page,
          },
        );
        return { rows: answer.runs, nextCursor: answer.nextCursor };
      }),
    story: async (id) => {
      const answer = await client.get<{ readonly story: RunStory }>(`/v1/runs/${id}/story`);
      return answer.story;
    },
    alarms: ({ onlyOpen, limit }) =>
      allPages<AlarmJson>(limit, async (page) => {
        const answer = await client.get<{
          readonly alarms: readonly AlarmJson[];
          readonly nextCursor?: string;
        }>('/v1/alarms', { open: onlyOpen ? 'true' : undefined, ...page });
        return { rows: answer.alarms, nextCursor: answer.nextCursor };
      }),
  };
}

const PAGE = 500;

async function allPages<Row>(
  limit: number,
  fetchPage: (page: {
    readonly limit: string;
    readonly cursor: string | undefined;
  }) => Promise<{ readonly rows: readonly Row[]; readonly nextCursor: string | undefined }>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const wanted = Math.min(PAGE, limit - rows.length);
    const page = await fetchPage({ limit: String(wanted), cursor });
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== undefined && rows.length < limit);
  return rows.slice(0, limit);
}

function storeSource(store: Store): RunSource {
  return {
    runs: async ({ rule, states, sinceMs, limit }) => {
      const records = await store.runs.list({
        limit,
        ...(rule === undefined ? {} : { rule }),
        ...(states === undefined ? {} : { states }),
        ...(sinceMs === undefined ? {} : { sinceMs }),
      });
      return records.map(runData);
    },
    story: async (id) => {
      const story = await readStory(store, id);
      if (story === undefined) throw noRun(id);
      return story;
    },
    alarms: async ({ onlyOpen, limit }) => {
      const alarms = onlyOpen ? await store.alarms.open() : await store.alarms.list({ limit });
      return alarms.map(alarmData);
    },
  };
}
