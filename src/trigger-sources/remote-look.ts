import type { Clock } from '../core/clock.js';
import { parseLocation, showLocation } from '../core/location.js';
import { remoteName, remoteParent, remotePath, type RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import type { Rule } from '../rules/rule.js';
import type { RemoteTrigger } from '../rules/triggers/trigger.js';
import type { ResolvedPlace } from '../settings/resolve-place.js';
import type { Store } from '../store/store.js';
import type { Endpoint } from '../transfers/endpoint.js';
import type { SessionPool } from '../transfers/session-pool.js';
import { temporaryNameMatcher } from '../transfers/temporary-name.js';
import { hasWildcard } from '../transfers/wildcard.js';
import { FileIntake } from './file-intake.js';
import { FileReadiness } from './file-readiness.js';
import { FileTracker } from './file-tracker.js';
import type { FileVerdict } from './file-verdict.js';
import { OwnDeliveries } from './own-deliveries.js';
import { RemoteChecks } from './remote-checks.js';
import { walkRemote, type RemoteFound } from './remote-walk.js';
import type { TriggerSink } from './trigger-source.js';

/** What a look at a partner needs of the places of the settings: a part of PlaceBook. */
export interface RemotePlaces {
  resolve(location: string): Promise<ResolvedPlace>;
  poolOf(place: ResolvedPlace): SessionPool;
}

export interface RemoteLookOptions {
  readonly rule: Rule;
  readonly trigger: RemoteTrigger;
  readonly clock: Clock;
  readonly places: RemotePlaces;
  readonly events: Pick<Store['events'], 'unknown' | 'know'>;
  readonly ledger: Pick<Store['ledger'], 'ofTarget'>;
  readonly sink: Pick<TriggerSink, 'emit'>;
  readonly stop: AbortSignal;
}

/** What one look at a partner's folder came to. */
export interface RemoteLooked {
  readonly emitted: number;
  readonly files: number;
  /** Of the listing, logging in included. */
  readonly tookMs: number;
  /** Lines that could not be understood: a file may hide behind each. */
  readonly unreadLines: number;
}

const ASK_ANEW_MS = 12 * 3_600_000;

/** Looks at one folder of a connection by a session of its pool. Looks never overlap. */
export class RemoteLook {
  readonly #options: RemoteLookOptions;
  readonly #connection: string;
  readonly #folder: RemotePath;
  readonly #mask: string | undefined;
  readonly #tracker: FileTracker;
  readonly #deliveries: OwnDeliveries;
  #endpoint: Endpoint | undefined;
  #askedMs: number;
  #readiness: FileReadiness;
  #intake: FileIntake;

  /** Rejects LOCATION_INVALID for a place with masks in other parts than the last. */
  constructor(options: RemoteLookOptions) {
    const { trigger, rule, ledger } = options;
    const location = parseLocation(trigger.from);
    this.#options = options;
    this.#askedMs = options.clock.monotonicMs();
    this.#connection = location.kind === 'connection' ? location.connection : '';
    const { folder, mask } = partMask(location.path, showLocation(location));
    this.#folder = folder;
    this.#mask = mask;
    this.#tracker = new FileTracker({ events: trigger.events });
    this.#deliveries = new OwnDeliveries(rule, ledger, this.#connection || 'local');
    this.#readiness = new FileReadiness(trigger, { mask });
    this.#intake = this.#newIntake();
  }

  /** Milliseconds until a look at files that were seen for the first time may show them settled, or undefined. */
  nextDueMs(): number | undefined {
    return this.#intake.nextDueMs('steady');
  }

  /** Asks the store about every file anew. */
  forgetTaken(): void {
    this.#tracker.forgetTaken();
  }

  resolve(): Promise<ResolvedPlace> {
    return this.#options.places.resolve(this.#options.trigger.from);
  }

  /** Rejects with the TransferError of what failed; then nothing was told to the sink, and nothing is forgotten. */
  async whole(place: ResolvedPlace): Promise<RemoteLooked> {
    this.#adapt(place.place.endpoint);
    const { clock, stop } = this.#options;
    const beganMs = clock.monotonicMs();
    if (beganMs - this.#askedMs >= ASK_ANEW_MS) {
      // The store forgets keys that nobody asked about for long.
      this.#askedMs = beganMs;
      this.#tracker.forgetTaken();
    }
    const doneFiles = new Set<string>();
    let files = 0;
    this.#intake.begin();
    const unreadLines = await this.#list(place, async (found) => {
      if (found.kind === 'doneFile') doneFiles.add(found.relativePath);
      if (found.kind !== 'file') return;
      files += 1;
      await this.#intake.see(found.file);
    });
    const tookMs = clock.monotonicMs() - beganMs;
    await this.#intake.sawAll();
    if (unreadLines === 0) this.#tracker.finish();
    const emitted = await this.#intake.emitReady(this.#checks(doneFiles), { signal: stop });
    return { emitted, files, tookMs, unreadLines };
  }

  /** What becomes of each file there, the first `limit` of them; nothing changes by it. Rejects like `whole`. */
  async verdicts(place: ResolvedPlace, limit: number): Promise<readonly FileVerdict[]> {
    this.#adapt(place.place.endpoint);
    const seen: RemoteFound[] = [];
    const doneFiles = new Set<string>();
    await this.#list(place, async (found) => {
      if (found.kind === 'doneFile') doneFiles.add(found.relativePath);
      if (seen.length < limit) seen.push(found);
    });
    const checks = this.#checks(doneFiles);
    const verdicts: FileVerdict[] = [];
    for (const found of seen) {
      if (found.kind === 'file') verdicts.push(await this.#intake.verdictOf(found.file, checks));
      else verdicts.push(leftOut(found));
    }
    return verdicts;
  }

  /** Lists all of it on one session; how many lines could not be understood. */
  async #list(place: ResolvedPlace, take: (found: RemoteFound) => Promise<void>): Promise<number> {
    const { places, stop } = this.#options;
    const pool = places.poolOf(place);
    const session = await pool.acquire(stop);
    let isLost = true;
    try {
      const unreadLines = await this.#walk(session, take);
      isLost = false;
      return unreadLines;
    } catch (error) {
      const failure = asTransferError(error, 'list');
      // A failure of the store in the middle of a listing leaves the session in an unknown state.
      isLost = failure.sessionLost || !(error instanceof TransferError) || failure.phase === 'store';
      throw failure;
    } finally {
      await pool.release(session, isLost);
    }
  }

  async #walk(session: ProtocolClient, take: (found: RemoteFound) => Promise<void>): Promise<number> {
    let unreadLines = 0;
    const found = walkRemote({
      session,
      folder: this.#folder,
      readiness: this.#readiness,
      signal: this.#options.stop,
      warned: () => (unreadLines += 1),
    });
    for await (const each of found) await take(each);
    return unreadLines;
  }

  #checks(doneFiles: ReadonlySet<string>): RemoteChecks {
    return new RemoteChecks(this.#readiness, this.#deliveries, doneFiles);
  }

  /** The settings of the connection may have changed since the last look. */
  #adapt(endpoint: Endpoint): void {
    if (endpoint === this.#endpoint) return;
    const { temporaryName } = endpoint;
    const isOurs = temporaryName === undefined ? undefined : temporaryNameMatcher(temporaryName);
    this.#endpoint = endpoint;
    this.#readiness = new FileReadiness(this.#options.trigger, {
      mask: this.#mask,
      ...(isOurs === undefined ? {} : { isOurs }),
    });
    this.#intake = this.#newIntake();
  }

  #newIntake(): FileIntake {
    const { rule, events, sink, clock } = this.#options;
    return new FileIntake({
      rule: rule.name,
      trigger: 'remote',
      connection: this.#connection,
      folder: this.#folder,
      readiness: this.#readiness,
      tracker: this.#tracker,
      events,
      sink,
      clock,
    });
  }
}

function partMask(
  path: string,
  text: string,
): { readonly folder: RemotePath; readonly mask: string | undefined } {
  const whole = remotePath(path);
  const isMask = hasWildcard(remoteName(whole));
  const folder = isMask
    ? remoteParent(whole)
    : whole.length > 1
      ? remotePath(whole.replace(/\/+$/, ''))
      : whole;
  if (!hasWildcard(folder)) return { folder, mask: isMask ? remoteName(whole) : undefined };
  throw new TransferError({
    code: 'LOCATION_INVALID',
    lastCode: -1,
    phase: 'rule',
    message: `"${text}": a trigger takes a mask in its last part only`,
    advice: 'Name the folder, and say the rest by include and subfolders.',
  });
}

function leftOut(found: Exclude<RemoteFound, { kind: 'file' }>): FileVerdict {
  const reason = found.kind === 'doneFile' ? 'a done-file, which only speaks for another' : found.reason;
  return { path: found.path, sizeBytes: undefined, modifiedMs: undefined, state: 'leftOut', reason };
}
