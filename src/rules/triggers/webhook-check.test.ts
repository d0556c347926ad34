import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../core/secret.js';
import { checkWebhook, MAX_HOOK_BODY_BYTES, webhookSignature, type WebhookRequest } from './webhook-check.js';
import type { WebhookTrigger } from './trigger.js';

const NOW_MS = 1_700_000_000_000;
const KEY = new Secret('correct horse battery staple');
const BODY = Buffer.from('{"order":{"id":7}}');
/** By: printf '1700000000.{"order":{"id":7}}' | openssl dgst -sha256 -hmac 'correct horse battery staple' */
const SIGNATURE = 'sha256=c4caa427f3368a5961d1281f6bca1e4434f6c14d600ffd8b1fb1d12112486e51';

const secret = { env: 'HOOK_KEY' };
const signedHook: WebhookTrigger = {
  kind: 'webhook',
  hook: 'orders',
  check: { kind: 'hmac', secret, toleranceMs: 300_000 },
};
const tokenHook: WebhookTrigger = { kind: 'webhook', hook: 'orders', check: { kind: 'token', secret } };

function request(
  headers: Readonly<Record<string, string>>,
  given: Partial<WebhookRequest> = {},
): WebhookRequest {
  return { headers, query: {}, body: BODY, ...given };
}

const good = { 'x-tally-timestamp': '1700000000', 'x-tally-signature': SIGNATURE };

/** Signed by who knows the key, at another time. */
function signedAt(timestamp: string): Readonly<Record<string, string>> {
  return {
    'x-tally-timestamp': timestamp,
    'x-tally-signature': webhookSignature(KEY, timestamp, BODY),
  };
}

interface Vector {
  readonly says: string;
  readonly trigger: WebhookTrigger;
  readonly request: WebhookRequest;
  readonly secret?: Secret;
  /** Absent: accepted. */
  readonly refused?: RegExp;
}

