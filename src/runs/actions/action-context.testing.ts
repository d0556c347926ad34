import { createNodePlatform } from '../../engine/platform/node-platform.js';
import type { Platform } from '../../core/platform.js';
import { Secret } from '../../core/secret.js';
import type { Rule } from '../../rules/rule.js';
import type { EventFile, TriggerEvent } from '../../rules/triggers/trigger-event.js';
import { makeScope } from '../../rules/variables/make-scope.js';
import { ConnectionBudgets } from '../../transfers/connection-budgets.js';
import { LeftoverRounds } from '../../transfers/leftover-rounds.js';
import { PartialJournal } from '../../transfers/partial-journal.js';
import { ServerMemory } from '../../transfers/server-memory.js';
import type { ActionContext } from '../action-context.js';
import { MovingFiles } from '../moving-files.js';
import type { RunServices } from '../run-services.js';

export interface ActionFixture {
  /** Absolute: the rule's file is `tallyman.yaml` in it, and it is the one root. */
  readonly folder: string;
  /** Path of the file that caused the run; none when absent. */
  readonly file?: string | EventFile;
  /** Values of the event. */
  readonly values?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly rule?: Partial<Rule>;
  /** Services of the run; those that are not given throw when they are used. */
  readonly services?: Partial<RunServices>;
  /** By the name of the reference's variable. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly isShadow?: boolean;
  readonly isResumed?: boolean;
}

/** A context as an action gets it in a run, on the real files below `folder`. */
export function actionContext(fixture: ActionFixture): ActionContext {
  const platform = fixture.platform ?? createNodePlatform();
  const rule = testRule(fixture.folder, fixture.rule);
  const event = testEvent(rule, fixture);
  const run = { id: 7, fence: 1 };
  const { hostName, os } = platform.host;
  return {
    services: testServices(platform, fixture),
    run,
    rule,
    event,
    step: '0',
    scope: makeScope({
      rule,
      event,
      run: { id: run.id, createdMs: event.occurredAtMs },
      server: { nodeName: hostName, homeFolder: fixture.folder, os },
      timeZone: 'UTC',
    }),
    signal: fixture.signal ?? new AbortController().signal,
    timeLimitMs: undefined,
    isShadow: fixture.isShadow ?? false,
    datasets: new Map(),
    begunMs: event.occurredAtMs,
    isResumed: fixture.isResumed ?? false,
    pause: () => Promise.resolve(true),
    callRule: () => Promise.reject(new Error('the fixture calls no rule')),
  };
}

/** A rule that can be run by hand and does nothing. */
export function testRule(folder: string, changes: Partial<Rule> = {}): Rule {
  return {
    name: 'test-rule',
    description: '',
    enabled: true,
    shadow: false,
    triggers: [{ kind: 'manual', sample: {} }],
    variables: {},
    steps: [],
    otherwise: [],
    overlap: 'queue',
    maxParallel: 1,
    parallelTransfers: false,
    roots: [folder],
    quarantineAfter: 3,
    expectations: [],
    source: { file: `${folder}/tallyman.yaml`, line: 1 },
    revision: '0123456789abcdef',
    ...changes,
  };
}

function testEvent(rule: Rule, { file, values, folder }: ActionFixture): TriggerEvent {
  const eventFile =
    typeof file === 'string'
      ? { connection: '', path: file, folder, sizeBytes: undefined, modifiedMs: undefined }
      : file;
  return {
    rule: rule.name,
    trigger: file === undefined ? 'manual' : 'folder',
    key: 'manual:test',
    occurredAtMs: Date.parse('2026-02-11T22:33:34.784Z'),
    values: values ?? {},
    ...(eventFile === undefined ? {} : { file: eventFile }),
  };
}

function testServices(platform: Platform, { services, secrets }: ActionFixture): RunServices {
  const memory = ServerMemory.inMemory(platform);
  const given: Partial<RunServices> = {
    platform,
    journal: PartialJournal.inMemory(platform),
    memory,
    budgets: new ConnectionBudgets(platform, memory),
    rounds: new LeftoverRounds(platform.clock),
    moving: new MovingFiles(),
    secretOf: (reference) => {
      const value = 'env' in reference ? secrets?.[reference.env] : undefined;
      return value === undefined
        ? Promise.reject(new Error(`the fixture has no secret ${JSON.stringify(reference)}`))
        : Promise.resolve(new Secret(value));
    },
    ...services,
  };
  return new Proxy(given as RunServices, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name) as unknown;
      throw new Error(`the fixture was given no service "${String(name)}"`);
    },
  });
}
