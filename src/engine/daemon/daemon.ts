import { asTransferError, TransferError } from '../../core/transfer-error.js';
import type { Query } from '../../client-log/query/query.js';
import { parseQuery } from '../../client-log/query/parse-query.js';
import { connectionFailedEvents, daemonEvents } from '../../rules/triggers/house-events.js';
import { Expectations } from '../../runs/expectations.js';
import { quarantineCause } from '../../runs/file-failures.js';
import { createRunQueue, type RunQueue } from '../../runs/run-queue.js';
import { WebhookIntake } from '../../runs/webhook-intake.js';
import { stateFolder } from '../../settings/client-log-settings.js';
import type { FlagValue } from '../../settings/given-settings.js';
import { partnerBook } from '../../settings/partner-book.js';
import { forgetSchedules } from '../../trigger-sources/forget-schedules.js';
import type { FolderHints } from '../../trigger-sources/folder-hints.js';
import { ScheduleTimer } from '../../trigger-sources/schedule-timer.js';
import { nodeFolderHints } from '../platform/node-folder-hints.js';
import { ConnectionsOfDaemon } from './daemon-connections.js';
import type {
  DaemonFace,
  DaemonFigures,
  DaemonStatus,
  HealthCheck,
  HookAnswer,
  HookCall,
  ReloadAnswer,
} from './daemon-face.js';
import { RulesOfDaemon } from './daemon-rules.js';
import { RunsOfDaemon } from './daemon-runs.js';
import { daemonHealth } from './daemon-health.js';
import { DaemonSink } from './daemon-sink.js';
import { FileWatch } from './file-watch.js';
import { openHouse, type House, type HouseParts } from './house.js';
import { sourceMaker, triggerName } from './make-source.js';
import { tellNewStore } from './new-store.js';
import { RuleSources } from './rule-sources.js';
import { runToTheEnd } from './run-to-the-end.js';
import { settingsFolder, type RuleSettings } from './rule-settings.js';
import { runToolsOf } from './run-tools-of-house.js';
import { SettingsReload } from './settings-reload.js';
import { SourceStates } from './source-states.js';
import { Upkeep } from './upkeep.js';

export interface DaemonOptions extends HouseParts {
  /** As on the command line; the files are read again with them at each reload. */
  readonly flags: Readonly<Record<string, FlagValue | undefined>>;
  readonly version: string;
  /** Read the settings again when a file changes; default true. */
  readonly watchesSettings?: boolean;
  /** How long steps under way may take when it stops; default 20 s, twice. */
  readonly stopLimitMs?: number;
  /** What the system tells of folders; for rehearsals in place of the real one. */
  readonly hints?: FolderHints;
}

/** A running daemon. */
export interface Daemon extends DaemonFace {
  /**
   * Begins nothing new, lets steps under way end within the limit, gives the rest back to the store and closes
   * everything. Idempotent. Rejects with what could not be written at the end.
   */
  stop(): Promise<void>;
}

const DEFAULT_STOP_LIMIT_MS = 20_000;