const VECTORS: readonly Vector[] = [
  { says: 'signed as it should be', trigger: signedHook, request: request(good) },
  {
    says: 'the signature in capitals',
    trigger: signedHook,
    request: request({ ...good, 'x-tally-signature': SIGNATURE.toUpperCase().replace('SHA256', 'sha256') }),
  },
  { says: 'five minutes old', trigger: signedHook, request: request(signedAt('1699999700')) },
  { says: 'five minutes ahead', trigger: signedHook, request: request(signedAt('1700000300')) },
  {
    says: 'older than the tolerance',
    trigger: signedHook,
    request: request(signedAt('1699999699')),
    refused: /301 s old/,
  },
  {
    says: 'further ahead than the tolerance',
    trigger: signedHook,
    request: request(signedAt('1700000301')),
    refused: /301 s in the future/,
  },
  {
    says: 'another body',
    trigger: signedHook,
    request: request(good, { body: Buffer.from('{"order":{"id":8}}') }),
    refused: /does not fit/,
  },
  {
    says: 'another time stamp under the same signature',
    trigger: signedHook,
    request: request({ ...good, 'x-tally-timestamp': '1700000001' }),
    refused: /does not fit/,
  },
  {
    says: 'the time stamp with a zero in front',
    trigger: signedHook,
    request: request({ ...good, 'x-tally-timestamp': '01700000000' }),
    refused: /does not fit/,
  },
  {
    says: 'a full stop moved from the stamp into the body',
    trigger: signedHook,
    request: request({
      'x-tally-timestamp': '1700000000.{',
      'x-tally-signature': webhookSignature(KEY, '1700000000.{', BODY),
    }),
    refused: /no count of seconds/,
  },
  {
    says: 'another key',
    trigger: signedHook,
    request: request(good),
    secret: new Secret('guess'),
    refused: /does not fit/,
  },
  {
    says: 'an empty key of ours, and a signature with it',
    trigger: signedHook,
    request: request({
      'x-tally-timestamp': '1700000000',
      'x-tally-signature': webhookSignature(new Secret(''), '1700000000', BODY),
    }),
    secret: new Secret(''),
    refused: /secret of the hook is empty/,
  },
  { says: 'nothing signed', trigger: signedHook, request: request({}), refused: /Timestamp is missing/ },
  {
    says: 'half a signature',
    trigger: signedHook,
    request: request({ ...good, 'x-tally-signature': SIGNATURE.slice(0, 40) }),
    refused: /misshapen/,
  },
  {
    says: 'a weaker kind of signature',
    trigger: signedHook,
    request: request({ ...good, 'x-tally-signature': 'sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709' }),
    refused: /misshapen/,
  },
  {
    says: 'the token of a hook that wants a signature',
    trigger: signedHook,
    request: request({ authorization: 'Bearer correct-horse' }),
    refused: /Timestamp is missing/,
  },
  {
    says: 'a time stamp in milliseconds',
    trigger: signedHook,
    request: request(signedAt('1700000000000')),
    refused: /no count of seconds/,
  },
  {
    says: 'a negative time stamp',
    trigger: signedHook,
    request: request(signedAt('-1')),
    refused: /no count of seconds/,
  },
  {
    says: 'a body that is too large',
    trigger: signedHook,
    request: request(good, { body: Buffer.alloc(MAX_HOOK_BODY_BYTES + 1) }),
    refused: /larger than 1024 KiB/,
  },
  {
    says: 'a body that is no text',
    trigger: tokenHook,
    request: request({ authorization: 'Bearer t-1' }, { body: Buffer.from([0xff, 0xfe]) }),
    secret: new Secret('t-1'),
    refused: /no UTF-8/,
  },
  {
    says: 'announced as JSON and none',
    trigger: tokenHook,
    request: request(
      { authorization: 'Bearer t-1', 'content-type': 'application/json' },
      { body: Buffer.from('{') },
    ),
    secret: new Secret('t-1'),
    refused: /announced as JSON/,
  },
  {
    says: 'the right token',
    trigger: tokenHook,
    request: request({ authorization: 'bearer t-1' }),
    secret: new Secret('t-1'),
  },
  {
    says: 'a token that begins like the right one',
    trigger: tokenHook,
    request: request({ authorization: 'Bearer t-' }),
    secret: new Secret('t-1'),
    refused: /token is wrong/,
  },
  {
    says: 'no token',
    trigger: tokenHook,
    request: request(good),
    secret: new Secret('t-1'),
    refused: /no token/,
  },
  {
    says: 'an empty token of ours',
    trigger: tokenHook,
    request: request({ authorization: 'Bearer ' }),
    secret: new Secret(''),
    refused: /secret of the hook is empty/,
  },
  {
    says: 'an idempotency key with a line break',
    trigger: signedHook,
    request: request({ ...good, 'idempotency-key': 'a\nb' }),
    refused: /Idempotency-Key/,
  },
  {
    says: 'an idempotency key that is too long',
    trigger: signedHook,
    request: request({ ...good, 'idempotency-key': 'a'.repeat(201) }),
    refused: /Idempotency-Key/,
  },
];

