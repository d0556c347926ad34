import { describe, expect, it } from 'vitest';
import { closedLoss, disconnectLoss, socketLoss, streamLoss, type Progress } from './ssh-losses.js';
import { LoginPlan } from './ssh-login.js';

const OFFER = { kex: ['k'], serverHostKey: ['h'], cipher: ['c'], hmac: ['m'] };

interface Setting {
  readonly stands?: boolean;
  readonly refused?: boolean;
}

function progress({ stands = false, refused = false }: Setting = {}): Progress {
  const plan = new LoginPlan('u', [
    { name: 'password', method: 'password', attempt: { type: 'none', username: 'u' } },
  ]);
  plan.next();
  plan.refused({ methods: ['password'], partial: false });
  plan.next();
  if (refused) plan.refused({ methods: ['password'], partial: false });
  return { stands, hello: { version: 'SSH-2.0-Test', greeting: '', offer: OFFER }, offer: OFFER, plan };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('a goodbye of the server', () => {
  it('for too many connections is TOO_MANY_CONNECTIONS, with 7 only once the session stood', () => {
    expect(disconnectLoss(12, 'Too many', progress())).toMatchObject({
      code: 'TOO_MANY_CONNECTIONS',
      lastCode: 10054,
    });
    expect(disconnectLoss(12, 'Too many', progress({ stands: true }))).toMatchObject({ lastCode: 7 });
  });

  it('after a refused attempt is a refused login, in its own words', () => {
    const loss = disconnectLoss(2, 'Too many authentication failures', progress({ refused: true }));
    expect(loss).toMatchObject({
      code: 'AUTH_REJECTED',
      lastCode: 3,
      reply: 'Too many authentication failures',
    });
    expect(loss.reason).toContain('and said "Too many authentication failures"');
    expect(disconnectLoss(14, '', progress())).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
  });

  it('for another reason is a lost connection, its words made printable', () => {
    const loss = disconnectLoss(11, 'going \u001b[31mdown', progress({ stands: true }));
    expect(loss).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7, reply: 'going \\x1b[31mdown' });
    expect(disconnectLoss(11, 'bye', progress())).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 10054 });
  });
});

describe('a connection that breaks', () => {
  it.each([
    ['ECONNRESET', 'CONNECTION_LOST', 10054],
    ['EPIPE', 'CONNECTION_LOST', 10054],
    ['ETIMEDOUT', 'CONNECT_TIMEOUT', 10060],
    ['EHOSTUNREACH', 'UNREACHABLE', 10065],
    ['ENETDOWN', 'UNREACHABLE', 10050],
  ])('by %s has the socket code before the login and 7 after it', (errno, code, before) => {
    expect(socketLoss(systemError(errno), progress())).toMatchObject({ code, lastCode: before });
    expect(socketLoss(systemError(errno), progress({ stands: true }))).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 7,
    });
  });

  it('by its end tells as much as is known', () => {
    expect(closedLoss(progress({ stands: true }))).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7 });
    expect(closedLoss(progress())).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 10054 });
    expect(closedLoss(progress({ refused: true }))).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
    const old = {
      ...progress(),
      hello: { version: 'SSH-2.0-Old', greeting: '', offer: { ...OFFER, cipher: ['rc4'] } },
    };
    expect(closedLoss(old)).toMatchObject({ code: 'NO_COMMON_ALGORITHM', lastCode: 10053 });
  });

  it('by a damaged stream is a lost connection once the session stood, else no SSH', () => {
    expect(streamLoss(new Error('Bad packet length'), progress({ stands: true }))).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 7,
    });
    expect(streamLoss(new Error('Bad packet length'), progress())).toMatchObject({
      code: 'PROTOCOL_VIOLATION',
      lastCode: 10053,
    });
  });
});
