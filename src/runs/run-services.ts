import type { ClientLogFacts } from '../client-log/log-facts.js';
import type { Platform } from '../core/platform.js';
import type { Secret } from '../core/secret.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { MailSettings } from '../rules/house-settings.js';
import type { SecretReference } from '../rules/triggers/trigger.js';
import type { PlaceContext } from '../settings/place-context.js';
import type { Store } from '../store/store.js';
import type { ConnectionBudgets } from '../transfers/connection-budgets.js';
import type { LeftoverRounds } from '../transfers/leftover-rounds.js';
import type { PartialJournal } from '../transfers/partial-journal.js';
import type { ServerMemory } from '../transfers/server-memory.js';
import type { Alarms } from './alarms.js';
import type { AttemptBook } from './attempt-book.js';
import type { LiveEvents } from './live-events.js';
import type { Digests } from './mail-digests.js';
import type { MovingFiles } from './moving-files.js';
import type { PartnerGuard } from './partner-guard.js';
import type { PlaceBook } from './place-book.js';

/** Everything that runs share: made once by the daemon (engine/daemon), or for one `tally rules run`. */
export interface RunServices {
  readonly platform: Platform;
  readonly store: Store;
  /** The rules in force now; a run keeps its own frozen rule and asks this only for what is shared. */
  readonly book: () => RuleBook;
  readonly places: () => PlaceContext;
  /** Resolved places, so that files share sessions. */
  readonly placeBook: PlaceBook;
  readonly journal: PartialJournal;
  readonly memory: ServerMemory;
  readonly budgets: ConnectionBudgets;
  readonly rounds: LeftoverRounds;
  /** Every ended attempt goes there: the store first, then its line. */
  readonly attempts: AttemptBook;
  readonly guard: PartnerGuard;
  readonly alarms: Alarms;
  readonly live: LiveEvents;
  readonly outside: OutsideWorld;
  readonly digests: Digests;
  readonly moving: MovingFiles;
  readonly secretOf: (reference: SecretReference) => Promise<Secret>;
}

/** The client log; only the attempt book writes there, after the store was told. */
export interface LineLog {
  /** Resolves when the line is with the system. Rejects with CLIENT_LOG_FAILED. */
  append(facts: ClientLogFacts): Promise<void>;
  /** Tries whether lines can be written, and writes none. Rejects with CLIENT_LOG_FAILED. */
  prove(): Promise<void>;
}

/** What actions do outside files and partners; the composition root hands in the real ones. */
export interface OutsideWorld {
  readonly programs: Programs;
  readonly mail: MailSender;
  readonly systemLog: SystemLog;
  readonly http: HttpSender;
}

/** Starts a program without a shell. */
export interface Programs {
  /**
   * Resolves when it ended or was ended: at `timeoutMs` or by `signal` first SIGTERM, then SIGKILL, its children too.
   * Output beyond `maxOutputBytes` is dropped and the program goes on. Rejects when it cannot be started.
   */
  run(order: ProgramOrder): Promise<ProgramEnd>;
}

export interface ProgramOrder {
  readonly command: readonly string[];
  readonly folder?: string;
  /** Besides PATH, HOME, LANG, TZ, TMPDIR and, on Windows, SystemRoot of ours; nothing else is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly endedBy: 'itself' | 'timeLimit' | 'cancel' | 'signal';
  readonly stdout: string;
  readonly stderr: string;
  readonly droppedBytes: number;
}

export interface Mail {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Local files. */
  readonly attachments: readonly { readonly name: string; readonly path: string }[];
}

export interface MailSender {
  /** Resolves with what the server said when it took the mail. Rejects with a TransferError. */
  send(mail: Mail, settings: MailSettings, signal: AbortSignal): Promise<string>;
}

export interface SystemLog {
  write(severity: 'error' | 'warning' | 'notice' | 'info', text: string): Promise<void>;
}

export interface HttpSender {
  /** Any status resolves; redirects are not followed. Rejects with a TransferError. */
  send(order: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly timeoutMs: number;
    readonly maxAnswerBytes: number;
    readonly signal: AbortSignal;
  }): Promise<{ readonly status: number; readonly body: string }>;
}
