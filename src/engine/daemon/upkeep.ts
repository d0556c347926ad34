import type { Timer } from '../../core/clock.js';
import type { RunServices } from '../../runs/run-services.js';

const FIRST_MS = 10 * 60_000;
const INTERVAL_MS = 6 * 60 * 60_000;

/** Removes from the store what is older than its retention, a while after the start and then four times a day. */
export class Upkeep {
  readonly #services: RunServices;
  readonly #warn: (text: string) => void;
  #timer: Timer | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(services: RunServices, warn: (text: string) => void) {
    this.#services = services;
    this.#warn = warn;
  }

  start(): void {
    this.#arm(FIRST_MS);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#turn;
  }

  #arm(delayMs: number): void {
    this.#timer = this.#services.platform.clock.startTimer(delayMs, () => {
      this.#turn = this.#prune();
    });
  }

  async #prune(): Promise<void> {
    const { store, platform, book } = this.#services;
    try {
      await store.upkeep.prune(book().store, platform.clock.now());
    } catch (error) {
      this.#warn(
        `old runs were not removed from the store: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (this.#timer !== undefined) this.#arm(INTERVAL_MS);
  }
}
