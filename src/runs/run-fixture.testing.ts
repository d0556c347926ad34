import { ManualClock } from '../client-log/manual-clock.testing.js';
import type { Clock } from '../core/clock.js';
import { TransferError, type TransferErrorFacts } from '../core/transfer-error.js';
import { createNodePlatform } from '../engine/platform/node-platform.js';
import type { Action, ActionStep, Step } from '../rules/actions/action.js';
import type { EvaluatedCondition } from '../rules/conditions/condition.js';
import { DEFAULT_API_SETTINGS, DEFAULT_STORE_SETTINGS } from '../rules/house-settings.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import { makeScope } from '../rules/variables/make-scope.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import type { Store } from '../store/store.js';
import type { ActionContext, ActionEnd } from './action-context.js';
import { testRule } from './actions/action-context.testing.js';
import { AttemptBook } from './attempt-book.js';
import { LiveEventsHub } from './live-events-hub.js';
import type { LiveEvent } from './live-events.js';
import { createRunQueue, type RunQueue, type RunQueueOptions } from './run-queue.js';
import type { LineLog, RunServices } from './run-services.js';
import type { EndedRun, RunTools } from './run-tools.js';

/** Does an action of a test: by its title. */
export type Performer = (context: ActionContext, action: Action) => ActionEnd | Promise<ActionEnd>;

export interface RunFixture {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly queue: RunQueue;
  readonly services: RunServices;
  /** Alarms as they were raised and cleared. */
  readonly alarms: string[];
  readonly live: LiveEvent[];
  /** Titles of the steps whose action was performed, in order. */
  readonly performed: string[];
  /** Replaces the rules in force. */
  setRules(rules: readonly Rule[]): void;
  /** A second process on the same store, after this one died. */
  again(options?: FixtureOptions): RunFixture;
}

export interface FixtureOptions {
  readonly rules?: readonly Rule[];
  /** By the text of `fail` actions, which stand for any action here. */
  readonly performers?: Readonly<Record<string, Performer>>;
  readonly store?: Store;
  readonly clock?: ManualClock;
  /** Where attempts go; one that takes everything when absent. */
  readonly log?: LineLog;
  readonly queue?: Partial<RunQueueOptions>;
  readonly followers?: (ended: EndedRun) => readonly TriggerEvent[];
  readonly evaluate?: RunTools['evaluate'];
}

const DEAF_LOG: LineLog = { append: () => Promise.resolve(), prove: () => Promise.resolve() };

/** A queue on a store in memory, whose actions are functions of the test. */
export function runFixture(options: FixtureOptions = {}): RunFixture {
  const store = options.store ?? openMemoryStore();
  const clock = options.clock ?? new ManualClock('2026-03-02T02:10:00Z');
  let rules = options.rules ?? [];
  let book = bookOf(rules);
  const alarms: string[] = [];
  const live: LiveEvent[] = [];
  const performed: string[] = [];
  const services = testServices({ store, clock, book: () => book, alarms, log: options.log ?? DEAF_LOG });
  services.live.listen((event) => void live.push(event));
  const tools = testTools(options, performed);
  const queue = createRunQueue(services, tools, { owner: 'test', isOnlyProcess: true, ...options.queue });
  return {
    store,
    clock,
    queue,
    services,
    alarms,
    live,
    performed,
    setRules(changed) {
      rules = changed;
      book = bookOf(rules);
    },
    again: (changes = {}) => runFixture({ ...options, rules, store, clock, ...changes }),
  };
}

/** A rule of steps, run by hand. */
export function ruleOfSteps(name: string, steps: readonly Step[], changes: Partial<Rule> = {}): Rule {
  const rule = testRule('/rules', { name, steps, ...changes });
  return { ...rule, revision: changes.revision ?? `${name}-1` };
}

/** An action that the performer of this name does. */
export function act(title: string, changes: Partial<ActionStep> & { action?: Action } = {}): ActionStep {
  return {
    kind: 'action',
    title,
    action: { kind: 'systemLog', severity: 'info', text: title },
    ifFailed: [],
    retries: 0,
    retryDelayMs: 0,
    ...changes,
  };
}

export function stop(what: 'thisRule' | 'moreRules' | 'thisAndMoreRules' = 'thisRule'): ActionStep {
  return act('stop', { action: { kind: 'stop', what } });
}

