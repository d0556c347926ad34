import { posix } from 'node:path';
import type { RemotePath } from '../core/remote-path.js';
import { printable } from '../core/printable.js';
import type { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { fileEventKey } from '../rules/triggers/trigger-event.js';
import type { BatchFailure, BatchResult } from '../transfers/batch-request.js';
import { isLocal, type Endpoint } from '../transfers/endpoint.js';
import type { ActionContext } from './action-context.js';
import { deliveryPlace } from './delivery-place.js';

/** One file at its source. */
export interface SourceFile {
  readonly endpoint: Endpoint;
  readonly path: RemotePath;
}

interface SeenFile {
  readonly key: string;
  readonly path: string;
  /** As the ledger names it. */
  readonly source: string;
}

/** Kept of a mask's files, so that those that fail can be named by their version. */
const MOST_REMEMBERED = 10_000;

/** Of the alarm that says that files of a rule are put aside. */
export function quarantineCause(rule: string): string {
  return `quarantine:${rule}`;
}

/**
 * Counts the permanent failures of single files, and puts a file aside once it has failed so often as its rule bears;
 * the others go on. What was put aside is left alone until somebody releases it.
 */
export class FileFailures {
  readonly #context: ActionContext;
  readonly #aside: ReadonlyMap<string, string>;
  readonly #seen = new Map<string, SeenFile>();

  private constructor(context: ActionContext, aside: ReadonlyMap<string, string>) {
    this.#context = context;
    this.#aside = aside;
  }

  static async of(context: ActionContext): Promise<FileFailures> {
    const aside = await context.services.store.runs.quarantined(context.rule.name);
    return new FileFailures(context, new Map(aside.map(({ fileKey, reason }) => [fileKey, reason])));
  }

  /** The reason where the file was put aside. */
  whyLeftAlone(file: SourceFile, facts: RemoteEntry): string | undefined {
    const key = this.#keyOf(file, facts);
    if (this.#seen.size < MOST_REMEMBERED) {
      const source = deliveryPlace(file.endpoint, file.path);
      this.#seen.set(file.path, { key, path: placeText(file), source });
    }
    const reason = this.#aside.get(key);
    return reason === undefined
      ? undefined
      : `put aside: ${reason}; tally quarantine release ${this.#context.rule.name} takes it up again`;
  }

  async record(result: BatchResult): Promise<void> {
    for (const failure of result.failures) {
      const seen = this.#seen.get(failure.source);
      if (seen === undefined || !isFilesFault(failure, result)) continue;
      await this.#count(seen, failure.error);
      if (isUndecided(failure.error)) await this.#settleUndecided(seen);
    }
  }

  /** True when the one file that the action is about is to blame. */
  faultOfOne(result: BatchResult): boolean {
    const [failure] = result.failures;
    return failure !== undefined && result.failed === 1 && isFilesFault(failure, result);
  }

  /** Of the event's own file that of the event, else as a folder trigger would name it. */
  #keyOf(file: SourceFile, { sizeBytes, modifiedMs }: RemoteEntry): string {
    const { event } = this.#context;
    const connection = isLocal(file.endpoint) ? '' : file.endpoint.label;
    const path = isLocal(file.endpoint) ? ownForm(file.path, this.#context) : file.path;
    if (event.file?.connection === connection && event.file.path === path) return event.key;
    const folder = posix.dirname(file.path);
    return fileEventKey({ connection, path, folder, sizeBytes, modifiedMs }, 'changed');
  }

  async #count(
    { key, path }: { readonly key: string; readonly path: string },
    error: TransferError,
  ): Promise<void> {
    const { services, rule } = this.#context;
    const { store, platform, alarms } = services;
    const now = platform.clock.now();
    const reason = printable(error.message, 500);
    const failures = await store.runs.countFileFailure(rule.name, key, reason, now);
    if (failures < rule.quarantineAfter && !isUndecided(error)) return;
    await store.runs.quarantine({ rule: rule.name, fileKey: key, path, reason, failures, sinceMs: now });
    await alarms.raise({
      kind: 'quarantine',
      cause: quarantineCause(rule.name),
      side: error.side,
      text: `${rule.name} put ${printable(path, 200)} aside after ${failures} ${failures === 1 ? 'failure' : 'failures'}, and goes on with the others: ${reason}`,
    });
  }

  /** It stands aside by now: whoever releases it has asked the partner, and wants it sent. */
  async #settleUndecided(seen: SeenFile): Promise<void> {
    const { services, run } = this.#context;
    const { ledger } = services.store;
    for (const { id, source, state } of await ledger.ofRun(run.id)) {
      const isIt = state === 'claimed' && source === seen.source;
      if (isIt) await ledger.settle(id, { state: 'failed', nowMs: services.platform.clock.now() });
    }
  }
}

/** Nobody can know whether it arrived: a person decides before it goes once more. */
function isUndecided({ code, retry }: TransferError): boolean {
  return code === 'REPLY_LOST' && retry === 'permanent';
}

/** Not the partner's: it failed for good while the connection held. */
function isFilesFault({ error, delivered }: BatchFailure, { stoppedBy }: BatchResult): boolean {
  if (stoppedBy !== undefined || delivered) return false;
  return error.retry === 'permanent' && !NOT_THE_FILES.has(error.code);
}

const NOT_THE_FILES: ReadonlySet<string> = new Set([
  'CANCELLED',
  'NO_SPACE',
  'CLIENT_LOG_FAILED',
  'NOT_FOUND',
]);

function placeText({ endpoint, path }: SourceFile): string {
  return isLocal(endpoint) ? path : `${endpoint.label}:${path}`;
}

function ownForm(path: string, { services }: ActionContext): string {
  return services.platform.host.os === 'win32' ? path.replaceAll('/', '\\') : path;
}
