import type { Clock } from '../core/clock.js';
import type { Random } from '../core/random.js';
import type { Secret } from '../core/secret.js';
import { asTransferError } from '../core/transfer-error.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { SecretReference, WebhookTrigger } from '../rules/triggers/trigger.js';
import { checkWebhook, type WebhookRequest } from '../rules/triggers/webhook-check.js';
import type { EventStore } from '../store/event-store.js';

export interface WebhookIntakeOptions {
  readonly book: () => Pick<RuleBook, 'rules'>;
  readonly secretOf: (reference: SecretReference) => Promise<Secret>;
  readonly events: Pick<EventStore, 'unknown' | 'know'>;
  /** Makes the runs; their numbers, fewer where the key of an event was known. Rejects when the store takes nothing. */
  readonly emit: (events: readonly TriggerEvent[]) => Promise<readonly number[]>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'token'>;
}

export type WebhookAnswer =
  | { readonly kind: 'taken'; readonly runs: readonly number[] }
  /** Seen before, by its idempotency key or its signature: nothing was made. */
  | { readonly kind: 'known' }
  /** `reason` is for the audit; the caller is told one thing whatever it is. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Takes the requests of webhooks. A sender that got no answer may send again: with the same `Idempotency-Key` no second
 * run is made, whenever that is, and not even when the daemon was killed in between. What was signed once makes no
 * second run under another key either.
 */
export class WebhookIntake {
  readonly #options: WebhookIntakeOptions;
  /** One request of a hook after the other, so that of two alike the second sees the first. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(options: WebhookIntakeOptions) {
    this.#options = options;
  }

  /** Rejects only when the store takes nothing: then nothing was made, and the same request may come again. */
  async take(hook: string, request: WebhookRequest): Promise<WebhookAnswer> {
    const found = findHook(this.#options.book(), hook);
    if (found === undefined) return { kind: 'refused', reason: 'there is no such hook' };
    const secret = await this.#secret(found.trigger);
    if (typeof secret === 'string') return { kind: 'refused', reason: secret };
    const nowMs = this.#options.clock.now();
    const verdict = checkWebhook(found.trigger, request, { secret, nowMs });
    if (verdict.kind === 'refused') return verdict;
    const key = `hook:${verdict.key ?? this.#options.random.token(20)}`;
    const { rule } = found;
    const event = { rule, trigger: 'webhook' as const, key, occurredAtMs: nowMs, values: verdict.values };
    return this.#inTurn(hook, () => this.#takeOnce(event, verdict.signed));
  }

  /** The runs come first: what was signed is noted only once they are kept, so that no failure loses an event. */
  async #takeOnce(event: TriggerEvent, signed: string | undefined): Promise<WebhookAnswer> {
    const { events, emit } = this.#options;
    const mark = signed === undefined ? undefined : `signed:${signed}`;
    if (mark !== undefined) {
      const unknown = await events.unknown(event.rule, [mark], event.occurredAtMs);
      if (!unknown.has(mark)) return { kind: 'known' };
    }
    const runs = await emit([event]);
    if (mark !== undefined) await events.know(event.rule, [mark], event.occurredAtMs);
    return runs.length === 0 ? { kind: 'known' } : { kind: 'taken', runs };
  }

  async #secret({ check }: WebhookTrigger): Promise<Secret | string> {
    try {
      return await this.#options.secretOf(check.secret);
    } catch (thrown) {
      return `the secret of the hook cannot be read: ${asTransferError(thrown, 'rule').message}`;
    }
  }

  #inTurn<Answer>(hook: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#queues.get(hook) ?? Promise.resolve();
    const answer = before.then(work, work);
    this.#queues.set(hook, answer);
    const forget = (): void => {
      if (this.#queues.get(hook) === answer) this.#queues.delete(hook);
    };
    answer.then(forget, forget);
    return answer;
  }
}

interface FoundHook {
  readonly rule: string;
  readonly trigger: WebhookTrigger;
}

function findHook(book: Pick<RuleBook, 'rules'>, hook: string): FoundHook | undefined {
  for (const { name, enabled, triggers } of book.rules) {
    if (!enabled) continue;
    for (const trigger of triggers) {
      if (trigger.kind === 'webhook' && trigger.hook === hook) return { rule: name, trigger };
    }
  }
  return undefined;
}