/** A copy that the performer of this title does; neighbours may run at once. */
export function copy(title: string, changes: Partial<ActionStep> = {}): ActionStep {
  const action = {
    kind: 'copy',
    from: title,
    to: 'x:/',
    recursive: false,
    removeSource: false,
    options: {},
  } as const;
  return act(title, { action, ...changes });
}

let eventCount = 0;

/** A run by hand. */
export function manualEvent(rule: string, changes: Partial<TriggerEvent> = {}): TriggerEvent {
  return {
    rule,
    trigger: 'manual',
    key: `manual:${++eventCount}`,
    occurredAtMs: 0,
    values: {},
    ...changes,
  };
}

/** A file that a folder trigger saw. */
export function fileEvent(rule: string, name: string): TriggerEvent {
  return {
    rule,
    trigger: 'folder',
    key: `file:local:/in/${name}:1:1`,
    occurredAtMs: 0,
    file: { connection: '', path: `/in/${name}`, folder: '/in', sizeBytes: 1, modifiedMs: 1 },
    values: {},
  };
}

export const done: ActionEnd = { kind: 'succeeded', text: 'done' };

export function failed(facts: Partial<TransferErrorFacts> = {}): ActionEnd {
  return {
    kind: 'failed',
    error: new TransferError({ code: 'REFUSED', lastCode: 550, phase: 'action', message: 'no', ...facts }),
  };
}

/** Runs everything that waits, to its end. */
export async function runAll(
  fixture: RunFixture,
  events: readonly TriggerEvent[],
): Promise<readonly number[]> {
  await fixture.queue.start();
  const ids = await fixture.queue.createRuns(events);
  await fixture.queue.idle();
  return ids.map((id) => id ?? -1);
}

/** `path state` of each step, in the order of their beginning. */
export async function stepStates({ store }: RunFixture, run: number): Promise<readonly string[]> {
  return (await store.runs.steps(run)).map(({ path, state }) => `${path} ${state}`);
}

/** Lets everything go on that waits for nothing but the store. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise and its ways out. */
export function gate<T = void>(): { readonly opened: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

function bookOf(rules: readonly Rule[]): RuleBook {
  return {
    rules,
    calendars: {},
    commands: { allow: [] },
    mail: undefined,
    api: DEFAULT_API_SETTINGS,
    store: DEFAULT_STORE_SETTINGS,
    files: [],
  };
}

function testServices(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly book: () => RuleBook;
  readonly alarms: string[];
  readonly log: LineLog;
}): RunServices {
  const { store, clock, book, alarms } = parts;
  const platform = { ...createNodePlatform(), clock };
  const live = new LiveEventsHub(clock, () => undefined);
  const given: Partial<RunServices> = {
    platform,
    store,
    book,
    live,
    attempts: new AttemptBook(store.transfers, parts.log, live, { attempts: 'all' }),
    alarms: {
      raise: async ({ cause }) => void alarms.push(`raised ${cause}`),
      clear: async (cause) => void alarms.push(`cleared ${cause}`),
    },
  };
  return given as RunServices;
}

function testTools(options: FixtureOptions, performed: string[]): RunTools {
  return {
    scopeOf: (run, rule, event) =>
      makeScope({
        rule,
        event,
        run,
        server: { nodeName: 'node', homeFolder: '/home', os: 'linux' },
        timeZone: 'UTC',
      }),
    evaluate: options.evaluate ?? (async () => verdict(true)),
    perform: async (action, context) => {
      const title = titleOf(action);
      performed.push(title);
      return performTest(title, { action, context, options });
    },
    followers: options.followers ?? (() => []),
  };
}

/** What a condition of a test came to. */
export function verdict(holds: boolean): EvaluatedCondition {
  return { text: 'the test says so', holds, found: String(holds) };
}

async function performTest(
  title: string,
  { action, context, options }: { action: Action; context: ActionContext; options: FixtureOptions },
): Promise<ActionEnd> {
  const performer = options.performers?.[title];
  if (performer !== undefined) return performer(context, action);
  const { performWait } = await import('./actions/wait.js');
  const { performCall } = await import('./actions/call.js');
  if (action.kind === 'wait') return performWait(action, context);
  if (action.kind === 'call') return performCall(action, context);
  if (action.kind === 'stop') return { kind: 'stop', what: action.what };
  return done;
}

function titleOf(action: Action): string {
  if (action.kind === 'systemLog') return action.text;
  if (action.kind === 'copy') return action.from;
  return action.kind;
}
