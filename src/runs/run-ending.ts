import type { ErrorCode } from '../core/error-codes.js';
import type { TransferError } from '../core/transfer-error.js';
import type { RunRecord } from '../store/run-store.js';
import type { GivenBack, RunFlow } from './run-flow.js';
import type { RunInHand } from './run-in-hand.js';
import type { FailedStep } from './run-progress.js';
import type { RunServices } from './run-services.js';
import { nextRunState, type RunEvent } from './run-state.js';
import type { EndedRun } from './run-tools.js';
import { UnsentFiles } from './unsent-files.js';

/** What became of a run in the hands of this process. */
export type RunEnd =
  | {
      readonly kind: 'ended';
      readonly state: EndedRun['state'];
      readonly reason: string;
      readonly error?: TransferError;
    }
  | GivenBack
  /** Nothing could be recorded, or another has taken it over: it stays as it stands in the store. */
  | { readonly kind: 'lost'; readonly error: TransferError };

interface EndFacts {
  readonly event: RunEvent & ('succeed' | 'fail' | 'cancel' | 'skip');
  readonly reason: string;
  readonly error?: TransferError;
}

/** Writes the end of runs: rules that run after it first, then the end itself, then whoever listens. */
export class RunEnding {
  readonly #services: RunServices;
  readonly #makeFollowers: (ended: EndedRun) => Promise<void> | undefined;
  readonly #unsent: UnsentFiles;

  constructor(services: RunServices, makeFollowers: (ended: EndedRun) => Promise<void> | undefined) {
    this.#services = services;
    this.#makeFollowers = makeFollowers;
    this.#unsent = new UnsentFiles(services);
  }

  /** Rejects with STORE_FAILED or STALE_LEASE. */
  async settle(hand: RunInHand, flow: RunFlow): Promise<RunEnd> {
    const { progress, record } = hand;
    if (flow.kind === 'givenBack') {
      await progress.flush();
      // Those that wait for a partner keep their place: the whole rule waits until the partner may be tried.
      await this.#services.store.runs.giveBack(record.id, hand.fence, flow.reason, 0);
      return flow;
    }
    const facts = endFacts(hand, flow);
    const error = facts.error ?? progress.failed[0]?.error;
    return this.end(record, {
      ...facts,
      ...(error === undefined || facts.event !== 'fail' ? {} : { error }),
      files: { succeeded: progress.filesSucceeded, failed: progress.filesFailed },
      flush: () => progress.flush(),
    });
  }

  /** Ends a claimed run. `flush`: what must stand in the store before. */
  async end(
    run: RunRecord,
    facts: EndFacts & {
      readonly files?: { readonly succeeded: number; readonly failed: number };
      readonly flush?: () => Promise<void>;
    },
  ): Promise<RunEnd> {
    const { store, platform, live } = this.#services;
    const state = nextRunState('running', facts.event) as EndedRun['state'];
    const { reason, error } = facts;
    const endedMs = platform.clock.now();
    const followers = this.#makeFollowers({ run, state, reason });
    // The rules after it stand in the store before its end does: a kill between the two loses none.
    if (followers !== undefined) await followers;
    const errorCode: ErrorCode | undefined = error?.code;
    const ended = store.runs.end(run.id, run.lease?.fence ?? 0, {
      state,
      endedMs,
      reason,
      filesSucceeded: facts.files?.succeeded ?? 0,
      filesFailed: facts.files?.failed ?? 0,
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    await Promise.all([facts.flush?.(), ended]);
    const tookMs = Math.max(0, endedMs - (run.startedMs ?? endedMs));
    live.publish({ type: 'run.ended', run: run.id, rule: run.rule, state, reason, tookMs });
    if (state === 'skipped') await this.#countNothing(run, reason);
    await this.#tellPeople(run, { state, error });
    return { kind: 'ended', state, reason, ...(error === undefined ? {} : { error }) };
  }

  async #countNothing(run: RunRecord, reason: string): Promise<void> {
    const day = new Date(this.#services.platform.clock.now()).toISOString().slice(0, 10);
    await this.#services.store.runs.countNothing(run.rule, day, reason, 1);
  }

  /** A failed run that a person leaves as it is: its file counts as unsent no more. False: it did not count. */
  leaveUnsent(run: RunRecord): Promise<boolean> {
    return this.#unsent.settled(run);
  }

  /** Files that are unsent have an alarm for their rule. A parked partner has an alarm of its own. */
  async #tellPeople(
    run: RunRecord,
    { state, error }: { readonly state: EndedRun['state']; readonly error: TransferError | undefined },
  ): Promise<void> {
    if (run.isShadow) return;
    if (state === 'succeeded' || state === 'cancelled') await this.#unsent.settled(run);
    if (state !== 'failed' || error === undefined || error.retry === 'auth') return;
    await this.#unsent.failed(run, error);
  }
}

function endFacts(hand: RunInHand, flow: Exclude<RunFlow, GivenBack>): EndFacts {
  const { failed } = hand.progress;
  switch (flow.kind) {
    case 'nothing':
      return { event: 'skip', reason: flow.reason };
    case 'cancelled':
      return { event: 'cancel', reason: 'a person cancelled it' };
    case 'timeLimit':
      return { event: 'fail', reason: flow.error.message, error: flow.error };
    case 'stop':
    case 'on':
      if (failed.length > 0) return { event: 'fail', reason: failureText(failed) };
      return { event: 'succeed', reason: successText(hand, flow) };
  }
}

function failureText([first, ...others]: readonly FailedStep[]): string {
  if (first === undefined) return 'failed';
  const more = others.length === 0 ? '' : `; ${others.length} more failed after it`;
  return `step ${first.path} (${first.title}) failed: ${first.error.message}${more}`;
}

function successText(hand: RunInHand, flow: Extract<RunFlow, { kind: 'on' | 'stop' }>): string {
  const { filesSucceeded } = hand.progress;
  const files = filesSucceeded === 1 ? 'one file' : `${filesSucceeded} files`;
  const done = filesSucceeded === 0 ? 'all steps done' : files;
  const text = flow.kind === 'stop' ? `${done}; ${flow.reason}` : done;
  return hand.record.isShadow ? `only tried: ${text}` : text;
}
