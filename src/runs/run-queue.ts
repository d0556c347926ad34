import { nameUnknown } from '../core/name-unknown.js';
import type { TransferError } from '../core/transfer-error.js';
import { asTransferError } from '../core/transfer-error.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { NewRun, RunRecord } from '../store/run-store.js';
import { abandonedRuns } from './abandoned-runs.js';
import type { RunOrigin } from './create-runs.js';
import { EventOrder } from './event-order.js';
import { ruleOf } from './frozen-rules.js';
import { Heartbeat } from './heartbeat.js';
import { LaneFiller } from './lane-filler.js';
import { LaneBlocks } from './lane-blocks.js';
import { RecordTrouble } from './record-trouble.js';
import type { LaneBlock, RuleLane } from './rule-lane.js';
import type { RunEnd } from './run-ending.js';
import { RunIntake } from './run-intake.js';
import { RunLanes } from './run-lanes.js';
import { RunLeases } from './run-leases.js';
import { RunSeats } from './run-seats.js';
import type { RunServices } from './run-services.js';
import { hasEnded } from './run-state.js';
import type { RunTools } from './run-tools.js';
import { RunWorker, type Worked } from './run-worker.js';

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

/** What became of a run that a person cancelled. */
export type Cancelled = 'asked' | 'ended' | 'left';

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

/** The queue of runs: makes them of events, begins them in turn, takes up those of a process that died. */
export function createRunQueue(services: RunServices, tools: RunTools, options: RunQueueOptions): RunQueue {
  return new RunQueue(services, tools, options);
}

/** See `createRunQueue`. */
export class RunQueue {
  readonly #services: RunServices;
  readonly #tools: RunTools;
  readonly #isOnlyProcess: boolean;
  readonly #lanes: RunLanes;
  readonly #blocks: LaneBlocks;
  readonly #intake: RunIntake;
  readonly #seats: RunSeats;
  readonly #leases: RunLeases;
  readonly #order: EventOrder;
  readonly #worker: RunWorker;
  readonly #filler: LaneFiller;
  readonly #heartbeat: Heartbeat;
  readonly #trouble: RecordTrouble;
  /** Runs of a process that died, and those that could not be recorded: before all others. */
  #adopted: RunRecord[] = [];
  #isTaking = false;
  #isFilling = false;
  #fillAgain = false;
  #onIdle: (() => void)[] = [];
  #onRecovery: () => void = () => undefined;
  #stopListening: (() => void) | undefined;

