import type { FolderHints, FolderWatch } from './folder-hints.js';

/** Each costs one watch of the system; a tree of more folders has only its sweep for the others. */
const MAX_WATCHES = 1000;

interface Kept {
  readonly identity: string;
  readonly watch: FolderWatch;
}

/** The watches of one trigger: one for each folder that its last look went into. */
export class FolderWatches {
  readonly #hints: FolderHints;
  readonly #listener: (folder: string, name: string | undefined) => void;
  readonly #kept = new Map<string, Kept>();
  #isStopped = false;

  constructor(hints: FolderHints, listener: (folder: string, name: string | undefined) => void) {
    this.#hints = hints;
    this.#listener = listener;
  }

  /** Before the folder is listed, so that what comes later is either listed or hinted at. */
  async keep(folder: string, identity: string): Promise<void> {
    const kept = this.#kept.get(folder);
    if (kept?.identity === identity && !kept.watch.hasEnded()) return;
    this.#drop(folder);
    if (this.#kept.size >= MAX_WATCHES || this.#isStopped) return;
    const watch = await this.#hints.watch(folder, (name) => this.#listener(folder, name));
    if (watch === undefined) return;
    if (this.#isStopped) watch.stop();
    else this.#kept.set(folder, { identity, watch });
  }

  /** Ends the watches of folders that are there no more. */
  keepOnly(folders: ReadonlySet<string>): void {
    for (const folder of this.#kept.keys()) if (!folders.has(folder)) this.#drop(folder);
  }

  stop(): void {
    this.#isStopped = true;
    for (const folder of [...this.#kept.keys()]) this.#drop(folder);
  }

  #drop(folder: string): void {
    this.#kept.get(folder)?.watch.stop();
    this.#kept.delete(folder);
  }
}
