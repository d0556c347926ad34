import type { Query } from '../../client-log/query/query.js';
import type { ErrorCode } from '../../core/error-codes.js';
import type { Platform } from '../../core/platform.js';
import type { RuleBook } from '../../rules/rule-book.js';
import type { TriggerKind } from '../../rules/triggers/trigger.js';
import type { LiveEvents } from '../../runs/live-events.js';
import type { PartnerAdmission } from '../../runs/partner-guard.js';
import type { Cancelled } from '../../runs/run-queue.js';
import type { RunRetryPlan } from '../../runs/run-retry.js';
import type { Store } from '../../store/store.js';
import type { ListedConnection } from '../connection-list.js';
import type { ProbeReport } from '../connection-probe/probe-connection.js';

/**
 * What the API and the commands see of a running daemon. Facts that are kept are read from `store`; what only the
 * running process knows, and everything that changes something, is asked here. `by` is the name of the token, or `cli`.
 * Methods reject with a TransferError: NOT_FOUND for a name or number that does not exist, REFUSED for what cannot be
 * done in the present state (a run that has ended, a daemon that drains). Nothing here checks roles or writes the audit:
 * the API does.
 */
export interface DaemonFace {
  readonly platform: Platform;
  readonly store: Store;
  readonly live: LiveEvents;
  readonly version: string;
  /** Absolute; `daemon.json` of the running daemon lies there. */
  readonly stateFolder: string;
  readonly startedMs: number;
  /** The rules and house settings in force now. */
  book(): RuleBook;
  readonly rules: DaemonRules;
  readonly runs: DaemonRuns;
  readonly connections: DaemonConnections;
  /** Reads a query of the log tools with the settings' zone and partners. Throws a QueryError. */
  query(text: string): Query;
  /** Checks the hook's secret and time and makes the runs. Never rejects for what the caller got wrong. */
  receiveHook(call: HookCall): Promise<HookAnswer>;
  /** The file is taken up at the next look, and the look is made soon. False: it was not in quarantine. */
  releaseFile(rule: string, fileKey: string, by: string): Promise<boolean>;
  /** Reads the settings again; a broken file keeps the last good rules. */
  reload(by: string): Promise<ReloadAnswer>;
  /** Begins nothing new from now on; resolves at once. What is under way goes on to its end. There is no way back. */
  drain(by: string): Promise<void>;
  status(): DaemonStatus;
  /** Each thing that readiness depends on; quick, and without a look at any partner. Never rejects. */
  health(): Promise<readonly HealthCheck[]>;
  figures(): DaemonFigures;
}

export interface DaemonRules {
  /** In the order of the file; `nextTimesMs` has at most one time each. */
  list(): readonly RuleStatus[];
  /** `nextTimesMs` has up to five. NOT_FOUND. */
  status(rule: string): RuleStatus;
  pause(
    rule: string,
    pause: { readonly untilMs?: number; readonly reason: string; readonly by: string },
  ): Promise<void>;
  /** False: it was not paused. */
  resume(rule: string, by: string): Promise<boolean>;
}

export interface RuleStatus {
  readonly name: string;
  readonly description: string;
  /** The rule in one plain sentence. */
  readonly sentence: string;
  readonly enabled: boolean;
  readonly shadow: boolean;
  readonly revision: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly triggers: readonly TriggerStatus[];
  readonly nextTimesMs: readonly number[];
  readonly pause?: { readonly untilMs?: number; readonly reason: string; readonly by: string };
  /** Runs of it that are under way now. */
  readonly running: number;
  readonly waiting: number;
}

export interface TriggerStatus {
  /** As in `TriggerSink`: which trigger of the rule. */
  readonly trigger: string;
  readonly kind: TriggerKind;
  /** `ready`: it waits for its fact. `failing`: what it watches cannot be looked at. `off`: the rule is disabled. */
  readonly state: 'ready' | 'failing' | 'off';
  readonly lastLookMs?: number;
  readonly failure?: { readonly sinceMs: number; readonly errorCode: ErrorCode; readonly message: string };
}

export interface DaemonRuns {
  /** Makes a run that waits for its turn; its number. NOT_FOUND for the rule, REFUSED when it is disabled or draining. */
  create(order: {
    readonly rule: string;
    /** Values by variable name without percent signs; names that the rule does not know are refused (VARIABLE_UNKNOWN). */
    readonly values: Readonly<Record<string, string>>;
    /** As if a trigger had seen this file (local path, or `connection:/path`). */
    readonly file?: string;
    readonly by: string;
  }): Promise<number>;
  /** `asked`: it stops after what is under way. `ended`: it had ended before. `left`: failed, its file counts as unsent no more. */
  cancel(run: number, by: string): Promise<Cancelled>;
  /** What a retry would do; changes nothing. REFUSED with the reason when there is nothing to retry. */
  retryPlan(run: number): Promise<RunRetryPlan>;
  /** The number of the new run. */
  retry(run: number, by: string): Promise<number>;
}

export interface DaemonConnections {
  /** In the order of the settings. Nobody is asked. */
  list(): readonly ConnectionStatus[];
  /** Also closes its breaker. False: it was neither parked nor shut. NOT_FOUND for a name that the settings lack. */
  release(connection: string, by: string): Promise<boolean>;
  /** Tries it step by step, with a log-in; NOT_FOUND. What fails does not reject. */
  test(connection: string, signal: AbortSignal): Promise<ProbeReport>;
}

export interface ConnectionStatus extends ListedConnection {
  readonly admission: PartnerAdmission;
  /** Failures of the connection as a whole, one after another. */
  readonly failures: number;
  readonly lastReason?: string;
}

export interface HookCall {
  readonly hook: string;
  /** Names in lower case; of each the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly peer: string;
}

export type HookAnswer =
  | { readonly kind: 'taken'; readonly runs: readonly number[] }
  /** Seen before, by its idempotency key: nothing was made. */
  | { readonly kind: 'known' }
  /** No such hook, forged, too old, replayed: one answer for all, so that nobody can guess. `reason` is for the audit. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface ReloadAnswer {
  /** False: the last good rules stay in force. */
  readonly ok: boolean;
  /** Each with file, line and column. */
  readonly problems: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface DaemonStatus {
  /** `starting` until the first look of the store is over, `draining` until the process ends. */
  readonly state: 'starting' | 'running' | 'draining';
  readonly node: string;
  readonly settingsFile: string | undefined;
  /** Of the settings as they stand in the files now; empty when they are in force. */
  readonly settingsProblems: readonly string[];
  readonly logFolder: string;
  readonly storeFile: string;
  readonly running: number;
  readonly waiting: number;
}

export interface HealthCheck {
  readonly name: 'store' | 'clientLog' | 'settings' | 'draining';
  readonly isOk: boolean;
  /** One sentence, without secrets. */
  readonly text: string;
}

/** Numbers that only the process knows; the rest of the metrics is counted from `live`. */
export interface DaemonFigures {
  readonly clientLogLines: number;
  readonly clientLogErrors: number;
  /** Files that move right now, by connection (`local` for neither). */
  readonly transfersInProgress: Readonly<Record<string, number>>;
  /** Expectations that are not met now. */
  readonly overdue: readonly { readonly rule: string; readonly expectation: string }[];
}
