import { nameUnknown } from '../../core/name-unknown.js';
import type { TransferError } from '../../core/transfer-error.js';
import type { Rule } from '../../rules/rule.js';
import { afterRuleEvents } from '../../rules/triggers/after-rule.js';
import type { TriggerKind } from '../../rules/triggers/trigger.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import { eventGroups } from '../../runs/event-groups.js';
import { EventOrder } from '../../runs/event-order.js';
import { runOf } from '../../runs/create-runs.js';
import { ruleOf } from '../../runs/frozen-rules.js';
import { RunLeases } from '../../runs/run-leases.js';
import { RunSeats } from '../../runs/run-seats.js';
import { readStory, type RunStory } from '../../runs/run-story.js';
import { RunWorker } from '../../runs/run-worker.js';
import type { RunRecord } from '../../store/run-store.js';
import { manualEvent, type ManualWish } from '../daemon/manual-event.js';
import { settingsFolder } from '../daemon/rule-settings.js';
import { runToolsOf } from '../daemon/run-tools-of-house.js';
import { openRehearsalHouse, type RehearsalHouse, type RehearsalHouseOptions } from './rehearsal-house.js';
import { madeUpEvent, type MadeUpEvent } from './rehearsal-event.js';
import { chainGaps, placeGaps } from './rehearsal-gaps.js';
import type { Rehearsal, RehearsedRun } from './rehearsal.js';
import { rehearseLooks, type LookWithEvents } from './rehearse-looks.js';

/** What is to be tried. */
export interface RehearsalWish extends ManualWish {
  readonly rule: string;
  /** As if this trigger had spoken; the first that the rule has when undefined. */
  readonly asIf: TriggerKind | undefined;
  /** Runs are tried with so many ready files, at most. */
  readonly mostRuns: number;
}

/**
 * Tries a rule against what really lies there, by the code that runs it, and changes nothing: no file here or at a
 * partner, no store, no log. Rejects NAME_UNKNOWN, NOT_FOUND, REFUSED and VARIABLE_UNKNOWN for a wish that cannot be, and as the house.
 */
export async function rehearseRule(wish: RehearsalWish, options: RehearsalHouseOptions): Promise<Rehearsal> {
  const house = await openRehearsalHouse(options);
  try {
    return await rehearse(wish, house);
  } finally {
    await house.close();
  }
}

async function rehearse(wish: RehearsalWish, house: RehearsalHouse): Promise<Rehearsal> {
  const { services } = house;
  const rule = ruleOf(services.book(), wish.rule);
  if (rule === undefined) throw notFound(wish.rule);
  const kind = wish.asIf ?? firstKind(rule);
  const isFileKind = kind === 'folder' || kind === 'remote';
  const looks = isFileKind ? await rehearseLooks(rule, services) : [];
  const wanted = await eventsOf(rule, { wish, kind, looks }, house);
  const runs: RehearsedRun[] = [];
  for (const { event } of wanted.slice(0, wish.mostRuns)) runs.push(await rehearseRun(rule, event, house));
  return {
    rule: rule.name,
    isEnabled: rule.enabled,
    atMs: services.platform.clock.now(),
    looks: looks.map(({ trigger, settleMs, verdicts, failure }) => ({
      trigger,
      settleMs,
      verdicts,
      ...(failure === undefined ? {} : { failure }),
    })),
    runs,
    untriedFiles: Math.max(0, wanted.length - runs.length),
    gaps: gapsOf(rule, { house, wanted, runs }),
  };
}

function firstKind({ triggers }: Rule): TriggerKind {
  const watched = triggers.find(({ kind }) => kind === 'folder' || kind === 'remote');
  return (watched ?? triggers[0])?.kind ?? 'manual';
}