/**
 * Opens the house, takes up what a killed daemon left, and begins to watch. Rejects as `openHouse` does; what rules
 * watch never makes it reject.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const house = await openHouse(options);
  const daemon = new RunningDaemon(house, options);
  try {
    await tellNewStore(house, options.surroundings.warn);
    await daemon.start();
    return daemon;
  } catch (error) {
    await daemon.stop().catch(() => undefined);
    throw error;
  }
}

class RunningDaemon implements Daemon {
  readonly platform: Daemon['platform'];
  readonly store: Daemon['store'];
  readonly live: Daemon['live'];
  readonly version: string;
  readonly stateFolder: string;
  readonly startedMs: number;
  readonly rules: RulesOfDaemon;
  readonly runs: RunsOfDaemon;
  readonly connections: ConnectionsOfDaemon;
  readonly #house: House;
  readonly #options: DaemonOptions;
  readonly #queue: RunQueue;
  readonly #states: SourceStates;
  readonly #timer: ScheduleTimer;
  readonly #sink: DaemonSink;
  readonly #sources: RuleSources;
  readonly #hooks: WebhookIntake;
  readonly #expectations: Expectations;
  readonly #upkeep: Upkeep;
  readonly #settings: SettingsReload;
  readonly #watch: FileWatch;
  #state: DaemonStatus['state'] = 'starting';
  #stopping: Promise<void> | undefined;

  constructor(house: House, options: DaemonOptions) {
    const { services } = house;
    const { platform, store, live } = services;
    const { warn } = options.surroundings;
    this.#house = house;
    this.#options = options;
    this.platform = platform;
    this.store = store;
    this.live = live;
    this.version = options.version;
    this.stateFolder = stateFolder(services.places()).value;
    this.startedMs = platform.clock.now();
    const owner = `${platform.host.hostName}:${platform.host.pid}:${platform.random.token(8)}`;
    this.#queue = createRunQueue(services, runToolsOf(house), { owner, isOnlyProcess: true });
    this.#states = new SourceStates(platform.clock);
    this.#timer = new ScheduleTimer(platform.clock);
    this.#sink = new DaemonSink({ services, queue: this.#queue, states: this.#states, warn });
    const { hints = nodeFolderHints } = options;
    this.#sources = new RuleSources(
      sourceMaker({ services, sink: this.#sink, timer: this.#timer, hints, note: warn }),
    );
    this.#queue.onRecovery(() => void this.#lookAgain());
    this.#hooks = this.#makeHooks();
    const { alarms } = services;
    const timer = this.#timer;
    this.#expectations = new Expectations({
      platform,
      store,
      alarms,
      live,
      book: services.book,
      timer,
      warn,
    });
    this.#upkeep = new Upkeep(services, warn);
    const { flags, surroundings } = options;
    const applied = () => this.#applySettings();
    this.#settings = new SettingsReload({ house, flags, surroundings, applied });
    this.#watch = new FileWatch(platform, () => this.#settings.reloadAsWatched());
    const parts = { services, queue: this.#queue, states: this.#states };
    this.rules = new RulesOfDaemon(parts);
    this.runs = new RunsOfDaemon({
      ...parts,
      isDraining: () => this.#state === 'draining',
      folder: () => settingsFolder(house.settings().inForce),
    });
    this.connections = new ConnectionsOfDaemon({
      services,
      guard: house.guard,
      inForce: () => house.settings().inForce,
    });
  }

  async start(): Promise<void> {
    const { guard } = this.#house;
    guard.onFailure((connection, failures, error) => {
      const atMs = this.platform.clock.now();
      const failed = { connection, failures, reason: error.message, atMs };
      void this.#makeRuns(connectionFailedEvents(this.book(), failed));
    });
    await this.rules.start();
    await this.#queue.start();
    await this.#makeRuns(daemonEvents(this.book(), 'started', this.startedMs));
    await this.#expectations.start();
    await this.#watchBook();
    this.#upkeep.start();
    if (this.#options.watchesSettings !== false) await this.#watch.watch(this.book().files);
    this.#state = 'running';
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  book(): RuleSettings['book'] {
    return this.#house.settings().book;
  }

  query(text: string): Query {
    const { inForce } = this.#house.settings();
    const { clock, host } = this.platform;
    const timeZone = inForce.loaded.settings.clientLog?.timeZone ?? host.timeZone;
    return parseQuery(text, {
      nowMs: clock.now(),
      timeZone,
      partners: partnerBook(inForce.loaded),
      records: 'store',
    });
  }

  async receiveHook({ hook, headers, query, body }: HookCall): Promise<HookAnswer> {
    if (this.#state === 'draining') return { kind: 'refused', reason: 'the daemon is draining' };
    return this.#hooks.take(hook, { headers, query, body });
  }

  async releaseFile(rule: string, fileKey: string): Promise<boolean> {
    const wasThere = await this.store.runs.release(rule, fileKey);
    if (!wasThere) return false;
    const left = await this.store.runs.quarantined(rule);
    if (left.length === 0) await this.#house.services.alarms.clear(quarantineCause(rule));
    void this.#sources.lookNow(rule).catch(() => undefined);
    return true;
  }

  reload(): Promise<ReloadAnswer> {
    return this.#settings.reload();
  }

  async drain(): Promise<void> {
    this.#state = 'draining';
    this.#queue.drain();
    await this.#sources.stop();
  }

  status(): DaemonStatus {
    const { running, waiting } = this.#queue.figures();
    return {
      state: this.#state,
      node: this.platform.host.hostName,
      settingsFile: this.#house.settings().inForce.loaded.file,
      settingsProblems: this.#settings.problems,
      logFolder: this.#house.logFolder,
      storeFile: this.#house.storeFile,
      running,
      waiting,
    };
  }

  health(): Promise<readonly HealthCheck[]> {
    const settingsProblems = this.#settings.problems;
    return daemonHealth(this.#house, { settingsProblems, isDraining: this.#state === 'draining' });
  }

  figures(): DaemonFigures {
    const { log } = this.#house;
    return {
      clientLogLines: log.lines,
      clientLogErrors: log.errors,
      transfersInProgress: this.#house.services.moving.byPartner(),
      overdue: this.#expectations.overdue,
    };
  }

  /** A rule that is disabled makes up for nothing when it is enabled again. */
  async #watchBook(): Promise<void> {
    const book = this.book();
    await forgetSchedules(
      book.rules.filter(({ enabled }) => !enabled),
      this.store.events,
    );
    await this.#sources.apply(book);
    await this.#sink.keepOnly(watchedTriggers(book));
  }

  #makeHooks(): WebhookIntake {
    const { services } = this.#house;
    const { platform, store, secretOf } = services;
    return new WebhookIntake({
      book: services.book,
      secretOf,
      events: store.events,
      emit: async (events) => (await this.#queue.createRuns(events)).filter((id) => id !== undefined),
      clock: platform.clock,
      random: platform.random,
    });
  }

  async #applySettings(): Promise<void> {
    await this.#expectations.reload();
    if (this.#state === 'running') await this.#watchBook();
    await this.#queue.wake();
    if (this.#options.watchesSettings !== false) await this.#watch.watch(this.book().files);
  }

  /** What lay there while nothing could be recorded is not left to the next sweep. Never rejects. */
  async #lookAgain(): Promise<void> {
    await this.#sources.lookAtAll().catch(() => undefined);
    const message = this.#states.failedBy('STORE_FAILED');
    if (message === undefined) return;
    this.#queue.storeFailed(
      new TransferError({ code: 'STORE_FAILED', lastCode: -1, phase: 'store', message }),
    );
  }

  async #makeRuns(events: Parameters<RunQueue['createRuns']>[0]): Promise<void> {
    try {
      await this.#queue.createRuns(events);
    } catch (error) {
      this.#options.surroundings.warn(
        `no run was made for an event: ${asTransferError(error, 'store').message}`,
      );
    }
  }

  /** Rules that run when the daemon stops have their turn before it does; a drained one begins nothing any more. */
  async #runFarewells(limitMs: number): Promise<void> {
    const events = daemonEvents(this.book(), 'stopped', this.platform.clock.now());
    if (events.length === 0) return;
    const parts = { queue: this.#queue, live: this.live, clock: this.platform.clock, limitMs };
    try {
      await runToTheEnd(events, parts);
    } catch (error) {
      this.#options.surroundings.warn(
        `no run was made as the daemon stops: ${asTransferError(error, 'store').message}`,
      );
    }
  }

  async #stopAll(): Promise<void> {
    const wasDrained = this.#state === 'draining';
    this.#state = 'draining';
    try {
      await this.#endWork(wasDrained);
    } finally {
      await this.#house.close();
    }
  }

  async #endWork(wasDrained: boolean): Promise<void> {
    await this.#watch.stop();
    await this.#sources.stop();
    await this.#settings.idle();
    const limitMs = this.#options.stopLimitMs ?? DEFAULT_STOP_LIMIT_MS;
    if (!wasDrained) await this.#runFarewells(limitMs);
    await this.#queue.stop({ limitMs });
    await this.#expectations.stop();
    this.#timer.stop();
    await this.#upkeep.stop();
  }
}

type Book = RuleSettings['book'];

function watchedTriggers(book: Book): readonly { readonly rule: string; readonly trigger: string }[] {
  return book.rules
    .filter(({ enabled }) => enabled)
    .flatMap((rule) =>
      rule.triggers.map((_trigger, index) => ({ rule: rule.name, trigger: triggerName(rule, index) })),
    );
}
