import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/secret.js';
import { webhookValues } from './webhook-values.js';
import type { WebhookTrigger } from './trigger.js';

/** A request to `POST /v1/hooks/NAME`, as it came. */
export interface WebhookRequest {
  /** Names in lower case; of each the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type WebhookVerdict =
  | {
      readonly kind: 'accepted';
      /** For the event's key; undefined: nothing names this request, and each one makes a run. */
      readonly key: string | undefined;
      /** Names what was signed: the same again is a replay, whatever else the request says. Undefined with a token. */
      readonly signed: string | undefined;
      /** `HOOK.*` */
      readonly values: Readonly<Record<string, string>>;
    }
  /** For the audit only; the caller gets one answer for all of them. Never holds what the caller sent. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A larger body is refused before anything is computed. */
export const MAX_HOOK_BODY_BYTES = 1_048_576;

/** Pure: who sends, and when, and what of it the rule may use. Replays are found by whoever keeps the keys. */
export function checkWebhook(
  trigger: WebhookTrigger,
  request: WebhookRequest,
  facts: { readonly secret: Secret; readonly nowMs: number },
): WebhookVerdict {
  if (request.body.byteLength > MAX_HOOK_BODY_BYTES) {
    return refused(`the body is larger than ${MAX_HOOK_BODY_BYTES / 1024} KiB`);
  }
  // An empty key would let everybody in.
  if (facts.secret.reveal() === '') return refused('the secret of the hook is empty');
  const { check } = trigger;
  switch (check.kind) {
    case 'hmac':
      return checkHmac(request, { ...facts, toleranceMs: check.toleranceMs });
    case 'token':
      return checkToken(request, facts.secret);
  }
}

/** What a sender puts into `X-Tally-Signature`: over the time stamp as it stands in its header, a full stop, the body. */
export function webhookSignature(secret: Secret, timestamp: string, body: Uint8Array): string {
  const hmac = createHmac('sha256', secret.reveal());
  return `sha256=${hmac.update(`${timestamp}.`).update(body).digest('hex')}`;
}

function checkHmac(
  request: WebhookRequest,
  facts: { readonly secret: Secret; readonly nowMs: number; readonly toleranceMs: number },
): WebhookVerdict {
  const timestamp = request.headers['x-tally-timestamp'] ?? '';
  const signature = request.headers['x-tally-signature'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return refused('X-Tally-Timestamp is missing, or no count of seconds');
  if (!/^sha256=[0-9a-f]{64}$/i.test(signature)) return refused('X-Tally-Signature is missing or misshapen');
  const expected = webhookSignature(facts.secret, timestamp, request.body);
  if (!areSame(signature.toLowerCase(), expected)) return refused('the signature does not fit');
  const ageMs = facts.nowMs - Number(timestamp) * 1000;
  if (ageMs > facts.toleranceMs) return refused(`the time stamp is ${inSeconds(ageMs)} old`);
  if (-ageMs > facts.toleranceMs) return refused(`the time stamp is ${inSeconds(-ageMs)} in the future`);
  const signed = `${timestamp}.${expected.slice('sha256='.length)}`;
  // The query is not signed: whoever sees the request on its way could change it.
  return accepted(request, { query: {}, signed });
}

function checkToken(request: WebhookRequest, secret: Secret): WebhookVerdict {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (token === undefined) return refused('no token: Authorization: Bearer TOKEN is missing');
  if (!areSame(token, secret.reveal())) return refused('the token is wrong');
  return accepted(request, { query: request.query, signed: undefined });
}

function accepted(
  request: WebhookRequest,
  { query, signed }: { readonly query: WebhookRequest['query']; readonly signed: string | undefined },
): WebhookVerdict {
  const given = request.headers['idempotency-key'];
  if (given !== undefined && !/^[\x21-\x7e]{1,200}$/.test(given)) {
    return refused('Idempotency-Key is no word of at most 200 printable characters');
  }
  const values = webhookValues({ headers: request.headers, query, body: request.body });
  if (values.kind === 'unreadable') return refused(values.reason);
  return { kind: 'accepted', key: given ?? signed, signed, values: values.values };
}

/** Takes as long whatever the texts hold. */
function areSame(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function inSeconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function refused(reason: string): WebhookVerdict {
  return { kind: 'refused', reason };
}
