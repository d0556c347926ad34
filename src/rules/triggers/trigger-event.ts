import type { TriggerKind } from './trigger.js';

/** The fact that happened. Plain data: it is kept in the store with the run that it caused. */
export interface TriggerEvent {
  /** Name of the rule that it is for. */
  readonly rule: string;
  readonly trigger: TriggerKind;
  /**
   * Names the fact for ever within its rule: a second event of the same key makes no run. `schedule:<ms>`,
   * `file:<place>:<path>:<size>:<modifiedMs>`, `hook:<idempotency key>`, `after:<run id>`, `manual:<random>`.
   */
  readonly key: string;
  readonly occurredAtMs: number;
  readonly file?: EventFile;
  /** Why, where there is a why: of a failure (EFT: EVENT.REASON). */
  readonly reason?: string;
  /** Values of the event by variable name without percent signs: `FS.MONITOR_OPERATION`, `HOOK.BODY`, `MY.NAME`. */
  readonly values: Readonly<Record<string, string>>;
}

/** A file that a trigger saw. */
export interface EventFile {
  /** Empty for a local file, else the name of the connection. */
  readonly connection: string;
  /** Absolute; of a local file in the machine's own form. */
  readonly path: string;
  /** The folder that the trigger watches. */
  readonly folder: string;
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
}

/** The key of a file's event. With `events: new` size and time are left out. */
export function fileEventKey(file: EventFile, events: 'new' | 'changed'): string {
  const place = file.connection === '' ? 'local' : file.connection;
  const identity = events === 'new' ? '' : `:${file.sizeBytes ?? '?'}:${file.modifiedMs ?? '?'}`;
  return `file:${place}:${file.path}${identity}`;
}