describe('a request to a webhook', () => {
  it.each(VECTORS)('$says', ({ trigger, request: given, secret: own, refused }) => {
    const verdict = checkWebhook(trigger, given, { secret: own ?? KEY, nowMs: NOW_MS });
    if (refused === undefined) expect(verdict.kind).toBe('accepted');
    else expect(verdict).toEqual({ kind: 'refused', reason: expect.stringMatching(refused) as string });
  });

  it('is named by its idempotency key, else by what was signed', () => {
    const verdict = (headers: Readonly<Record<string, string>>, trigger = signedHook) =>
      checkWebhook(trigger, request(headers), { secret: KEY, nowMs: NOW_MS });
    expect(verdict({ ...good, 'idempotency-key': 'order-7' })).toMatchObject({
      key: 'order-7',
      signed: `1700000000.${SIGNATURE.slice(7)}`,
    });
    expect(verdict(good)).toMatchObject({ key: `1700000000.${SIGNATURE.slice(7)}` });
    const token = { kind: 'webhook' as const, hook: 'orders', check: { kind: 'token' as const, secret } };
    const plain = checkWebhook(token, request({ authorization: 'Bearer t-1' }), {
      secret: new Secret('t-1'),
      nowMs: NOW_MS,
    });
    expect(plain).toMatchObject({ key: undefined, signed: undefined });
  });

  it('never lets anybody in who does not know the key', () => {
    fc.assert(
      fc.property(
        fc.record({
          'x-tally-timestamp': fc.oneof(fc.constant('1700000000'), fc.string()),
          'x-tally-signature': fc.oneof(
            fc.stringMatching(/^sha256=[0-9a-f]{64}$/),
            fc.constant(SIGNATURE),
            fc.string(),
          ),
          authorization: fc.string(),
        }),
        fc.uint8Array({ maxLength: 40 }),
        (headers, body) => {
          const verdict = checkWebhook(signedHook, request(headers, { body }), {
            secret: KEY,
            nowMs: NOW_MS,
          });
          expect(verdict.kind).toBe('refused');
        },
      ),
    );
  });
});

describe('what a request brings as variables', () => {
  function valuesOf(given: Partial<WebhookRequest>, headers: Readonly<Record<string, string>> = {}) {
    const verdict = checkWebhook(
      tokenHook,
      request(
        { authorization: 'Bearer t-1', 'content-type': 'application/json; charset=utf-8', ...headers },
        given,
      ),
      { secret: new Secret('t-1'), nowMs: NOW_MS },
    );
    return verdict.kind === 'accepted' ? verdict.values : verdict.reason;
  }

  it('plain values of JSON by their way, and the query', () => {
    const body = Buffer.from('{"order":{"id":7,"isNew":true,"note":null},"files":[{"name":"a.csv"}]}');
    expect(valuesOf({ body, query: { stage: 'test', 'a-b': '1' } })).toEqual({
      'HOOK.BODY': body.toString(),
      'HOOK.JSON.ORDER.ID': '7',
      'HOOK.JSON.ORDER.ISNEW': 'true',
      'HOOK.JSON.ORDER.NOTE': '',
      'HOOK.JSON.FILES.0.NAME': 'a.csv',
      'HOOK.QUERY.STAGE': 'test',
      'HOOK.QUERY.A_B': '1',
    });
  });

  it('a body that is no JSON is text only', () => {
    expect(valuesOf({ body: Buffer.from('{"a":1}') }, { 'content-type': 'text/plain' })).toEqual({
      'HOOK.BODY': '{"a":1}',
    });
  });

  it('names that mean something to JavaScript are names', () => {
    const values = valuesOf({ body: Buffer.from('{"__proto__":{"x":1},"constructor":"y"}') });
    expect(values).toMatchObject({ 'HOOK.JSON.__PROTO__.X': '1', 'HOOK.JSON.CONSTRUCTOR': 'y' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('a flood of values, or of levels, is cut', () => {
    const many = JSON.stringify(
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index])),
    );
    expect(Object.keys(valuesOf({ body: Buffer.from(many) }))).toHaveLength(200);
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expect(Object.keys(valuesOf({ body: Buffer.from(deep) }))).toEqual(['HOOK.BODY']);
  });

  it('what was not signed is none', () => {
    const verdict = checkWebhook(signedHook, request(good, { query: { folder: '../etc' } }), {
      secret: KEY,
      nowMs: NOW_MS,
    });
    expect(verdict).toMatchObject({ values: { 'HOOK.BODY': BODY.toString() } });
    expect(JSON.stringify(verdict)).not.toContain('etc');
  });
});
