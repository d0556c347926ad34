import type { Condition } from '../conditions/condition.js';
import type { SecretReference } from '../triggers/trigger.js';
import type { TransferSettings } from '../../settings/transfer-schema.js';

/** One line of `do:`: an action, a branch or a loop. */
export type Step = ActionStep | BranchStep | LoopStep;

export interface ActionStep {
  readonly kind: 'action';
  /** Shown in the story; made from the action when the settings give none. */
  readonly title?: string;
  readonly action: Action;
  /** Run exactly when the action's result is 1 (EFT: "if action FAILED"). */
  readonly ifFailed: readonly Step[];
  /** Tries after the first, of actions that are no transfers (those have their own). */
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly timeLimitMs?: number;
}

/** `if: ... then: [...] else: [...]` */
export interface BranchStep {
  readonly kind: 'branch';
  readonly condition: Condition;
  readonly then: readonly Step[];
  readonly otherwise: readonly Step[];
}

/** `each: DATASET do: [...]`: once for each row of what a `list` action found. */
export interface LoopStep {
  readonly kind: 'loop';
  readonly dataset: string;
  readonly orderBy: 'found' | 'name' | 'size' | 'time';
  readonly descending: boolean;
  readonly firstRow?: number;
  readonly lastRow?: number;
  readonly steps: readonly Step[];
}

export type Action =
  | TransferAction
  | ListAction
  | RenameAction
  | DeleteAction
  | MakeFolderAction
  | ArchiveAction
  | CompressAction
  | ExtractAction
  | PgpAction
  | RunProgramAction
  | HttpAction
  | MailAction
  | SystemLogAction
  | CallRuleAction
  | WaitAction
  | FailAction
  | StopAction;

export type ActionKind = Action['kind'];

/** Copy/Move and Download: the actions that write the client log. */
export interface TransferAction {
  readonly kind: 'copy' | 'move' | 'download';
  readonly from: string;
  readonly to: string;
  readonly recursive: boolean;
  /** `download: { ..., remove: true }`: a download that removes its source. */
  readonly removeSource: boolean;
  /** In place of those of the connection. */
  readonly options: TransferSettings;
}

/** Lists a place into a data set: rows with ROW.NAME, ROW.PATH, ROW.SIZE, ROW.MODIFIED, ROW.NUMBER. */
export interface ListAction {
  readonly kind: 'list';
  /** A mask: `acme:/out/*.csv`. */
  readonly from: string;
  readonly into: string;
  readonly recursive: boolean;
}

export interface RenameAction {
  readonly kind: 'rename';
  readonly from: string;
  /** A new name, or a path on the same connection. */
  readonly to: string;
  readonly replace: boolean;
}

/** One file, a mask, or with `folder: true` an empty folder. EFT's cleanup: with `olderThanMs`. */
export interface DeleteAction {
  readonly kind: 'delete';
  readonly path: string;
  readonly recursive: boolean;
  readonly folder: boolean;
  readonly olderThanMs?: number;
  readonly missingOk: boolean;
}

export interface MakeFolderAction {
  readonly kind: 'makeFolder';
  readonly path: string;
}

/** Moves a file into a folder of done files on the same side, by a pattern: `done/%EVENT.DATESTAMP%/%FS.FILE_NAME%`. */
export interface ArchiveAction {
  readonly kind: 'archive';
  readonly path: string;
  readonly to: string;
}

export interface CompressAction {
  readonly kind: 'compress';
  readonly from: string;
  readonly to: string;
  readonly format: 'zip' | 'gzip';
  readonly removeSource: boolean;
}

export interface ExtractAction {
  readonly kind: 'extract';
  readonly from: string;
  readonly to: string;
  readonly format: 'zip' | 'gzip';
  readonly overwrite: boolean;
  readonly maxBytes: number;
  readonly maxEntries: number;
}

export interface PgpAction {
  readonly kind: 'encrypt' | 'decrypt' | 'sign' | 'verify';
  readonly from: string;
  /** Of the result; not for `verify`. */
  readonly to?: string;
  /** Files of public keys: of the recipients, or of those whose signature counts. */
  readonly publicKeys: readonly string[];
  readonly privateKey?: string;
  readonly passphrase?: SecretReference;
  readonly armor: boolean;
  /** For `sign` and `verify`: the signature in a file of its own. */
  readonly signature?: string;
  /** `encrypt`: also sign; `decrypt`: refuse what is not signed by one of `publicKeys`. */
  readonly signed: boolean;
}

export interface RunProgramAction {
  readonly kind: 'run';
  /** Program and arguments; never a shell. The program must stand in `commands.allow`. */
  readonly command: readonly string[];
  readonly folder?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What of its output is kept. */
  readonly maxOutputBytes: number;
  readonly okExitCodes: readonly number[];
}

export interface HttpAction {
  readonly kind: 'http';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer?: SecretReference;
  readonly body?: string;
  readonly okStatus: readonly number[];
}

export interface MailAction {
  readonly kind: 'mail';
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly string[];
  /** Collects what comes within this long into one mail. */
  readonly digestMs?: number;
}

export interface SystemLogAction {
  readonly kind: 'systemLog';
  readonly severity: 'error' | 'warning' | 'notice' | 'info';
  readonly text: string;
}

export interface CallRuleAction {
  readonly kind: 'call';
  readonly rule: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface WaitAction {
  readonly kind: 'wait';
  readonly forMs: number;
}

export interface FailAction {
  readonly kind: 'fail';
  readonly reason: string;
}

/** EFT's Stop Processing: this rule; the rules after it on the same event; both. */
export interface StopAction {
  readonly kind: 'stop';
  readonly what: 'thisRule' | 'moreRules' | 'thisAndMoreRules';
}