  constructor(services: RunServices, tools: RunTools, options: RunQueueOptions) {
    const { clock } = services.platform;
    this.#services = services;
    this.#tools = tools;
    this.#isOnlyProcess = options.isOnlyProcess;
    this.#lanes = new RunLanes(clock, {
      limitOf: (rule) => this.#limitOf(rule),
      onDue: () => this.#fill(),
      holdBack: (lane) => this.#blocks.apply(lane),
    });
    this.#blocks = new LaneBlocks(services, this.#lanes);
    this.#intake = new RunIntake(services, this.#lanes);
    this.#seats = new RunSeats(options.maxRuns ?? DEFAULT_RUNS, () => this.#fill());
    const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    this.#leases = new RunLeases(services.store.runs, clock, { owner: options.owner, leaseMs });
    this.#order = new EventOrder(services);
    this.#worker = new RunWorker(services, tools, {
      leases: this.#leases,
      seats: this.#seats,
      order: this.#order,
      makeFollowers: (ended) => this.#makeFollowers(ended),
    });
    this.#filler = new LaneFiller({
      runs: services.store.runs,
      clock,
      lanes: this.#lanes,
      isInHand: (id) => this.#worker.isWorkingOn(id) || this.#order.holds(id),
    });
    this.#heartbeat = new Heartbeat(clock, leaseMs / 3, () => void this.#beat());
    this.#trouble = new RecordTrouble(services, {
      goOn: () => this.#fill(),
      recovered: () => this.#onRecovery(),
    });
  }

  /** Takes up what a killed process left, then begins what waits. Rejects with STORE_FAILED. */
  async start(): Promise<void> {
    const { store, live, platform } = this.#services;
    await this.#trouble.start();
    await this.#adopt(this.#isOnlyProcess ? Number.MAX_SAFE_INTEGER : platform.clock.now());
    for (const { rule, state, count } of await store.runs.counts()) {
      if (state !== 'waiting') continue;
      const lane = this.#lanes.of(rule);
      lane.waiting = count;
      lane.mayHoldMore = true;
    }
    this.#stopListening = live.listen((event) => {
      if (event.type !== 'partner.released') return;
      this.#blocks.partnerReleased();
      this.#fill();
    });
    this.#heartbeat.start();
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
    try {
      return await this.#intake.take(events, origin);
    } catch (thrown) {
      const error = asTransferError(thrown, 'store');
      if (error.code === 'STORE_FAILED') this.#trouble.storeFailed(error);
      throw error;
    } finally {
      this.#fill();
    }
  }

  /** A run that is made by hand (a retry). Undefined: its key is known. Rejects with STORE_FAILED. */
  async createRun(run: NewRun): Promise<number | undefined> {
    const [id] = await this.#intake.create([run]);
    this.#fill();
    return id;
  }

  /** Rules, pauses or a partner changed: looks again at everything that is held back. */
  async wake(): Promise<void> {
    await this.#blocks.renew();
    this.#fill();
  }

  /**
   * `asked`: it ends after rolling back what is under way, or has not begun and never will. `left`: it had failed, and its
   * file, which counted as unsent, is left so. NOT_FOUND.
   */
  async cancel(id: number): Promise<Cancelled> {
    const { runs } = this.#services.store;
    const run = await runs.get(id);
    if (run === undefined) throw notFound(id);
    if (run.state === 'failed') return (await this.#worker.leaveUnsent(run)) ? 'left' : 'ended';
    if (hasEnded(run.state) || !(await runs.askCancel(id))) return 'ended';
    const control = this.#worker.controlOf(id);
    if (control !== undefined) control.break('cancel', `run ${id} was cancelled`);
    else await this.#cancelWaiting(run);
    return 'asked';
  }

  /** Called when the store or the client log can be written again: what watches may have been refused meanwhile. */
  onRecovery(recovered: () => void): void {
    this.#onRecovery = recovered;
  }

  /** The store refused what somebody else wrote: it is tried by and by until it takes something again. */
  storeFailed(error: TransferError): void {
    this.#trouble.storeFailed(error);
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
    for (const control of this.#worker.controls()) control.stop();
    if (!(await this.#idleWithin(options.limitMs))) {
      for (const control of this.#worker.controls()) control.break('shutdown', 'the daemon stops');
      await this.#idleWithin(options.limitMs);
    }
    this.#stopListening?.();
    this.#heartbeat.stop();
    this.#lanes.stop();
    this.#trouble.stop();
    return this.#worker.ids();
  }

  /** Resolves when nothing is under way and nothing can be begun. */
  async idle(): Promise<void> {
    while (this.#worker.count > 0 || this.#isFilling) {
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
    return { running: this.#worker.count, waiting, rules };
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
    void this.#fillSeats();
  }

  /** Never rejects. */
  async #fillSeats(): Promise<void> {
    while (this.#fillAgain) {
      this.#fillAgain = false;
      try {
        await this.#trouble.tryStore();
        await this.#beginAll();
      } catch (thrown) {
        this.#trouble.storeFailed(thrown);
      }
    }
    // In the same turn as the last look at `#fillAgain`: who asks later must begin anew, or nobody would.
    this.#isFilling = false;
    this.#tellIdle();
  }

  async #beginAll(): Promise<void> {
    while (this.#mayBegin) {
      const adopted = this.#adopted.shift();
      if (adopted !== undefined) {
        this.#begin(this.#lanes.of(adopted.rule), adopted.id, adopted);
        continue;
      }
      const lane = this.#lanes.next();
      if (lane === undefined) return;
      const id = lane.next();
      if (id === undefined) {
        // Asked again what may begin: a pause, a drain or a stop may have come meanwhile.
        await this.#filler.fill(lane);
        continue;
      }
      lane.waiting--;
      this.#begin(lane, id);
    }
  }

  get #mayBegin(): boolean {
    return this.#isTaking && !this.#trouble.isOn && this.#seats.free > 0;
  }

  #begin(lane: RuleLane, id: number, adopted?: RunRecord): void {
    this.#seats.take();
    lane.running++;
    const work = adopted === undefined ? this.#worker.work(lane.rule, id) : this.#worker.takeUp(adopted);
    void work.then((worked) => {
      lane.running--;
      this.#lanes.touch(lane);
      this.#settle(worked, { lane, id, adopted });
      this.#seats.leave();
      this.#tellIdle();
    });
  }

  #settle(
    worked: Worked,
    { lane, id, adopted }: { lane: RuleLane; id: number; adopted: RunRecord | undefined },
  ): void {
    switch (worked.kind) {
      case 'gone':
        return;
      case 'waitsForTurn':
        lane.waiting++;
        return;
      case 'unclaimed':
        this.#trouble.storeFailed(worked.error);
        if (adopted === undefined) this.#putBack(lane, id);
        else this.#adopted.push(adopted);
        return;
      case 'worked':
        this.#settleEnd(lane, worked.run, worked.end);
    }
  }

  #settleEnd(lane: RuleLane, run: RunRecord, end: RunEnd): void {
    switch (end.kind) {
      case 'ended':
        lane.isProbing = false;
        this.#trouble.storeTookAll();
        this.#releaseFollowing(run.id);
        return;
      case 'givenBack':
        this.#putBack(lane, run.id);
        if (end.why === 'partner') this.#blocks.waitForPartner(lane, end);
        return;
      case 'lost':
        if (end.error.code !== 'STORE_FAILED') return;
        this.#adopted.push(run);
        this.#trouble.storeFailed(end.error);
    }
  }

  #putBack(lane: RuleLane, id: number): void {
    lane.putBack(id);
    lane.waiting++;
  }

  /** Runs of rules after it on the same event: it is their turn. */
  #releaseFollowing(id: number): void {
    for (const { rule, id: following } of this.#order.ended(id)) {
      const lane = this.#lanes.of(rule);
      lane.putBack(following);
      this.#lanes.touch(lane);
    }
  }

  /** Not begun meanwhile, neither from its lane nor by a look that found it while it still waited: it would count twice. */
  async #cancelWaiting(run: RunRecord): Promise<void> {
    const lane = this.#lanes.of(run.rule);
    const letGo = this.#filler.holdBack(run.id);
    const wasInLane = lane.remove(run.id);
    let isCancelled = false;
    try {
      isCancelled = await this.#worker.cancelWaiting(run.id);
    } finally {
      await this.#filler.lookEnded();
      letGo();
      if (isCancelled) this.#forgetWaiting(run);
      else if (wasInLane) lane.putBack(run.id);
      else lane.mayHoldMore = true;
      this.#lanes.touch(lane);
      this.#fill();
    }
  }

  #forgetWaiting(run: RunRecord): void {
    const lane = this.#lanes.of(run.rule);
    lane.waiting = Math.max(0, lane.waiting - 1);
    this.#order.forget(run.id);
    this.#releaseFollowing(run.id);
  }

  /** A run that ended proves that the store takes all; where there is none, that nobody was refused for a while. */
  #endTroubleOfIdle(): void {
    const { running, waiting } = this.figures();
    if (running + waiting + this.#adopted.length === 0) this.#trouble.nothingHappened();
  }

  async #adopt(leaseEndedBeforeMs: number): Promise<void> {
    for (const run of await abandonedRuns(this.#services.store.runs, leaseEndedBeforeMs)) {
      const isKnown = this.#worker.isWorkingOn(run.id) || this.#adopted.some(({ id }) => id === run.id);
      if (!isKnown) this.#adopted.push(run);
    }
  }

  /** Never rejects. Also the slow second look at times (the clock may have been set) and at other processes' runs. */
  async #beat(): Promise<void> {
    try {
      await this.#leases.beat();
      this.#lanes.wakeDue();
      if (!this.#isOnlyProcess) await this.#adopt(this.#services.platform.clock.now());
      this.#endTroubleOfIdle();
      this.#fill();
    } catch (thrown) {
      this.#trouble.storeFailed(thrown);
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
  return nameUnknown(`there is no run ${id}`);
}
