import { isMissing } from '../../client-log/client-log-error.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import type { Clock } from '../../core/clock.js';
import type { Files } from '../../core/files.js';
import { GrowingFile } from './growing-file.js';
import { GrowingFolder } from './growing-folder.js';
import type { GrowingLog, StartedLog, StartRequest } from './growing-log.js';
import type { LineChoice } from './line-choice.js';
import type { TailEvent } from './tail-event.js';
import { Trouble } from './trouble.js';

export interface GrowingPlaceParts {
  readonly files: Pick<Files, 'open' | 'stat' | 'list'>;
  readonly clock: Clock;
  /** Of a file or of a folder; it need not exist yet. */
  readonly name: string;
  readonly refOf: (path: string) => LogFileRef;
  readonly join: (folder: string, name: string) => string;
  readonly choice: LineChoice;
}

const NOTHING: StartedLog = { lines: [], scannedBytes: 0, isCut: false };

/** What a user names: a file or a folder, which shows when it is there. */
export class GrowingPlace implements GrowingLog {
  readonly #parts: GrowingPlaceParts;
  readonly #trouble: Trouble;
  #log: GrowingLog | undefined;

  constructor(parts: GrowingPlaceParts) {
    this.#parts = parts;
    this.#trouble = new Trouble(parts.name);
  }

  /** Rejects where there is nothing, unless it can be waited for. */
  async start(request: StartRequest): Promise<StartedLog> {
    try {
      this.#log = await this.#find();
      return await this.#log.start(request);
    } catch (error) {
      if (isMissing(error) && request.unfinished === 'left') return NOTHING;
      throw error;
    }
  }

  async *poll(): AsyncGenerator<TailEvent> {
    if (this.#log === undefined) yield* this.#lookForIt();
    if (this.#log !== undefined) yield* this.#log.poll();
  }

  async *leave(): AsyncGenerator<TailEvent> {
    if (this.#log !== undefined) yield* this.#log.leave();
  }

  async *#lookForIt(): AsyncGenerator<TailEvent> {
    try {
      this.#log = await this.#find();
      if (this.#trouble.isMissing) yield { kind: 'notice', notice: 'appeared', name: this.#parts.name };
    } catch (cause) {
      yield* isMissing(cause) ? this.#trouble.tell('missing') : this.#trouble.tell('unreadable', cause);
    }
  }

  async #find(): Promise<GrowingLog> {
    const { name, refOf, ...parts } = this.#parts;
    const { kind } = await parts.files.stat(name);
    if (kind === 'folder') return new GrowingFolder({ ...parts, refOf, folder: name });
    return new GrowingFile({ ...parts, path: name, ref: refOf(name) });
  }
}
