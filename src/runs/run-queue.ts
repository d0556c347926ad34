import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { RunRecord } from '../store/run-store.js';
import { wantedRuns, type RunOrigin, type WantedRun } from './create-runs.js';
import { EventOrder } from './event-order.js';
import { FrozenRules, ruleOf } from './frozen-rules.js';
import type { LaneBlock, RuleLane } from './rule-lane.js';
import { RunControl } from './run-control.js';
import { RunEnding, type RunEnd } from './run-ending.js';
import { RunExecutor } from './run-executor.js';
import { RunLanes } from './run-lanes.js';
import { RunLeases } from './run-leases.js';
import { RunSeats } from './run-seats.js';
import type { RunServices } from './run-services.js';
import { hasEnded } from './run-state.js';
import type { RunTools } from './run-tools.js';
import { isSubRun, SubRuns } from './sub-runs.js';
import { StoreTrouble } from './store-trouble.js';

export interface RunQueueOptions {
  /** Names this process in leases. */
  readonly owner: string;
  /** Runs at work at a time, over all rules; default 64. */
  readonly maxRuns?: number;
  /** Default 60 s; prolonged three times as often. */
  readonly leaseMs?: number;
  /** True where no other process can hold a run of this store: then those of a killed one are taken over at once. */
  readonly isOnlyProcess: boolean;
}

/** What is under way and what waits. */
export interface QueueFigures {
  readonly running: number;
  readonly waiting: number;
  /** Rules with runs under way, waiting, or held back. */
  readonly rules: ReadonlyMap<
    string,
    { readonly running: number; readonly waiting: number; readonly block?: LaneBlock }
  >;
}

const DEFAULT_RUNS = 64;
const DEFAULT_LEASE_MS = 60_000;
const LOOK_LIMIT = 256;
const CREATE_AT_ONCE = 500;
/** Between two tries at a partner, at least. */
const SHORTEST_BLOCK_MS = 1_000;

/** The queue of runs: makes them of events, begins them in turn, takes up those of a process that died. */
export function createRunQueue(services: RunServices, tools: RunTools, options: RunQueueOptions): RunQueue {
  return new RunQueue(services, tools, options);
}

interface Work {
  readonly lane: RuleLane;
  readonly control: RunControl;
}

/** See `createRunQueue`. */
export class RunQueue {
  readonly #services: RunServices;
  readonly #tools: RunTools;
  readonly #options: RunQueueOptions;
  readonly #lanes: RunLanes;
  readonly #seats: RunSeats;
  readonly #leases: RunLeases;
  readonly #ending: RunEnding;
  readonly #executor: RunExecutor;
  readonly #subRuns: SubRuns;
  readonly #order: EventOrder;
  readonly #trouble: StoreTrouble;
  /** Runs that this process works on, sub-runs included. */
  readonly #work = new Map<number, Work>();
  /** Runs of a process that died, and those that could not be recorded: before all others. */
  #adopted: RunRecord[] = [];
  #isTaking = false;
  #isFilling = false;
  #fillAgain = false;
  #onIdle: (() => void)[] = [];
  #stopListening: (() => void) | undefined;
  #stopBeating: (() => void) | undefined;

