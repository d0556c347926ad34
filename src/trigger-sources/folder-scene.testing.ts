import type { Rule } from '../rules/rule.js';
import { UNFINISHED_MASKS } from '../rules/triggers/read-triggers.js';
import type { FolderTrigger } from '../rules/triggers/trigger.js';
import type { Delivery } from '../store/ledger-store.js';
import { FolderSource, type FolderSourceOptions } from './folder-source.js';
import { JumpingClock, settled } from './jumping-clock.testing.js';
import { LookLanes } from './look-lanes.js';
import { SimulatedFolder } from './simulated-folder.testing.js';
import { MemorySink } from './trigger-sink.testing.js';

/** Which keys were seen, and what triggers remember: as the store, in memory. */
export class MemoryEvents {
  readonly known = new Set<string>();
  readonly states = new Map<string, unknown>();
  asked = 0;

  async unknown(_rule: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    this.asked += keys.length;
    return new Set(keys.filter((key) => !this.known.has(key)));
  }

  async know(_rule: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.known.add(key);
  }

  async triggerState(rule: string, trigger: string): Promise<unknown> {
    return this.states.get(`${rule} ${trigger}`);
  }

  async setTriggerState(rule: string, trigger: string, state: unknown): Promise<void> {
    this.states.set(`${rule} ${trigger}`, state);
  }
}

export function ruleNamed(name: string, changes: Partial<Rule> = {}): Rule {
  return {
    name,
    description: '',
    enabled: true,
    shadow: false,
    triggers: [],
    variables: {},
    steps: [],
    otherwise: [],
    overlap: 'parallel',
    maxParallel: 1,
    parallelTransfers: false,
    roots: [],
    quarantineAfter: 3,
    expectations: [],
    source: { file: 'tallyman.yaml', line: 1 },
    revision: '0',
    ...changes,
  };
}

export function folderTrigger(path: string, changes: Partial<FolderTrigger> = {}): FolderTrigger {
  return {
    kind: 'folder',
    path,
    include: [],
    exclude: [...UNFINISHED_MASKS],
    subfolders: false,
    settleMs: 5000,
    events: 'changed',
    sweepMs: 60_000,
    exclusive: false,
    scanTimeoutMs: 30_000,
    ...changes,
  };
}

/** A simulated folder, a clock that the test moves, and the source that watches: all in memory. */
export class FolderScene {
  readonly clock = new JumpingClock('2026-11-26T02:10:00Z');
  readonly folder: SimulatedFolder;
  readonly sink = new MemorySink();
  readonly events = new MemoryEvents();
  readonly lanes = new LookLanes();
  deliveries: Delivery[] = [];
  holder: string | undefined;
  rule = ruleNamed('send');

  constructor(path = '/share/out') {
    this.folder = new SimulatedFolder(path);
  }

  source(
    changes: Partial<FolderTrigger> = {},
    options: Partial<Pick<FolderSourceOptions, 'limits'>> = {},
  ): FolderSource {
    return new FolderSource({
      rule: this.rule,
      trigger: folderTrigger(this.folder.folder, changes),
      sink: this.sink,
      ...options,
      services: {
        platform: { files: this.folder.files, clock: this.clock },
        store: {
          events: this.events,
          ledger: {
            ofTarget: async (_rule, target) => this.deliveries.filter((one) => one.target === target),
          },
        },
        hints: this.folder,
        fileUse: { holderOf: async () => this.holder },
        lanes: this.lanes,
      },
    });
  }

  /** A source whose first look is over, unless it hangs. */
  async started(...given: Parameters<FolderScene['source']>): Promise<FolderSource> {
    const source = this.source(...given);
    await source.start();
    await settled();
    return source;
  }

  /** A file of the watched folder as it is from now on. */
  write(name: string, sizeBytes = 1): void {
    this.folder.put(`${this.folder.folder}/${name}`, { sizeBytes, modifiedMs: this.clock.now() });
  }

  /** Names of the files that fired, in order. */
  get fired(): readonly string[] {
    return this.sink.events.map(({ file }) => (file?.path ?? '').slice(this.folder.folder.length + 1));
  }
}
