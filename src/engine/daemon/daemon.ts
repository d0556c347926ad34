import { printable } from '../../core/printable.js';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import type { Query } from '../../client-log/query/query.js';
import { parseQuery } from '../../client-log/query/parse-query.js';
import { connectionFailedEvents, daemonEvents } from '../../rules/triggers/house-events.js';
import { reloadObjection } from '../../rules/reload-objection.js';
import { Expectations } from '../../runs/expectations.js';
import { createRunQueue, type RunQueue } from '../../runs/run-queue.js';
import { WebhookIntake } from '../../runs/webhook-intake.js';
import { stateFolder } from '../../settings/client-log-settings.js';
import type { FlagValue } from '../../settings/given-settings.js';
import { partnerBook } from '../../settings/partner-book.js';
import { SettingsError } from '../../settings/settings-error.js';
import { showOrigin } from '../../settings/origin.js';
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
import { DaemonSink } from './daemon-sink.js';
import { FileWatch } from './file-watch.js';
import { openHouse, type House, type HouseParts } from './house.js';
import { sourceMaker, triggerName } from './make-source.js';
import { RuleSources } from './rule-sources.js';
import { runToTheEnd } from './run-to-the-end.js';
import { readRuleSettings, settingsFolder, type RuleSettings } from './rule-settings.js';
import { runToolsOf } from './run-tools-of-house.js';
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
  readonly #watch: FileWatch;
  #state: DaemonStatus['state'] = 'starting';
  #problems: readonly string[] = [];
  #reloading: Promise<ReloadAnswer> | undefined;
  /** Why the changed files could not be taken up; undefined once they are. */
  #watchTrouble: string | undefined;
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
    this.#watch = new FileWatch(platform, () => this.#reloadAsWatched());
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
    return parseQuery(text, { nowMs: clock.now(), timeZone, partners: partnerBook(inForce.loaded) });
  }

  async receiveHook({ hook, headers, query, body }: HookCall): Promise<HookAnswer> {
    if (this.#state === 'draining') return { kind: 'refused', reason: 'the daemon is draining' };
    return this.#hooks.take(hook, { headers, query, body });
  }

  async releaseFile(rule: string, fileKey: string): Promise<boolean> {
    const wasThere = await this.store.runs.release(rule, fileKey);
    if (wasThere) void this.#sources.lookNow(rule).catch(() => undefined);
    return wasThere;
  }

  /**
   * One after the other, whatever became of the one before: of two at once the second reads what the first one could
   * not have seen. Rejects where the store does not take what the new rules begin with.
   */
  reload(): Promise<ReloadAnswer> {
    const before = this.#reloading ?? Promise.resolve();
    const now = () => this.#reloadNow();
    const reloading = before.then(now, now);
    this.#reloading = reloading;
    return reloading;
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
      settingsProblems: this.#problems,
      logFolder: this.#house.logFolder,
      storeFile: this.#house.storeFile,
      running,
      waiting,
    };
  }

  async health(): Promise<readonly HealthCheck[]> {
    const { log } = this.#house;
    const isDraining = this.#state === 'draining';
    return [
      await this.#storeHealth(),
      log.failure === undefined
        ? { name: 'clientLog', isOk: true, text: 'lines are written' }
        : { name: 'clientLog', isOk: false, text: log.failure.message },
      this.#problems.length === 0
        ? { name: 'settings', isOk: true, text: 'the settings are in force as they stand in the files' }
        : {
            name: 'settings',
            isOk: false,
            text: `the last good settings are in force; ${this.#problems[0] ?? ''}`,
          },
      { name: 'draining', isOk: !isDraining, text: isDraining ? 'nothing new begins' : 'new runs begin' },
    ];
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

  async #storeHealth(): Promise<HealthCheck> {
    try {
      await this.store.upkeep.schemaVersion();
      const [unkept] = this.#house.unkeptAlarms();
      return unkept === undefined
        ? { name: 'store', isOk: true, text: 'the store answers' }
        : { name: 'store', isOk: false, text: `it did not take this alarm: ${unkept.text}` };
    } catch (error) {
      return { name: 'store', isOk: false, text: asTransferError(error, 'store').message };
    }
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

  /** Never rejects; false where it has to be tried again. */
  async #reloadAsWatched(): Promise<boolean> {
    try {
      await this.reload();
      this.#watchTrouble = undefined;
      return true;
    } catch (thrown) {
      const trouble = `the changed settings are not in force as a whole, it is tried again: ${asTransferError(thrown, 'rule').message}`;
      if (trouble !== this.#watchTrouble) this.#options.surroundings.warn(trouble);
      this.#watchTrouble = trouble;
      return false;
    }
  }

  async #reloadNow(): Promise<ReloadAnswer> {
    const before = this.book();
    try {
      const settings = await readRuleSettings(this.#options.flags, this.#options.surroundings);
      this.#refuseMoved(settings);
      refuseEmptied(before, settings);
      await this.#house.replaceSettings(settings);
    } catch (thrown) {
      return this.#keptOld(thrown);
    }
    this.#problems = [];
    await this.#house.services.alarms.clear(BROKEN_SETTINGS);
    const after = this.book();
    await this.#expectations.reload();
    if (this.#state === 'running') await this.#watchBook();
    await this.#queue.wake();
    if (this.#options.watchesSettings !== false) await this.#watch.watch(after.files);
    this.live.publish({ type: 'settings.reloaded', ok: true, problems: [] });
    return { ok: true, problems: [], ...changesBetween(before, after) };
  }

  /** The last good rules stay, and somebody is told. */
  async #keptOld(thrown: unknown): Promise<ReloadAnswer> {
    const error = asTransferError(thrown, 'rule');
    this.#problems =
      error instanceof SettingsError
        ? error.problems.map(({ origin, text }) => `${showOrigin(origin)}  ${text}`)
        : [error.message];
    const first = printable(this.#problems[0] ?? error.message, 300);
    await this.#house.services.alarms.raise({
      kind: 'settingsBroken',
      cause: BROKEN_SETTINGS,
      side: 'us',
      text: `the settings were changed and are not valid, so the last good ones stay in force: ${first}. All problems: tally rules validate`,
    });
    this.live.publish({ type: 'settings.reloaded', ok: false, problems: this.#problems });
    return { ok: false, problems: this.#problems, added: [], removed: [], changed: [] };
  }

  /** What is open cannot move while it is. */
  #refuseMoved(settings: RuleSettings): void {
    if (stateFolder(settings.inForce.places).value === this.stateFolder) return;
    throw new TransferError({
      code: 'SETTINGS_INVALID',
      lastCode: -1,
      phase: 'rule',
      message: 'stateFolder was changed: that takes a new start of the daemon',
    });
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
    await this.#watch.stop();
    await this.#sources.stop();
    // Of a signal or of the API; whoever asked hears what became of it.
    await this.#reloading?.catch(() => undefined);
    const limitMs = this.#options.stopLimitMs ?? DEFAULT_STOP_LIMIT_MS;
    if (!wasDrained) await this.#runFarewells(limitMs);
    await this.#queue.stop({ limitMs });
    await this.#expectations.stop();
    this.#timer.stop();
    await this.#upkeep.stop();
    await this.#house.close();
  }
}

const BROKEN_SETTINGS = 'settingsBroken';

type Book = RuleSettings['book'];

/** A file that is gone or being written ends no rule. */
function refuseEmptied(before: Book, { inForce, book }: RuleSettings): void {
  const objection = reloadObjection(before, inForce.loaded, book);
  if (objection === undefined) return;
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'rule',
    message: objection,
  });
}

function watchedTriggers(book: Book): readonly { readonly rule: string; readonly trigger: string }[] {
  return book.rules
    .filter(({ enabled }) => enabled)
    .flatMap((rule) =>
      rule.triggers.map((_trigger, index) => ({ rule: rule.name, trigger: triggerName(rule, index) })),
    );
}

function changesBetween(before: Book, after: Book): Pick<ReloadAnswer, 'added' | 'removed' | 'changed'> {
  const old = new Map(before.rules.map(({ name, revision }) => [name, revision]));
  const names = new Set(after.rules.map(({ name }) => name));
  return {
    added: after.rules.filter(({ name }) => !old.has(name)).map(({ name }) => name),
    removed: [...old.keys()].filter((name) => !names.has(name)),
    changed: after.rules
      .filter(({ name, revision }) => old.has(name) && old.get(name) !== revision)
      .map(({ name }) => name),
  };
}
