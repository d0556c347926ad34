import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { NewRun } from '../store/run-store.js';
import { wantedRuns, type RunOrigin, type WantedRun } from './create-runs.js';
import type { RunLanes } from './run-lanes.js';
import type { RunServices } from './run-services.js';

const CREATE_AT_ONCE = 500;

/** Makes runs of events: in the store first, then in the lanes. */
export class RunIntake {
  readonly #services: RunServices;
  readonly #lanes: RunLanes;

  constructor(services: RunServices, lanes: RunLanes) {
    this.#services = services;
    this.#lanes = lanes;
  }

  /** A number for each event; undefined for one that is known already or that made no run. Rejects with STORE_FAILED. */
  async take(events: readonly TriggerEvent[], origin: RunOrigin): Promise<readonly (number | undefined)[]> {
    const answer = new Array<number | undefined>(events.length).fill(undefined);
    const isBusy = (rule: string) => this.#isBusy(rule);
    const wanted = wantedRuns(events, this.#services, { origin, isBusy });
    await this.#countLeftOut(wanted.filter(isLeftOutByClock));
    const kept = wanted.filter((one) => !isLeftOutByClock(one));
    for (let from = 0; from < kept.length; from += CREATE_AT_ONCE) {
      const part = kept.slice(from, from + CREATE_AT_ONCE);
      const ids = await this.create(part.map(({ run }) => run));
      for (const [index, { eventIndex }] of part.entries()) {
        if (eventIndex !== undefined) answer[eventIndex] = ids[index];
      }
    }
    return answer;
  }

  /** Numbers in the order of the runs; undefined for one whose event is known. Rejects with STORE_FAILED. */
  async create(wanted: readonly NewRun[]): Promise<readonly (number | undefined)[]> {
    // Counted before the store has them, so that of two events at once one sees the other (overlap: skip).
    for (const run of wanted) if (run.state === 'waiting') this.#lanes.of(run.rule).waiting++;
    let ids: readonly (number | undefined)[] = [];
    try {
      ids = await this.#services.store.runs.create(wanted);
      return ids;
    } finally {
      for (const [index, run] of wanted.entries()) this.#enter(run, ids[index]);
    }
  }

  #enter(run: NewRun, id: number | undefined): void {
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

  /** A schedule that finds its last run still under way, each ten seconds the whole night: a number and no rows. */
  async #countLeftOut(leftOut: readonly WantedRun[]): Promise<void> {
    const { events, runs } = this.#services.store;
    for (const { run } of leftOut) {
      await events.know(run.rule, [run.eventKey], run.createdMs);
      const day = new Date(run.createdMs).toISOString().slice(0, 10);
      await runs.countNothing(run.rule, day, run.reason ?? '', 1);
    }
  }
}

function isLeftOutByClock({ run }: WantedRun): boolean {
  return run.state === 'skipped' && run.trigger === 'schedule';
}
