import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClientLogFacts } from '../../client-log/log-facts.js';
import type { Platform } from '../../core/platform.js';
import { createNodePlatform } from '../../engine/platform/node-platform.js';
import type { TransferAction } from '../../rules/actions/action.js';
import type { Rule } from '../../rules/rule.js';
import type { EventFile } from '../../rules/triggers/trigger-event.js';
import { connectionMark } from '../../settings/connection-mark.js';
import { loadSettings } from '../../settings/settings-file.js';
import { testContext } from '../../settings/place-context.testing.js';
import type { PlaceContext } from '../../settings/place-context.js';
import { openMemoryStore } from '../../store/memory-store.testing.js';
import type { Store } from '../../store/store.js';
import { ConnectionBudgets } from '../../transfers/connection-budgets.js';
import { ServerMemory } from '../../transfers/server-memory.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import type { ActionContext } from '../action-context.js';
import type { Alarms } from '../alarms.js';
import { AttemptBook } from '../attempt-book.js';
import { LiveEventsHub } from '../live-events-hub.js';
import { PartnerGuardOfStore } from '../partner-guard-of-store.js';
import { PlaceBookOfSettings } from '../place-book-of-settings.js';
import type { RunServices } from '../run-services.js';
import { actionContext, testRule, type ActionFixture } from './action-context.testing.js';

/** A rule's surroundings with a real store, real files and real sessions. */
export interface TransferScene {
  /** Holds `outbox` and `inbox`, and is the rule's one root. */
  readonly folder: string;
  readonly store: Store;
  readonly guard: PartnerGuardOfStore;
  readonly services: Partial<RunServices>;
  /** `0 226 /in/a.csv`: result, code and remote path of each line of the client log, in order. */
  readonly lines: readonly string[];
  /** `raise cause: text` and `clear cause`, in order. */
  readonly alarms: readonly string[];
  /** Makes a run in the store that is at work, and a context of it. */
  begin(fixture?: Partial<ActionFixture> & { readonly run?: number }): Promise<ActionContext>;
  /** The process that did this run is dead: its lease is over. */
  kill(run: number): Promise<void>;
  write(path: string, content: string): Promise<void>;
  read(path: string): Promise<string>;
  names(folder: string): Promise<readonly string[]>;
  /** Settings from now on. */
  useSettings(yaml: string): Promise<void>;
}

const LEASE_MS = 60_000;

export interface SceneOptions {
  readonly yaml?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly rule?: Partial<Rule>;
}

export async function transferScene(options: SceneOptions = {}): Promise<TransferScene> {
  const folder = await temporaryFolder();
  for (const name of ['outbox', 'inbox']) await mkdir(join(folder, name));
  const platform = options.platform ?? createNodePlatform();
  const store = openMemoryStore();
  const lines: string[] = [];
  const alarms: string[] = [];
  let places: PlaceContext = await testContext({
    ...(options.yaml === undefined ? {} : { yaml: options.yaml }),
    environment: options.environment ?? {},
  });
  const live = new LiveEventsHub(platform.clock, () => undefined);
  const memory = ServerMemory.inMemory(platform);
  const budgets = new ConnectionBudgets(platform, memory);
  const guard = await PartnerGuardOfStore.open({
    platform,
    partners: store.partners,
    alarms: toldAlarms(alarms),
    live,
    markOf: (connection) => connectionMark(connection, places.loaded),
  });
  const placeBook = new PlaceBookOfSettings(() => places, platform, budgets, guard);
  onTestFinished(async () => {
    await placeBook.close();
    await store.close();
  });
  const log = {
    append: async (facts: ClientLogFacts) => void lines.push(lineOf(facts)),
    prove: async () => undefined,
  };
  const services: Partial<RunServices> = {
    store,
    memory,
    budgets,
    placeBook,
    guard,
    live,
    alarms: toldAlarms(alarms),
    attempts: new AttemptBook(store.transfers, log, live, { attempts: 'all' }),
  };
  const rule = testRule(folder, options.rule);
  const claim = (id: number) => {
    const now = platform.clock.now();
    return store.runs.claim(id, 'test', now, now + LEASE_MS);
  };
  return {
    folder,
    store,
    guard,
    services,
    lines,
    alarms,
    begin: async ({ run, ...fixture } = {}) => {
      const id = run ?? (await newRun(store, rule, fixture.file));
      const claimed = await claim(id);
      const context = actionContext({ folder, platform, services, rule, ...fixture });
      return { ...context, run: { id, fence: claimed?.lease?.fence ?? 1 } };
    },
    kill: (run) => store.runs.heartbeat('test', [run], 0),
    write: async (path, content) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
    names: async (path) => (await readdir(join(folder, path))).sort(),
    useSettings: async (yaml) => {
      await writeFile(join(places.workFolder, 'tallyman.yaml'), yaml);
      const { workFolder, homeFolder } = places;
      const files = { files: platform.files, os: platform.host.os, userId: undefined };
      const loaded = await loadSettings({ ...files, environment: {}, workFolder, homeFolder });
      places = { ...places, loaded };
      await placeBook.renew();
    },
  };
}

export function transferAction(changes: Partial<TransferAction>): TransferAction {
  return {
    kind: 'copy',
    from: 'outbox/a.csv',
    to: 'inbox/',
    recursive: false,
    removeSource: false,
    options: { retries: 0, retryDelay: 1 },
    ...changes,
  };
}

function lineOf({ result, lastCode, remotePath }: ClientLogFacts): string {
  return `${result === 'succeeded' ? 0 : 1} ${lastCode} ${remotePath}`;
}

function toldAlarms(told: string[]): Alarms {
  return {
    raise: async ({ cause, text }) => void told.push(`raise ${cause}: ${text}`),
    clear: async (cause) => void told.push(`clear ${cause}`),
  };
}

let keys = 0;

async function newRun(store: Store, rule: Rule, file: string | EventFile | undefined): Promise<number> {
  keys += 1;
  const eventKey = `test:${keys}:${JSON.stringify(file ?? '')}`;
  const [id] = await store.runs.create([
    {
      rule: rule.name,
      revision: rule.revision,
      ruleJson: '{}',
      event: {},
      eventKey,
      trigger: 'manual',
      state: 'waiting',
      isShadow: false,
      createdMs: 0,
    },
  ]);
  if (id === undefined) throw new Error('no run was made');
  return id;
}
