import { beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.js';
import { TransferError } from '../core/transfer-error.js';
import { plainBook, plainRule } from '../rules/rule.testing.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import { webhookSignature, type WebhookRequest } from '../rules/triggers/webhook-check.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import { WebhookIntake } from './webhook-intake.js';

const NOW_MS = 1_700_000_000_000;
const KEY = new Secret('correct horse');

const book = plainBook([
  plainRule({
    name: 'off',
    enabled: false,
    triggers: [{ kind: 'webhook', hook: 'off', check: { kind: 'token', secret: { env: 'T' } } }],
  }),
  plainRule({
    name: 'orders',
    triggers: [
      {
        kind: 'webhook',
        hook: 'orders',
        check: { kind: 'hmac', secret: { env: 'K' }, toleranceMs: 300_000 },
      },
    ],
  }),
  plainRule({
    name: 'ping',
    triggers: [{ kind: 'webhook', hook: 'ping', check: { kind: 'token', secret: { env: 'T' } } }],
  }),
]);

let store = openMemoryStore();
let refusal: TransferError | undefined;
let events: TriggerEvent[] = [];
let intake: WebhookIntake;

function makeIntake(): WebhookIntake {
  let token = 0;
  return new WebhookIntake({
    book: () => book,
    secretOf: async (reference) => {
      if (!('env' in reference) || reference.env === 'NONE') throw new Error('unset');
      return reference.env === 'K' ? KEY : new Secret('t-1');
    },
    events: store.events,
    emit,
    clock: { now: () => NOW_MS },
    random: { token: () => `random-${(token += 1)}` },
  });
}

/** Runs in the store, one for each new key. */
async function emit(wanted: readonly TriggerEvent[]): Promise<readonly number[]> {
  if (refusal !== undefined) throw refusal;
  const made = await store.runs.create(
    wanted.map((event) => ({
      rule: event.rule,
      revision: 'r',
      ruleJson: '{}',
      event,
      eventKey: event.key,
      trigger: event.trigger,
      state: 'waiting' as const,
      isShadow: false,
      createdMs: NOW_MS,
    })),
  );
  events.push(...wanted.filter((_, index) => made[index] !== undefined));
  return made.filter((id) => id !== undefined);
}

beforeEach(() => {
  store = openMemoryStore();
  refusal = undefined;
  events = [];
  intake = makeIntake();
});

function signed(
  body: string,
  headers: Readonly<Record<string, string>> = {},
  seconds = '1700000000',
): WebhookRequest {
  const bytes = Buffer.from(body);
  const signature = webhookSignature(KEY, seconds, bytes);
  return {
    headers: { 'x-tally-timestamp': seconds, 'x-tally-signature': signature, ...headers },
    query: {},
    body: bytes,
  };
}

const withToken = (headers: Readonly<Record<string, string>> = {}): WebhookRequest => ({
  headers: { authorization: 'Bearer t-1', ...headers },
  query: {},
  body: Buffer.from('x'),
});

describe('a webhook', () => {
  it('makes one run, with what was sent', async () => {
    const answer = await intake.take('orders', signed('hello'));
    expect(answer).toEqual({ kind: 'taken', runs: [1] });
    expect(events[0]).toMatchObject({ rule: 'orders', trigger: 'webhook', values: { 'HOOK.BODY': 'hello' } });
  });

  it('replayed makes no second run', async () => {
    await intake.take('orders', signed('hello'));
    expect(await intake.take('orders', signed('hello'))).toEqual({ kind: 'known' });
  });

  it('replayed under an idempotency key of the thief makes no second run', async () => {
    await intake.take('orders', signed('hello', { 'idempotency-key': 'mine' }));
    expect(await intake.take('orders', signed('hello', { 'idempotency-key': 'yours' }))).toEqual({
      kind: 'known',
    });
    expect(await intake.take('orders', signed('hello'))).toEqual({ kind: 'known' });
    expect(events).toHaveLength(1);
  });

  it('replayed at the same moment makes no second run', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((key) => intake.take('orders', signed('hello', { 'idempotency-key': key }))),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(['taken', 'known', 'known']);
  });

  it('sent again by its owner, signed anew under the same idempotency key, makes no second run', async () => {
    await intake.take('orders', signed('hello', { 'idempotency-key': 'order-7' }));
    const again = signed('hello', { 'idempotency-key': 'order-7' }, '1700000060');
    expect(await intake.take('orders', again)).toEqual({ kind: 'known' });
  });

  it('that the store did not take may come again, and is not lost', async () => {
    refusal = new TransferError({ code: 'STORE_FAILED', lastCode: -1, phase: 'store', message: 'disk full' });
    await expect(intake.take('orders', signed('hello'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    refusal = undefined;
    expect(await intake.take('orders', signed('hello'))).toMatchObject({ kind: 'taken' });
  });

  it('replayed after a restart makes no second run', async () => {
    await intake.take('orders', signed('hello', { 'idempotency-key': 'mine' }));
    intake = makeIntake();
    expect(await intake.take('orders', signed('hello', { 'idempotency-key': 'yours' }))).toEqual({
      kind: 'known',
    });
  });

  it('with a token and no key makes a run each time; with a key one', async () => {
    await intake.take('ping', withToken());
    await intake.take('ping', withToken());
    await intake.take('ping', withToken({ 'idempotency-key': 'k' }));
    await intake.take('ping', withToken({ 'idempotency-key': 'k' }));
    expect(events.map(({ key }) => key)).toEqual(['hook:random-1', 'hook:random-2', 'hook:k']);
  });

  it.each([
    ['nobody', 'there is no such hook'],
    ['off', 'there is no such hook'],
  ])('%s is refused', async (hook, reason) => {
    expect(await intake.take(hook, withToken())).toEqual({ kind: 'refused', reason });
  });

  it('whose secret cannot be read lets nobody in, and says why', async () => {
    const broken = plainBook([
      plainRule({
        name: 'ping',
        triggers: [{ kind: 'webhook', hook: 'ping', check: { kind: 'token', secret: { env: 'NONE' } } }],
      }),
    ]);
    const other = new WebhookIntake({
      book: () => broken,
      secretOf: () => Promise.reject(new Error('NONE is not set')),
      events: store.events,
      emit,
      clock: { now: () => NOW_MS },
      random: { token: () => 'x' },
    });
    expect(await other.take('ping', withToken())).toEqual({
      kind: 'refused',
      reason: 'the secret of the hook cannot be read: NONE is not set',
    });
  });
});
