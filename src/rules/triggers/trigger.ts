/**
 * When a rule runs. The parsed form; the schema beside it (`trigger-schema.ts`) says how each is written in the
 * settings: the same keys, times as durations (`settle: 5s` becomes `settleMs`).
 */
export type Trigger =
  | ScheduleTrigger
  | FolderTrigger
  | RemoteTrigger
  | WebhookTrigger
  | ManualTrigger
  | AfterRuleTrigger
  | DaemonTrigger
  | MonitorFailedTrigger
  | ConnectionFailedTrigger;

export type TriggerKind = Trigger['kind'];

/** By the clock: exactly one of `cron`, `everyMs`, `onceAtMs`. */
export interface ScheduleTrigger {
  readonly kind: 'schedule';
  /**
   * Five fields, or six with seconds in front. With `*` as its hour it means each hour that passes, and neither
   * `skippedHour` nor `repeatedHour` touches it.
   */
  readonly cron?: string;
  readonly everyMs?: number;
  /** `at: 2026-12-01T06:00`: once, in the trigger's zone. */
  readonly onceAtMs?: number;
  /** IANA name; the machine's when the settings name none. */
  readonly timeZone: string;
  /** A local time that the change to summer time leaves out: run right after the gap, or not at all that day. */
  readonly skippedHour: 'runAfter' | 'skip';
  /** A local time that comes twice in autumn: run at the first only, or at both. */
  readonly repeatedHour: 'once' | 'twice';
  /** Name of a calendar of the settings: no run on its days. */
  readonly notOn?: string;
  /** Name of a calendar: runs only on its days. */
  readonly onlyOn?: string;
  /** A random delay of up to this much is added to each time. */
  readonly jitterMs: number;
  /** What is done about times that passed while the daemon was not running. */
  readonly misfire: 'runOnce' | 'skip' | 'all';
}

/** Which files of a folder count, here or at a partner. */
export interface FileFilter {
  /** DOS masks on the name, `**` on the path below the folder; empty = every file. */
  readonly include: readonly string[];
  /** Always with the masks of unfinished files: `*.filepart`, `*.partial`, `*.tmp`, `.*`. */
  readonly exclude: readonly string[];
  readonly subfolders: boolean;
  readonly minSizeBytes?: number;
  readonly maxSizeBytes?: number;
  /** By the file's own time of change. */
  readonly minAgeMs?: number;
  readonly maxAgeMs?: number;
  /** Size and time must be the same on looks over this long, by our clock. */
  readonly settleMs: number;
  /** A file counts when this one lies beside it (`%FS.FILE_NAME%.done`); the done-file itself never counts. */
  readonly doneFile?: string;
  /** `new`: each path once; `changed`: again when size or time differ. */
  readonly events: 'new' | 'changed';
}

/** A local folder or share: scans are the truth, events of the system only a hint to scan sooner. */
export interface FolderTrigger extends FileFilter {
  readonly kind: 'folder';
  /** Absolute. */
  readonly path: string;
  /** Time between two scans. */
  readonly sweepMs: number;
  /** Take a file only when nobody has it open, where the system can tell. */
  readonly exclusive: boolean;
  /** How long the share may give no answer during a scan before it counts as hanging. */
  readonly scanTimeoutMs: number;
}

/** A folder of a connection, listed again and again; files are known by path, size and time, never by "newer than". */
export interface RemoteTrigger extends FileFilter {
  readonly kind: 'remote';
  /** `acme:/out/` or `acme:/out/*.csv`. */
  readonly from: string;
  readonly everyMs: number;
}

export interface WebhookTrigger {
  readonly kind: 'webhook';
  /** Last part of its address: `POST /v1/hooks/NAME`. */
  readonly hook: string;
  readonly check:
    | {
        /** HMAC-SHA256 over `timestamp.body`; headers `X-Tally-Timestamp`, `X-Tally-Signature: sha256=<hex>`. */
        readonly kind: 'hmac';
        readonly secret: SecretReference;
        readonly toleranceMs: number;
      }
    | { /** `Authorization: Bearer TOKEN`. */ readonly kind: 'token'; readonly secret: SecretReference };
}

/** `{ env: NAME }`, `{ file: PATH }` or `{ command: [...] }`, as for connections. */
export type SecretReference =
  { readonly env: string } | { readonly file: string } | { readonly command: readonly string[] };

/** Only by `tally rules run`, the API or a sub-rule; every other rule can be run so too. */
export interface ManualTrigger {
  readonly kind: 'manual';
  /** Values for a run that brings none of its own. */
  readonly sample: Readonly<Record<string, string>>;
}

export interface AfterRuleTrigger {
  readonly kind: 'afterRule';
  readonly rule: string;
  readonly result: 'succeeded' | 'failed' | 'any';
}

export interface DaemonTrigger {
  readonly kind: 'daemon';
  readonly when: 'started' | 'stopped';
}

/** EFT: Folder Monitor Failed. */
export interface MonitorFailedTrigger {
  readonly kind: 'monitorFailed';
  /** Of this rule only; of every rule when absent. */
  readonly rule?: string;
}

export interface ConnectionFailedTrigger {
  readonly kind: 'connectionFailed';
  readonly connection: string;
  /** So many failures one after another. */
  readonly times: number;
}
