import { hasEnded } from '../../runs/run-state.js';
import { readStory, type RunStory } from '../../runs/run-story.js';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import type { RunRecord } from '../../store/run-store.js';
import { startDaemon, type Daemon } from '../daemon/daemon.js';
import { readRuleSettings } from '../daemon/rule-settings.js';
import type { Surroundings } from '../surroundings.js';
import { DEMO_RULES, type DemoRule } from './demo-rules.js';

/** A rule with the stories of its runs, oldest first. */
export interface ToldDemoRule {
  readonly rule: DemoRule;
  readonly stories: readonly RunStory[];
  /** False = what should not happen did, or took too long. */
  readonly isExpected: boolean;
}

/** What the daemon of the demo did, and what it would have told people. */
export interface DemoRulesReport {
  readonly rules: readonly ToldDemoRule[];
  readonly notices: readonly string[];
}

/** Many times what it takes. */
const LIMIT_MS = 30_000;

/** Runs the rules of the demo's settings by a daemon of its own until each of them had its runs. */
export async function runDemoRules(
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<DemoRulesReport> {
  const { platform } = surroundings;
  const notices: string[] = [];
  const within = { ...surroundings, warn: (text: string) => void notices.push(text) };
  const daemon = await startDaemon({
    settings: await readRuleSettings({}, within),
    surroundings: within,
    openStore: (file) => openSqliteStore({ file, access: 'write', platform }),
    flags: {},
    version: 'demo',
    watchesSettings: false,
  });
  daemon.live.listen((event) => {
    if (event.type === 'alarm.opened') notices.push(`alarm: ${event.text}`);
  });
  let rules: readonly ToldDemoRule[];
  try {
    await allEnded(daemon, signal);
    rules = await told(daemon);
  } finally {
    await daemon.stop();
  }
  return { rules, notices };
}

/** Resolves also when the time is up or the demo is to end: what is there by then is told. */
async function allEnded(daemon: Daemon, signal: AbortSignal): Promise<void> {
  let change = nextChange();
  const stopListening = daemon.live.listen(({ type }) => {
    if (type === 'run.ended') change.happened();
  });
  let isOver = false;
  const end = () => {
    isOver = true;
    change.happened();
  };
  const timer = daemon.platform.clock.startTimer(LIMIT_MS, end);
  signal.addEventListener('abort', end);
  try {
    while (!isOver && !signal.aborted) {
      change = nextChange();
      const runs = await endedRuns(daemon);
      if (DEMO_RULES.every((rule) => ofRule(runs, rule).length >= rule.runs)) return;
      await change.come;
    }
  } finally {
    stopListening();
    timer.cancel();
    signal.removeEventListener('abort', end);
  }
}

function nextChange(): { readonly come: Promise<void>; readonly happened: () => void } {
  let happened: () => void = () => undefined;
  const come = new Promise<void>((resolve) => (happened = resolve));
  return { come, happened };
}

async function endedRuns({ store }: Daemon): Promise<readonly RunRecord[]> {
  const runs = await store.runs.list({ limit: 100 });
  return runs.filter(({ state }) => hasEnded(state)).reverse();
}

function ofRule(runs: readonly RunRecord[], { name }: DemoRule): readonly RunRecord[] {
  return runs.filter((run) => run.rule === name);
}

async function told(daemon: Daemon): Promise<readonly ToldDemoRule[]> {
  const runs = await endedRuns(daemon);
  return Promise.all(
    DEMO_RULES.map(async (rule) => {
      const own = ofRule(runs, rule);
      const stories = await Promise.all(own.map((run) => readStory(daemon.store, run.id)));
      return {
        rule,
        stories: stories.filter((story) => story !== undefined),
        isExpected: own.length === rule.runs && own.every(({ state }) => state === rule.state),
      };
    }),
  );
}