  constructor(services: RunServices, tools: RunTools, options: RunQueueOptions) {
    const { platform, store } = services;
    this.#services = services;
    this.#tools = tools;
    this.#options = options;
    this.#lanes = new RunLanes(
      platform.clock,
      (rule) => this.#limitOf(rule),
      () => this.#fill(),
    );
    this.#seats = new RunSeats(options.maxRuns ?? DEFAULT_RUNS, () => this.#fill());
    const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    this.#leases = new RunLeases(store.runs, platform.clock, { owner: options.owner, leaseMs });
    this.#ending = new RunEnding(services, (ended) => this.#makeFollowers(ended));
    const rules = new FrozenRules(store.runs, services.book);
    this.#executor = new RunExecutor(services, tools, { rules, ending: this.#ending });
    this.#subRuns = new SubRuns(services, this.#leases);
    this.#order = new EventOrder(services);
    this.#trouble = new StoreTrouble(services, () => this.#fill());
  }

  /** Takes up what a killed process left, then begins what waits. Rejects with STORE_FAILED. */
  async start(): Promise<void> {
    const { store, live, platform } = this.#services;
    await this.#adopt(this.#options.isOnlyProcess ? Number.MAX_SAFE_INTEGER : platform.clock.now());
    for (const { rule, state, count } of await store.runs.counts()) {
      if (state !== 'waiting') continue;
      const lane = this.#lanes.of(rule);
      lane.waiting += count;
      lane.mayHoldMore = true;
    }
    this.#stopListening = live.listen((event) => {
      if (event.type === 'partner.released') this.#unblock('partner');
    });
    this.#startBeating();
    this.#isTaking = true;
    await this.wake();
  }

  /**
   * Makes the runs of events and begins them as soon as there is room. The answer has a number for each event, undefined
   * for one that is known already or that made no run. Rejects with STORE_FAILED: then an event may come again.
   */
  async createRuns(
    events: readonly TriggerEvent[],
    origin: RunOrigin = {},
  ): Promise<readonly (number | undefined)[]> {
    const answer = new Array<number | undefined>(events.length).fill(undefined);
    const isBusy = (rule: string) => this.#isBusy(rule);
    const wanted = wantedRuns(events, this.#services, { origin, isBusy });
    for (let from = 0; from < wanted.length; from += CREATE_AT_ONCE) {
      const part = wanted.slice(from, from + CREATE_AT_ONCE);
      const ids = await this.#create(part);
      for (const [index, { eventIndex }] of part.entries()) {
        if (eventIndex !== undefined) answer[eventIndex] = ids[index];
      }
    }
    return answer;
  }

  /** Rules, pauses or a partner changed: looks again at everything that is held back. */
  async wake(): Promise<void> {
    const pauses = new Map((await this.#services.store.runs.pauses()).map((pause) => [pause.rule, pause]));
    const nowMs = this.#services.platform.clock.now();
    for (const lane of this.#lanes.all()) {
      const pause = pauses.get(lane.rule);
      const isPaused = pause !== undefined && (pause.untilMs === undefined || pause.untilMs > nowMs);
      if (isPaused) {
        const { untilMs, reason, by } = pause;
        const words = `paused by ${by}: ${reason}`;
        this.#block(lane, { why: 'paused', reason: words, ...(untilMs === undefined ? {} : { untilMs }) });
      } else {
        this.#holdUnlessInForce(lane);
      }
    }
    this.#fill();
  }

  /** `asked`: it ends after rolling back what is under way, or has not begun and never will. NOT_FOUND. */
  async cancel(id: number): Promise<'asked' | 'ended'> {
    const { runs } = this.#services.store;
    const run = await runs.get(id);
    if (run === undefined) throw notFound(id);
    if (hasEnded(run.state)) return 'ended';
    if (!(await runs.askCancel(id))) return 'ended';
    const work = this.#work.get(id);
    if (work !== undefined) work.control.break('cancel', `run ${id} was cancelled`);
    else await this.#endWaiting(run);
    return 'asked';
  }

  /** Begins nothing new from now on; what is under way goes on to its end. */
  drain(): void {
    this.#isTaking = false;
  }

  /**
   * Begins nothing new. Steps under way may end within the limit, then they are rolled back; runs that have more steps
   * are given back and go on at the next start. Resolves with the runs that did not end in time all the same.
   */
  async stop(options: { readonly limitMs: number }): Promise<readonly number[]> {
    this.drain();
    for (const { control } of this.#work.values()) control.stop();
    if (!(await this.#idleWithin(options.limitMs))) {
      for (const { control } of this.#work.values()) control.break('shutdown', 'the daemon stops');
      await this.#idleWithin(options.limitMs);
    }
    this.#stopListening?.();
    this.#stopBeating?.();
    this.#lanes.stop();
    this.#trouble.stop();
    return [...this.#work.keys()];
  }

  /** Resolves when nothing is under way and nothing that may begin waits. */
  async idle(): Promise<void> {
    while (this.#work.size > 0 || this.#isFilling) {
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
  }

  figures(): QueueFigures {
    const rules = new Map<string, { running: number; waiting: number; block?: LaneBlock }>();
    let waiting = 0;
    for (const { rule, running, waiting: count, block } of this.#lanes.all()) {
      waiting += count;
      if (running + count === 0 && block === undefined) continue;
      rules.set(rule, { running, waiting: count, ...(block === undefined ? {} : { block }) });
    }
    return { running: this.#work.size, waiting, rules };
  }

  async #create(wanted: readonly WantedRun[]): Promise<readonly (number | undefined)[]> {
    const waiting = wanted.filter(({ run }) => run.state === 'waiting');
    // Counted before the store has them, so that of two events at once one sees the other (overlap: skip).
    for (const { run } of waiting) this.#lanes.of(run.rule).waiting++;
    let ids: readonly (number | undefined)[] = [];
    try {
      ids = await this.#services.store.runs.create(wanted.map(({ run }) => run));
      return ids;
    } finally {
      for (const [index, { run }] of wanted.entries()) this.#enter(run, ids[index]);
      this.#fill();
    }
  }

  #enter(run: WantedRun['run'], id: number | undefined): void {
    const lane = this.#lanes.of(run.rule);
    if (id !== undefined) this.#services.live.publish({ type: 'run.created', run: id, rule: run.rule });
    if (run.state !== 'waiting') return;
    if (id === undefined) {
      lane.waiting--;
    } else if (run.notBeforeMs === undefined) {
      lane.add(id);
      this.#lanes.touch(lane);
    } else {
      lane.dueMs = Math.min(lane.dueMs ?? Number.POSITIVE_INFINITY, run.notBeforeMs);
      this.#lanes.sleep(lane, lane.dueMs);
    }
  }

  #isBusy(rule: string): boolean {
    const { running, waiting } = this.#lanes.of(rule);
    return running + waiting > 0;
  }

  #limitOf(rule: string): number {
    const known = ruleOf(this.#services.book(), rule);
    return known?.overlap === 'parallel' ? known.maxParallel : 1;
  }

  #makeFollowers(ended: Parameters<RunTools['followers']>[0]): Promise<void> | undefined {
    const events = this.#tools.followers(ended);
    if (events.length === 0) return undefined;
    return this.createRuns(events, { parentRun: ended.run.id }).then(() => undefined);
  }

  /** Begins as many runs as there are seats, one rule after the other. */
  #fill(): void {
    this.#fillAgain = true;
    if (this.#isFilling) return;
    this.#isFilling = true;
    void this.#fillSeats().finally(() => {
      this.#isFilling = false;
      this.#tellIdle();
    });
  }

  /** Never rejects. */
  async #fillSeats(): Promise<void> {
    while (this.#fillAgain) {
      this.#fillAgain = false;
      try {
        await this.#beginAll();
      } catch (thrown) {
        this.#trouble.happened(asTransferError(thrown, 'store'));
      }
    }
  }

  async #beginAll(): Promise<void> {
    while (this.#isTaking && !this.#trouble.isOn && this.#seats.free > 0) {
      const adopted = this.#adopted.shift();
      if (adopted !== undefined) {
        this.#begin(this.#lanes.of(adopted.rule), adopted.id, adopted);
        continue;
      }
      const lane = this.#lanes.next();
      if (lane === undefined) return;
      const id = lane.next() ?? (await this.#look(lane));
      if (id === undefined) continue;
      lane.waiting--;
      this.#begin(lane, id);
    }
  }

  /** The oldest waiting run of a lane in the store. */
  async #look(lane: RuleLane): Promise<number | undefined> {
    const { store, platform } = this.#services;
    const nowMs = platform.clock.now();
    lane.mayHoldMore = false;
    const found = await store.runs.waiting({
      nowMs,
      limit: LOOK_LIMIT,
      withoutRules: [],
      onlyRules: [lane.rule],
    });
    const isWhole = found.length < LOOK_LIMIT;
    const ids = found.map(({ id }) => id).filter((id) => !this.#work.has(id) && !this.#order.holds(id));
    lane.fill(ids, lane.mayHoldMore || !isWhole);
    if (isWhole && found.length < lane.waiting) await this.#sleepUntilDue(lane, nowMs);
    return lane.next();
  }

  async #sleepUntilDue(lane: RuleLane, nowMs: number): Promise<void> {
    const dueMs = await this.#services.store.runs.nextDueMs(lane.rule);
    if (dueMs === undefined || dueMs <= nowMs) return;
    lane.dueMs = dueMs;
    this.#lanes.sleep(lane, dueMs);
  }

  #begin(lane: RuleLane, id: number, adopted?: RunRecord): void {
    const control = new RunControl();
    this.#seats.take();
    lane.running++;
    this.#work.set(id, { lane, control });
    void this.#workOn(lane, { id, control, adopted }).finally(() => {
      this.#work.delete(id);
      this.#leases.drop(id);
      lane.running--;
      this.#lanes.touch(lane);
      this.#seats.leave();
      this.#tellIdle();
    });
  }

  /** Never rejects. */
  async #workOn(
    lane: RuleLane,
    { id, control, adopted }: { id: number; control: RunControl; adopted: RunRecord | undefined },
  ): Promise<void> {
    try {
      const turn =
        adopted === undefined ? await this.#order.turnOf(lane.rule, id) : ({ kind: 'go' } as const);
      if (turn.kind === 'wait') {
        lane.waiting++;
        return;
      }
      const run = await (adopted === undefined ? this.#leases.claim(id) : this.#leases.takeOver(adopted));
      if (run === undefined) return;
      const end =
        turn.kind === 'stopped'
          ? await this.#ending.end(run, { event: 'skip', reason: turn.reason })
          : await this.#workToEnd(run, control);
      this.#settle(lane, run, end);
    } catch (thrown) {
      // Not claimed: it keeps its place.
      this.#trouble.happened(asTransferError(thrown, 'store'));
      if (adopted === undefined) this.#putBack(lane, id);
      else this.#adopted.push(adopted);
    }
  }

  #workToEnd(run: RunRecord, control: RunControl): Promise<RunEnd> {
    if (run.cancelAsked) control.break('cancel', `run ${run.id} was cancelled`);
    return this.#executor.execute(run, {
      control,
      seats: this.#seats,
      callRule: (caller, order) =>
        this.#subRuns.call(caller, order, (subRun) => this.#workOnSubRun(subRun, control)),
    });
  }

  /** On its caller's seat; whatever ends the caller ends it too. */
  async #workOnSubRun(run: RunRecord, caller: RunControl): Promise<RunEnd> {
    const control = new RunControl();
    const lane = this.#lanes.of(run.rule);
    const onSoft = () => control.stop();
    const onHard = () => control.break(caller.reason ?? 'shutdown', 'the run that called it ends');
    caller.stopping.addEventListener('abort', onSoft);
    caller.signal.addEventListener('abort', onHard);
    if (caller.signal.aborted) onHard();
    else if (caller.stopping.aborted) onSoft();
    this.#work.set(run.id, { lane, control });
    try {
      return await this.#workToEnd(run, control);
    } finally {
      caller.stopping.removeEventListener('abort', onSoft);
      caller.signal.removeEventListener('abort', onHard);
      this.#work.delete(run.id);
      this.#leases.drop(run.id);
    }
  }

  #settle(lane: RuleLane, run: RunRecord, end: RunEnd): void {
    switch (end.kind) {
      case 'ended':
        lane.isProbing = false;
        this.#trouble.isOver();
        this.#releaseFollowing(run.id);
        return;
      case 'givenBack':
        this.#putBack(lane, run.id);
        if (end.why === 'partner') this.#waitForPartner(lane, end);
        return;
      case 'lost':
        if (end.error.code !== 'STORE_FAILED') return;
        this.#adopted.push(run);
        this.#trouble.happened(end.error);
    }
  }

  #waitForPartner(lane: RuleLane, end: { readonly untilMs: number; readonly reason: string }): void {
    const untilMs = Math.max(end.untilMs, this.#services.platform.clock.now() + SHORTEST_BLOCK_MS);
    lane.isProbing = true;
    this.#block(lane, { why: 'partner', reason: end.reason, untilMs });
  }

  #block(lane: RuleLane, block: LaneBlock): void {
    lane.block = block;
    if (block.untilMs !== undefined) this.#lanes.sleep(lane, block.untilMs);
  }

  #unblock(why: LaneBlock['why']): void {
    for (const lane of this.#lanes.all()) {
      if (lane.block?.why !== why) continue;
      lane.block = undefined;
      this.#lanes.touch(lane);
    }
    this.#fill();
  }

  /** Waiting runs of a rule that is disabled or gone from the settings are kept: their files would never come again. */
  #holdUnlessInForce(lane: RuleLane): void {
    const rule = ruleOf(this.#services.book(), lane.rule);
    if (rule === undefined) {
      lane.block = { why: 'removed', reason: `rule ${lane.rule} stands in the settings no more` };
    } else if (!rule.enabled) {
      lane.block = { why: 'disabled', reason: `rule ${lane.rule} is disabled` };
    } else {
      lane.block = undefined;
      this.#lanes.touch(lane);
    }
  }

  #putBack(lane: RuleLane, id: number): void {
    lane.putBack(id);
    lane.waiting++;
    this.#lanes.touch(lane);
  }

  /** Runs of rules after it on the same event: it is their turn. */
  #releaseFollowing(id: number): void {
    for (const { rule, id: following } of this.#order.ended(id)) {
      const lane = this.#lanes.of(rule);
      lane.putBack(following);
      this.#lanes.touch(lane);
    }
  }

  async #endWaiting(run: RunRecord): Promise<void> {
    const claimed = await this.#leases.claim(run.id);
    if (claimed === undefined) return;
    try {
      await this.#ending.end(claimed, { event: 'cancel', reason: 'a person cancelled it before it began' });
      const lane = this.#lanes.of(run.rule);
      lane.remove(run.id);
      lane.waiting = Math.max(0, lane.waiting - 1);
      this.#releaseFollowing(run.id);
    } finally {
      this.#leases.drop(run.id);
    }
  }

  /** Runs that are `running` in the store and in nobody's hands. A sub-run is taken up by its caller. */
  async #adopt(leaseEndedBeforeMs: number): Promise<void> {
    const { runs } = this.#services.store;
    for (const run of await runs.abandoned(leaseEndedBeforeMs)) {
      if (this.#work.has(run.id) || this.#adopted.some(({ id }) => id === run.id)) continue;
      if (!isSubRun(run) || (await this.#hasNoCaller(run))) this.#adopted.push(run);
    }
  }

  async #hasNoCaller({ parentRun }: RunRecord): Promise<boolean> {
    const caller = parentRun === undefined ? undefined : await this.#services.store.runs.get(parentRun);
    return caller === undefined || hasEnded(caller.state);
  }

  #startBeating(): void {
    const { clock } = this.#services.platform;
    const everyMs = (this.#options.leaseMs ?? DEFAULT_LEASE_MS) / 3;
    const beat = () => {
      void this.#beat();
      timer = clock.startTimer(everyMs, beat);
    };
    let timer = clock.startTimer(everyMs, beat);
    this.#stopBeating = () => timer.cancel();
  }

  /** Never rejects. Also the slow second look at times (the clock may have been set) and at other processes' runs. */
  async #beat(): Promise<void> {
    try {
      await this.#leases.beat();
      this.#lanes.wakeDue();
      if (!this.#options.isOnlyProcess) await this.#adopt(this.#services.platform.clock.now());
      this.#fill();
    } catch (thrown) {
      this.#trouble.happened(asTransferError(thrown, 'store'));
    }
  }

  #tellIdle(): void {
    const waiters = this.#onIdle;
    this.#onIdle = [];
    for (const resolve of waiters) resolve();
  }

  async #idleWithin(limitMs: number): Promise<boolean> {
    const { clock } = this.#services.platform;
    const whenOver = new Promise<false>((resolve) => {
      const timer = clock.startTimer(limitMs, () => resolve(false));
      void this.idle().then(() => timer.cancel());
    });
    return Promise.race([this.idle().then(() => true), whenOver]);
  }
}

function notFound(id: number): TransferError {
  return new TransferError({
    code: 'NOT_FOUND',
    lastCode: -1,
    phase: 'store',
    message: `there is no run ${id}`,
  });
}
