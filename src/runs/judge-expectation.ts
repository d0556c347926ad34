import { DateTime } from 'luxon';
import {
  lastExpectedDay,
  nextExpectedDay,
  type ExpectedDay,
  type FilesExpectation,
} from '../rules/expectation-times.js';
import type { Expectation } from '../rules/expectation.js';
import type { Rule } from '../rules/rule.js';
import type { Calendars } from '../rules/triggers/schedule-times.js';
import { showDuration } from '../settings/duration.js';
import type { Store } from '../store/store.js';
import { countFiles, whyMissing, type MissingFacts } from './expectation-facts.js';
import type { ExpectationState } from './expectation-state.js';

/** One expectation of one rule at one moment. */
export interface ExpectationCase<Kind extends Expectation = Expectation> {
  readonly rule: Rule;
  readonly expectation: Kind;
  readonly state: ExpectationState;
  readonly calendars: Calendars;
  readonly store: Pick<Store, 'runs' | 'transfers'>;
  readonly nowMs: number;
  /** When this process began to watch. */
  readonly startedMs: number;
  /** When the rule last looked with success, as far as this process knows. */
  readonly lookedMs: number | undefined;
}

export interface Judgement {
  readonly state: ExpectationState;
  /** Not met now, and people are to be told. */
  readonly missing?: MissingFacts;
  /** Met again. */
  readonly isOver: boolean;
  /** When to judge again. */
  readonly nextMs: number;
}

/** Judges one expectation. Rejects with STORE_FAILED. */
export function judgeExpectation(given: ExpectationCase): Promise<Judgement> {
  const { expectation } = given;
  switch (expectation.kind) {
    case 'files':
      return judgeFiles({ ...given, expectation });
    case 'silence':
      return judgeSilence({ ...given, expectation });
  }
}

/** What is missing may come at any time; what nobody waits for any more is looked for now and then. */
const LOOK_AGAIN_MS = 60_000;
const LOOK_SELDOM_MS = 20 * 86_400_000;

/** So long a process that was just started may take until its rules have looked. */
const START_GRACE_MS = 120_000;

async function judgeFiles(given: ExpectationCase<FilesExpectation>): Promise<Judgement> {
  const { expectation, calendars, state, nowMs } = given;
  const dayNow = lastExpectedDay(expectation, calendars, nowMs);
  const decidedMs = Math.max(state.sinceMs, state.judgedMs ?? 0);
  const day = dayNow !== undefined && dayNow.dueMs > decidedMs ? dayNow : undefined;
  const nextDueMs = nextExpectedDay(expectation, calendars, nowMs)?.dueMs ?? nowMs + LOOK_SELDOM_MS;
  const fromMs = day?.fromMs ?? state.overdue?.fromMs;
  if (fromMs === undefined) return { state, isOver: false, nextMs: nextDueMs };
  const count = await countFiles(given.store, given.rule.name, expectation, fromMs);
  const isMet = count >= expectation.atLeast;
  const judged = { ...state, judgedMs: day?.dueMs ?? state.judgedMs };
  if (isMet) {
    const isOver = state.overdue !== undefined;
    return { state: { ...judged, overdue: undefined }, isOver, nextMs: nextDueMs };
  }
  return {
    state: { ...judged, overdue: { fromMs } },
    ...(day === undefined ? {} : { missing: await missingFiles(given, day, count) }),
    isOver: false,
    nextMs: Math.min(nextDueMs, nowMs + LOOK_AGAIN_MS),
  };
}

async function missingFiles(
  { rule, expectation, store }: ExpectationCase<FilesExpectation>,
  day: ExpectedDay,
  count: number,
): Promise<MissingFacts> {
  const { masks, atLeast, timeZone } = expectation;
  const due = DateTime.fromMillis(day.dueMs, { zone: timeZone }).setLocale('en-GB');
  const wanted = masks.length === 0 ? '' : ` (${masks.join(', ')})`;
  const { side, text } = await whyMissing(store, rule, day.fromMs);
  const by = due.toFormat('HH:mm ZZ, cccc yyyy-MM-dd');
  const found = count === 0 ? 'no file' : `only ${count} of ${atLeast} files`;
  return { side, text: `Rule ${rule.name}: ${found}${wanted} by ${by}. ${text}` };
}

type SilenceExpectation = Extract<Expectation, { kind: 'silence' }>;

async function judgeSilence(given: ExpectationCase<SilenceExpectation>): Promise<Judgement> {
  const { expectation, state, nowMs } = given;
  const { maxMs } = expectation;
  const heardMs = Math.min(Math.max((await lastHeard(given)) ?? 0, state.heardMs ?? 0), nowMs);
  const heard = { ...state, heardMs: heardMs === 0 ? undefined : heardMs };
  const dueMs = Math.max(heardMs + maxMs, state.sinceMs + maxMs);
  const isOpen = state.overdue !== undefined;
  if (dueMs > nowMs) return { state: { ...heard, overdue: undefined }, isOver: isOpen, nextMs: dueMs };
  const graceMs = given.startedMs + Math.min(maxMs, START_GRACE_MS);
  if (!isOpen && graceMs > nowMs) return { state: heard, isOver: false, nextMs: graceMs };
  return {
    state: { ...heard, overdue: { fromMs: dueMs } },
    ...(isOpen ? {} : { missing: await silent(given, heardMs) }),
    isOver: false,
    nextMs: nowMs + LOOK_AGAIN_MS,
  };
}

async function lastHeard({
  rule,
  expectation,
  store,
  lookedMs,
}: ExpectationCase<SilenceExpectation>): Promise<number | undefined> {
  if (expectation.of === 'poll') return lookedMs;
  const [last] = await store.runs.list({ rule: rule.name, states: ['succeeded'], limit: 1 });
  return last?.endedMs;
}

async function silent(
  { rule, expectation, store, state }: ExpectationCase<SilenceExpectation>,
  heardMs: number,
): Promise<MissingFacts> {
  const { of, maxMs } = expectation;
  const last = heardMs === 0 ? 'none so far' : `the last one ${utcText(heardMs)}`;
  const head = `Rule ${rule.name}: no successful ${of} for ${showDuration(maxMs)} (${last}).`;
  if (of === 'run') {
    const { side, text } = await whyMissing(store, rule, Math.max(heardMs, state.sinceMs));
    return { side, text: `${head} ${text}` };
  }
  const side = rule.triggers.some(({ kind }) => kind === 'remote') ? 'partner' : 'us';
  return { side, text: `${head} The folder that it watches cannot be looked at; its own alarm says why.` };
}

function utcText(atMs: number): string {
  return DateTime.fromMillis(atMs, { zone: 'utc' }).toFormat("yyyy-MM-dd HH:mm 'UTC'");
}
