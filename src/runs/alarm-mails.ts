import type { Timer } from '../core/clock.js';
import type { Platform } from '../core/platform.js';
import { asTransferError } from '../core/transfer-error.js';
import type { RuleBook } from '../rules/rule-book.js';
import { noticeMail, type AlarmNotice } from './alarm-notice.js';
import type { MailSender } from './run-services.js';

export interface AlarmMailParts {
  readonly platform: Pick<Platform, 'clock' | 'host'>;
  readonly mail: MailSender;
  readonly book: () => Pick<RuleBook, 'mail'>;
  /** For the daemon's own log. */
  readonly warn: (text: string) => void;
  /** What waits has changed. */
  readonly changed: () => void;
}

/**
 * Sends what people are to be told of alarms, to `mail.alarmsTo`. What comes while a mail is on its way, or while the
 * server is down, goes in one mail after it. Nobody waits for a mail.
 */
export class AlarmMails {
  readonly #parts: AlarmMailParts;
  readonly #stop = new AbortController();
  #waiting: readonly AlarmNotice[] = [];
  #isSending = false;
  #sending: Promise<void> | undefined;
  #pause: Timer | undefined;
  #failures = 0;

  constructor(parts: AlarmMailParts) {
    this.#parts = parts;
  }

  /** What was not told yet. */
  get waiting(): readonly AlarmNotice[] {
    return this.#waiting;
  }

  /** Returns at once. */
  add(notices: readonly AlarmNotice[]): void {
    if (notices.length === 0) return;
    this.#waiting = [...this.#waiting, ...notices].slice(-MAX_WAITING);
    if (this.#pause === undefined) this.#begin();
  }

  /** What waits is not sent any more by this process. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#pause?.cancel();
    await this.#sending;
  }

  #begin(): void {
    if (this.#isSending || this.#stop.signal.aborted) return;
    this.#isSending = true;
    this.#sending = this.#sendAll();
  }

  /** Never rejects: a server that is down is asked again later. */
  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#waiting;
      try {
        await this.#send(batch);
      } catch (thrown) {
        this.#isSending = false;
        if (!this.#stop.signal.aborted) this.#tryLater(thrown);
        return;
      }
      this.#waiting = this.#waiting.filter((notice) => !batch.includes(notice));
      this.#parts.changed();
      if (this.#failures > 0) this.#parts.warn('mail: the server takes mail again; the alarms were told');
      this.#failures = 0;
    }
    // In the same turn as the last look at what waits: what comes later is sent anew.
    this.#isSending = false;
  }

  async #send(batch: readonly AlarmNotice[]): Promise<void> {
    const settings = this.#parts.book().mail;
    if (settings === undefined || settings.alarmsTo.length === 0) return;
    const mail = noticeMail(batch, this.#parts.platform.host);
    await this.#parts.mail.send(
      { to: settings.alarmsTo, cc: [], attachments: [], ...mail },
      settings,
      this.#stop.signal,
    );
  }

  #tryLater(thrown: unknown): void {
    if (this.#failures === 0) {
      const { message } = asTransferError(thrown, 'action');
      this.#parts.warn(`mail: alarms cannot be told, and are told later: ${message}`);
    }
    const delayMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures += 1;
    this.#pause = this.#parts.platform.clock.startTimer(delayMs, () => {
      this.#pause = undefined;
      this.#begin();
    });
  }
}

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 900_000;

/** Of more the oldest go: they are in the store, and in the daemon's log. */
const MAX_WAITING = 500;
