import { openHouse, type House } from '../../src/engine/daemon/house.js';
import { readRuleSettings } from '../../src/engine/daemon/rule-settings.js';
import { runToolsOf } from '../../src/engine/daemon/run-tools-of-house.js';
import { nodeSurroundings } from '../../src/engine/surroundings.js';
import type { TriggerEvent } from '../../src/rules/triggers/trigger-event.js';
import { createRunQueue } from '../../src/runs/run-queue.js';
import { hasEnded } from '../../src/runs/run-state.js';
import { openMemoryStore } from '../../src/store/memory-store.testing.js';
import type { RunRecord } from '../../src/store/run-store.js';
import type { Store } from '../../src/store/store.js';
import type { AttemptRecord } from '../../src/store/transfer-store.js';
import { doomedPlatform, doomedStore, type Doom } from './doom.js';
import type { Ground } from './ground.js';

export const CONTENT = 'order 4711\n'.repeat(300);

/** A rule `r` over a folder of its own, whose processes can be killed. */
export interface KilledRule {
  readonly store: Store;
  /** Lives until the run has ended or the process dies; what it changed, in order. */
  live(doom: Doom): Promise<void>;
  content(name: string): Promise<string | undefined>;
  names(folder: string): Promise<readonly string[]>;
  /** Lines of the client log without headers. */
  lines(): Promise<readonly string[]>;
  attempts(): Promise<readonly AttemptRecord[]>;
  run(): Promise<RunRecord | undefined>;
}

/** `steps`: the `do:` of the rule as YAML; its file is `outbox/a.csv`. */
export async function killedRule(ground: Ground, steps: string): Promise<KilledRule> {
  for (const name of ['inbox', 'set-aside']) await ground.makeFolder(`exchange/${name}`);
  await ground.put('exchange/outbox/a.csv', CONTENT);
  await ground.put('exchange/no-folder', 'a file, so that nothing can be put below it');
  await ground.put('tallyman.yaml', settingsText(steps));
  const store = openMemoryStore();
  const event = fileEvent(ground.folder);
  let pid = 70_000;
  return {
    store,
    live: (doom) => live({ ground, store, event, doom, pid: ++pid }),
    content: (name) => ground.content(`exchange/${name}`),
    names: (name) => ground.names(`exchange/${name}`),
    lines: () => logLines(ground),
    attempts: () => store.transfers.find(undefined, { limit: 1_000 }),
    run: () => store.runs.ofEvent('r', event.key),
  };
}

function settingsText(steps: string): string {
  return `clientLog: { folder: ./logs }
stateFolder: ./state
rules:
  r:
    on: { folder: { path: ./exchange/outbox, settle: 0s } }
    roots: [./exchange]
    do:
${steps}`;
}

interface Life {
  readonly ground: Ground;
  readonly store: Store;
  readonly event: TriggerEvent;
  readonly doom: Doom;
  readonly pid: number;
}

async function live(life: Life): Promise<void> {
  let house: House | undefined;
  const whole = async () => {
    house = await openLife(life);
    const queue = createRunQueue(house.services, runToolsOf(house), {
      owner: `process ${life.pid}`,
      isOnlyProcess: true,
    });
    await queue.start();
    // What a folder trigger does at each start: it tells what it sees, and the key says whether that is known.
    await queue.createRuns([life.event]);
    await queue.idle();
    await queue.stop({ limitMs: 1_000 });
    await house.close();
  };
  await Promise.race([whole(), life.doom.death]);
  await life.doom.bury();
}

async function openLife({ ground, store, doom, pid }: Life): Promise<House> {
  const { folder, files } = ground;
  const real = nodeSurroundings({ warn: () => undefined, environment: { HOME: folder }, workFolder: folder });
  const there = { ...real, platform: { ...real.platform, files } };
  return openHouse({
    settings: await readRuleSettings({ config: `${folder}/tallyman.yaml` }, there),
    surroundings: { ...there, platform: doomedPlatform(there.platform, doom, pid) },
    openStore: () => Promise.resolve(doomedStore(store, doom)),
  });
}

function fileEvent(root: string): TriggerEvent {
  const folder = `${root}/exchange/outbox`;
  const path = `${folder}/a.csv`;
  return {
    rule: 'r',
    trigger: 'folder',
    key: `file:local:${path}:1:1`,
    occurredAtMs: Date.parse('2026-03-02T02:10:00Z'),
    file: {
      connection: '',
      path,
      folder,
      sizeBytes: CONTENT.length,
      modifiedMs: undefined,
    },
    values: {},
  };
}

async function logLines(ground: Ground): Promise<readonly string[]> {
  const names = (await ground.names('logs')).filter((name) => /^cl\d+\.log$/.test(name));
  const texts = await Promise.all(names.map(async (name) => (await ground.content(`logs/${name}`)) ?? ''));
  return texts.flatMap((text) => text.split(/\r?\n/)).filter((line) => line !== '' && !line.startsWith('#'));
}

/** True when the run of the rule has ended. */
export async function hasRunEnded(rule: KilledRule): Promise<boolean> {
  const run = await rule.run();
  return run !== undefined && hasEnded(run.state);
}
