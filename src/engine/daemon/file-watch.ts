import type { Timer } from '../../core/clock.js';
import type { Platform } from '../../core/platform.js';

const LOOK_INTERVAL_MS = 2_000;

/**
 * Tells when one of some small files has changed and then stood still for one look, so that a file saved in several
 * writes is read once. By looking, not by events of the system: those fail on shares and with editors that rename.
 */
export class FileWatch {
  readonly #platform: Pick<Platform, 'clock' | 'files'>;
  readonly #changed: () => Promise<boolean>;
  #files: readonly string[] = [];
  /** Undefined: what stands there has to be told. */
  #known: string | undefined;
  #last = '';
  #timer: Timer | undefined;
  #isStopped = false;
  #look: Promise<void> = Promise.resolve();

  /** `changed` is awaited before the next look, and must not reject; false: it is told again at the next look. */
  constructor(platform: Pick<Platform, 'clock' | 'files'>, changed: () => Promise<boolean>) {
    this.#platform = platform;
    this.#changed = changed;
  }

  /** Watches these from now on, as they are now. */
  async watch(files: readonly string[]): Promise<void> {
    this.#files = files;
    this.#known = this.#last = await this.#marks();
    if (this.#timer === undefined) this.#arm();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#look;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#platform.clock.startTimer(LOOK_INTERVAL_MS, () => {
      this.#look = this.#lookOnce().finally(() => this.#arm());
    });
  }

  async #lookOnce(): Promise<void> {
    const marks = await this.#marks();
    const isStill = marks === this.#last;
    this.#last = marks;
    if (marks === this.#known || !isStill || this.#isStopped) return;
    this.#known = marks;
    if (!(await this.#changed())) this.#known = undefined;
  }

  async #marks(): Promise<string> {
    const marks = await Promise.all(this.#files.map((file) => this.#markOf(file)));
    return marks.join('\n');
  }

  async #markOf(file: string): Promise<string> {
    try {
      const { sizeBytes, modifiedMs, identity } = await this.#platform.files.stat(file);
      return `${sizeBytes} ${modifiedMs} ${identity}`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unreadable';
    }
  }
}