async function eventsOf(
  rule: Rule,
  {
    wish,
    kind,
    looks,
  }: { readonly wish: RehearsalWish; readonly kind: TriggerKind; readonly looks: readonly LookWithEvents[] },
  { services, settings }: RehearsalHouse,
): Promise<readonly MadeUpEvent[]> {
  const parts = {
    platform: services.platform,
    calendars: services.book().calendars,
    folder: settingsFolder(settings().inForce),
  };
  const isFileKind = kind === 'folder' || kind === 'remote';
  if (!isFileKind && wish.file === undefined) return [await madeUpEvent(rule, kind, wish, parts)];
  // Two triggers may see one file; it is one event all the same.
  const seen = [
    ...new Map(looks.flatMap(({ events }) => events).map((event) => [event.key, event])).values(),
  ];
  if (wish.file === undefined) {
    return seen.map((event) => ({
      event: { ...event, values: { ...event.values, ...wish.values } },
      gaps: [],
    }));
  }
  const byHand = await manualEvent(rule, wish, parts);
  const same = seen.find(
    ({ file }) => file?.path === byHand.file?.path && file?.connection === byHand.file?.connection,
  );
  if (same !== undefined)
    return [{ event: { ...same, values: { ...same.values, ...wish.values } }, gaps: [] }];
  const gap = 'no trigger of the rule takes this file now: tried as if a person ran the rule with it';
  return [{ event: byHand, gaps: [gap] }];
}

/** One run in memory, by the worker of the daemon, as a shadow run. */
async function rehearseRun(rule: Rule, event: TriggerEvent, house: RehearsalHouse): Promise<RehearsedRun> {
  const { services } = house;
  const { runs } = services.store;
  const { clock } = services.platform;
  const before = (await runs.list({ limit: 1 }))[0]?.id ?? 0;
  const [id] = await runs.create([
    {
      ...runOf(rule, event),
      state: 'waiting',
      isShadow: true,
      createdMs: clock.now(),
    },
  ]);
  if (id === undefined) throw new Error(`two events of rule ${rule.name} have the key ${event.key}`);
  const worked = await workerOf(house).work(rule.name, id);
  if (worked.kind === 'unclaimed') throw worked.error;
  if (worked.kind === 'worked' && worked.end.kind === 'lost') throw worked.end.error;
  return toldRun(event, { id, before }, house);
}

async function toldRun(
  event: TriggerEvent,
  { id, before }: { readonly id: number; readonly before: number },
  house: RehearsalHouse,
): Promise<RehearsedRun> {
  const { store } = house.services;
  const made = (await store.runs.list({ limit: MOST_CALLED })).filter((run) => run.id > before).reverse();
  const stories = await Promise.all(made.map((run) => readStory(store, run.id)));
  const run = made.find((each) => each.id === id);
  const story = stories.find((each) => each?.run === id);
  if (run === undefined || story === undefined) throw new Error(`run ${id} is gone from memory`);
  const { reason = '', errorCode } = run;
  return {
    event,
    story,
    reason,
    ...(errorCode === undefined ? {} : { errorCode }),
    called: stories.filter((each) => each !== undefined && each.run !== id) as readonly RunStory[],
    followers: followersOf(run, house),
  };
}

const MOST_CALLED = 1000;

function workerOf(house: RehearsalHouse): RunWorker {
  const { services } = house;
  const { store, platform } = services;
  return new RunWorker(services, runToolsOf(house), {
    leases: new RunLeases(store.runs, platform.clock, { owner: 'test', leaseMs: LEASE_MS }),
    seats: new RunSeats(1, () => undefined),
    order: new EventOrder(services),
    makeFollowers: () => undefined,
  });
}

const LEASE_MS = 86_400_000;

function followersOf(run: RunRecord, { services }: RehearsalHouse): readonly string[] {
  const { state, reason = '' } = run;
  if (state === 'waiting' || state === 'running') return [];
  const ended = { run: { ...run, isShadow: false }, state, reason };
  return afterRuleEvents(ended, services.book(), services.platform.clock.now()).events.map(
    ({ rule }) => rule,
  );
}

function gapsOf(
  rule: Rule,
  {
    house,
    wanted,
    runs,
  }: {
    readonly house: RehearsalHouse;
    readonly wanted: readonly MadeUpEvent[];
    readonly runs: readonly RehearsedRun[];
  },
): readonly string[] {
  const before = eventGroups(house.services.book()).before(rule.name);
  return [
    ...new Set([
      ...house.gaps,
      ...wanted.slice(0, runs.length).flatMap(({ gaps }) => gaps),
      ...before.map((other) => `rule ${other} comes before it on the same files and may stop it`),
      ...placeGaps([...rule.steps, ...rule.otherwise]),
      ...runs.flatMap(chainGaps),
    ]),
  ];
}

function notFound(name: string): TransferError {
  return nameUnknown(`there is no rule ${name}`, 'tally rules list shows the rules of the settings.');
}
