import type { Clock, Timer } from '../core/clock.js';
import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { Rule } from '../rules/rule.js';
import type { RemoteTrigger } from '../rules/triggers/trigger.js';
import type { Store } from '../store/store.js';
import { isUntried } from '../transfers/connect-guard.js';
import { isLocal } from '../transfers/endpoint.js';
import type { FileVerdict } from './file-verdict.js';
import { LookHealth } from './look-health.js';
import { RemoteLook, type RemoteLooked, type RemotePlaces } from './remote-look.js';
import type { TriggerSink, TriggerSource } from './trigger-source.js';

/** Whether something may be tried at a partner now: a part of PartnerGuard. */
export interface PartnerAdmissions {
  admits(
    partner: string,
  ):
    | { readonly kind: 'open' | 'probe' }
    | { readonly kind: 'shut'; readonly untilMs: number; readonly reason: string }
    | { readonly kind: 'parked'; readonly reason: string };
}

/** What all remote triggers of a daemon share. */
export interface RemoteServices {
  readonly platform: { readonly clock: Clock };
  readonly store: {
    readonly events: Pick<Store['events'], 'unknown' | 'know'>;
    readonly ledger: Pick<Store['ledger'], 'ofTarget'>;
  };
  readonly places: RemotePlaces;
  readonly guard: PartnerAdmissions;
}

export interface RemoteSourceOptions {
  readonly rule: Rule;
  readonly trigger: RemoteTrigger;
  readonly sink: TriggerSink;
  readonly services: RemoteServices;
}

/** A look comes no sooner than this after the one before, whatever the settle time is. */
const SHORTEST_PAUSE_MS = 1000;
/** So many failures one after another, of a kind that may pass, before anybody is told. */
const FAILURES_TO_TELL = 2;

/** How the last look went. */
export type RemoteState =
  | { readonly kind: 'not looked yet' }
  | ({ readonly kind: 'looked' } & RemoteLooked)
  /** Nothing was tried: the partner is parked or shut for a while. */
  | { readonly kind: 'held back'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: TransferError };

/**
 * Lists a folder of a connection every `everyMs`, and once more after the settle time where something new lies there.
 * Files are known by path, size and time in the store, never by being newer than the last look.
 */
export class RemoteSource implements TriggerSource {
  readonly #options: RemoteSourceOptions;
  readonly #name: string;
  readonly #stop = new AbortController();
  readonly #look: RemoteLook;
  readonly #health: LookHealth;
  #timer: Timer | undefined;
  #isRunning = false;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #failures = 0;
  #state: RemoteState = { kind: 'not looked yet' };

  /** Rejects LOCATION_INVALID, NAME_REFUSED for a place that cannot be watched. */
  constructor(options: RemoteSourceOptions) {
    const { rule, trigger, sink, services } = options;
    this.#options = options;
    this.#name = `remote:${trigger.from}`;
    this.#health = new LookHealth(sink, rule.name, this.#name);
    this.#look = new RemoteLook({
      rule,
      trigger,
      sink,
      clock: services.platform.clock,
      places: services.places,
      events: services.store.events,
      ledger: services.store.ledger,
      stop: this.#stop.signal,
    });
  }

  /** The first look begins at once and is not waited for. */
  async start(): Promise<void> {
    this.#wanted();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  /** Asks the store about each file anew, so that a file which a person released is taken up. */
  async lookNow(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#look.forgetTaken();
    this.#wanted();
    await this.#running;
  }

  /** What becomes of each file there at this moment, and why, the first `limit` of them. Rejects with a TransferError. */
  async looked(limit: number): Promise<readonly FileVerdict[]> {
    return this.#look.verdicts(await this.#look.resolve(), limit);
  }

  get state(): RemoteState {
    return this.#state;
  }

  #wanted(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#stop.signal.aborted) {
      this.#isWanted = false;
      try {
        await this.#once();
      } catch (error) {
        this.#failed(asTransferError(error, 'list'));
      }
    }
    // In the same turn as the last look at what is wanted: whoever wants more later begins anew.
    this.#isRunning = false;
    this.#arm();
  }

  async #once(): Promise<void> {
    const { rule, sink } = this.#options;
    const place = await this.#look.resolve();
    const reason = this.#heldBack(place.place.endpoint);
    if (reason !== undefined) {
      this.#state = { kind: 'held back', reason };
      return;
    }
    const looked = await this.#look.whole(place);
    if (this.#stop.signal.aborted) return;
    this.#state = { kind: 'looked', ...looked };
    this.#failures = 0;
    this.#health.well();
    sink.looked(rule.name, this.#name);
  }

  #heldBack(endpoint: Parameters<typeof isLocal>[0]): string | undefined {
    if (isLocal(endpoint)) return undefined;
    const admission = this.#options.services.guard.admits(endpoint.label);
    return admission.kind === 'parked' || admission.kind === 'shut' ? admission.reason : undefined;
  }

  #failed(error: TransferError): void {
    if (this.#stop.signal.aborted) return;
    if (isUntried(error)) {
      this.#state = { kind: 'held back', reason: error.message };
      return;
    }
    this.#state = { kind: 'failed', error };
    this.#failures += 1;
    if (error.retry !== 'transient' || this.#failures >= FAILURES_TO_TELL) this.#health.failed(error);
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#stop.signal.aborted) return;
    const { trigger, services } = this.#options;
    const dueMs = this.#state.kind === 'looked' ? this.#look.nextDueMs() : undefined;
    const earlyMs = Math.max(SHORTEST_PAUSE_MS, dueMs ?? Number.POSITIVE_INFINITY);
    this.#timer = services.platform.clock.startTimer(Math.min(trigger.everyMs, earlyMs), () =>
      this.#wanted(),
    );
  }
}
