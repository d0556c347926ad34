import type { Timer } from '../core/clock.js';
import type { Platform } from '../core/platform.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { EventStore } from '../store/event-store.js';
import type { Mail, MailSender } from './run-services.js';

/** Mails of `digest:` that wait for their time, kept in the store: a restart loses none. */
export interface Digests {
  /** Resolves when the entry is in the store. It leaves with all others for the same people within `withinMs`. */
  add(mail: Mail, withinMs: number): Promise<void>;
}

interface PendingDigest {
  readonly mail: Omit<Mail, 'text'>;
  readonly texts: readonly string[];
  /** Entries beyond the kept ones. */
  readonly droppedTexts: number;
  readonly dueMs: number;
}

/** Where the store keeps it; no rule can have such a name. */
const STATE = { rule: '@mail', trigger: 'digests' } as const;
const MAX_TEXTS = 1_000;
const RETRY_DELAY_MS = 5 * 60_000;
const NAP_MS = 24 * 60 * 60_000;

export interface DigestParts {
  readonly platform: Pick<Platform, 'clock'>;
  readonly store: EventStore;
  readonly mail: MailSender;
  readonly book: () => RuleBook;
  readonly warn: (text: string) => void;
}

export class MailDigests implements Digests {
  readonly #parts: DigestParts;
  readonly #stop = new AbortController();
  #pending: Record<string, PendingDigest> = {};
  #timer: Timer | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: DigestParts) {
    this.#parts = parts;
  }

  /** Reads what an earlier process left, and sends what is due. */
  async start(): Promise<void> {
    const state = await this.#parts.store.triggerState(STATE.rule, STATE.trigger);
    if (state !== undefined) this.#pending = state as Record<string, PendingDigest>;
    this.#arm();
  }

  /** What waits stays in the store. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#turn;
  }

  add(mail: Mail, withinMs: number): Promise<void> {
    return this.#inTurn(async () => {
      const key = JSON.stringify([mail.to, mail.cc, mail.subject]);
      const dueMs = this.#parts.platform.clock.now() + withinMs;
      const known = this.#pending[key] ?? { mail, texts: [], droppedTexts: 0, dueMs };
      const isFull = known.texts.length >= MAX_TEXTS;
      this.#pending[key] = {
        ...known,
        texts: isFull ? known.texts : [...known.texts, mail.text],
        droppedTexts: known.droppedTexts + (isFull ? 1 : 0),
        dueMs: Math.min(known.dueMs, dueMs),
      };
      await this.#save();
      this.#arm();
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(task, task);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  #arm(): void {
    this.#timer?.cancel();
    const due = Object.values(this.#pending).map(({ dueMs }) => dueMs);
    if (due.length === 0 || this.#stop.signal.aborted) return;
    const { clock } = this.#parts.platform;
    const delayMs = Math.min(NAP_MS, Math.max(0, Math.min(...due) - clock.now()));
    this.#timer = clock.startTimer(delayMs, () => {
      void this.#inTurn(() => this.#sendDue()).catch((error: unknown) => this.#warn(error));
    });
  }

  async #sendDue(): Promise<void> {
    const nowMs = this.#parts.platform.clock.now();
    for (const [key, digest] of Object.entries(this.#pending)) {
      if (digest.dueMs > nowMs || this.#stop.signal.aborted) continue;
      try {
        await this.#send(digest);
        this.#pending = Object.fromEntries(Object.entries(this.#pending).filter(([other]) => other !== key));
      } catch (error) {
        this.#warn(error);
        this.#pending[key] = { ...digest, dueMs: nowMs + RETRY_DELAY_MS };
      }
    }
    await this.#save();
    this.#arm();
  }

  async #send({ mail, texts, droppedTexts }: PendingDigest): Promise<void> {
    const settings = this.#parts.book().mail;
    if (settings === undefined) throw new Error('the settings have no mail: section any more');
    const rest = droppedTexts === 0 ? [] : [`(${droppedTexts} more are not listed)`];
    const text = [...texts, ...rest].join('\n');
    const subject = `${mail.subject} (${texts.length + droppedTexts})`;
    await this.#parts.mail.send({ ...mail, subject, text }, settings, this.#stop.signal);
  }

  #save(): Promise<void> {
    return this.#parts.store.setTriggerState(STATE.rule, STATE.trigger, this.#pending);
  }

  #warn(error: unknown): void {
    this.#parts.warn(`a digest could not be sent: ${error instanceof Error ? error.message : String(error)}`);
  }
}
