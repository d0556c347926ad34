import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../core/secret.js';
import { MemoryTree } from '../../simulator/memory-tree.js';
import { makeSshKey } from '../../simulator/sftp-partner.js';
import {
  refusedPort,
  startResettingPartner,
  startSilentPartner,
  startTalkingPartner,
} from '../../simulator/tcp-partners.js';
import { startOddSshServer } from './odd-ssh-server.testing.js';
import {
  clientWithClock,
  failure,
  freshCall,
  optionsAt,
  rehearse,
  TIMEOUT_MS,
  type Rehearsal,
} from './rehearsal.testing.js';
import type { SftpOptions, SshIdentity } from './sftp-options.js';

const root = new MemoryTree({ 'in/a': 'x' });

/** What connecting to this port rejects with; `during` runs while it is under way. */
async function refusalAt(
  port: number,
  changes: Partial<SftpOptions> = {},
  during?: (advance: () => void) => Promise<unknown>,
) {
  const { client, clock } = clientWithClock(optionsAt(port, changes));
  const outcome = failure(client.connect(freshCall()));
  await during?.(() => clock.advance(TIMEOUT_MS));
  const error = await outcome;
  await client.close();
  return error;
}

/** What connecting to the partner rejects with, the time limit passing once it has heard `heard`. */
async function refusal(rehearsal: Rehearsal, heard?: string) {
  const outcome = failure(rehearsal.client.connect(freshCall()));
  if (heard !== undefined) {
    await rehearsal.partner.seen(heard);
    rehearsal.clock.advance(TIMEOUT_MS);
  }
  return outcome;
}

function keyFixture(name: string): string {
  return readFileSync(new URL(`../../../test/fixtures/ssh-keys/${name}`, import.meta.url), 'utf8');
}

function puttyIdentity(name: string, passphrase?: string): SshIdentity {
  const privateKey = new Secret(keyFixture(`${name}.ppk`));
  return passphrase === undefined
    ? { name, privateKey }
    : { name, privateKey, passphrase: new Secret(passphrase) };
}

describe('something that is no SSH server', () => {
  it('refuses: CONNECT_REFUSED 10061', async () => {
    expect(await refusalAt(await refusedPort())).toMatchObject({ code: 'CONNECT_REFUSED', lastCode: 10061 });
  });

  it('resets: CONNECTION_LOST 10054', async () => {
    for (const when of ['accepted', 'first-byte'] as const) {
      const partner = await startResettingPartner(when);
      expect(await refusalAt(partner.port)).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 10054 });
      await partner.stop();
    }
  });

  it('closes without a word: CONNECTION_LOST 10054', async () => {
    const partner = await startTalkingPartner('', 'close');
    const error = await refusalAt(partner.port);
    expect(error).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 10054,
      phase: 'connect',
      sessionLost: true,
    });
    await partner.stop();
  });

  it('stays silent: TIMEOUT 2000', async () => {
    const partner = await startSilentPartner();
    const error = await refusalAt(partner.port, {}, async (advance) => {
      while (partner.openConnections === 0) await new Promise(setImmediate);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      advance();
    });
    expect(error).toMatchObject({ code: 'TIMEOUT', lastCode: 2000, sessionLost: true });
    await partner.stop();
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', 'close'],
    ['Exceeded MaxStartups\r\n', 'close'],
    ['\u0000\u0001\u0002\u0003garbage\r\n', 'close'],
    ['SSH-1.5-old\r\n', 'stay'],
  ] as const)('says %j: PROTOCOL_VIOLATION 10053 with its words', async (text, then) => {
    const partner = await startTalkingPartner(text, then);
    const error = await refusalAt(partner.port);
    expect(error).toMatchObject({
      code: 'PROTOCOL_VIOLATION',
      lastCode: 10053,
      phase: 'connect',
      sessionLost: true,
    });
    expect(error.message).toContain('this is no SSH server: it said "');
    expect(error.message).not.toContain('\u0000');
    await partner.stop();
  });

  it('greets as FTP and waits: PROTOCOL_VIOLATION 10053 when the time is up', async () => {
    const partner = await startTalkingPartner('220 ProFTPD ready\r\n');
    const error = await refusalAt(partner.port, {}, async (advance) => {
      while (partner.openConnections === 0) await new Promise(setImmediate);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      advance();
    });
    expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION', lastCode: 10053 });
    expect(error.message).toContain('220 ProFTPD ready');
    await partner.stop();
  });

  it('greets without end: PROTOCOL_VIOLATION 10053, nothing kept', async () => {
    const partner = await startTalkingPartner(Buffer.alloc(2_000_000, 'spam\n'));
    expect(await refusalAt(partner.port)).toMatchObject({ code: 'PROTOCOL_VIOLATION', lastCode: 10053 });
    await partner.stop();
  });
});

describe('an SSH server that fails before the session stands', () => {
  it.each([
    ['close', { code: 'CONNECTION_LOST', lastCode: 10054 }],
    ['reset', { code: 'CONNECTION_LOST', lastCode: 10054 }],
  ] as const)('does %s at the login: the socket code', async (kind, expected) => {
    await using rehearsal = await rehearse({ root, faults: [{ at: { command: 'AUTH' }, do: { kind } }] });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ ...expected, phase: 'login', retry: 'transient', sessionLost: true });
    await rehearsal.partner.whenIdle();
  });

  it.each(['silence', 'noAnswer'] as const)('gives %s to the login: TIMEOUT 2000', async (kind) => {
    await using rehearsal = await rehearse({ root, faults: [{ at: { command: 'AUTH' }, do: { kind } }] });
    expect(await refusal(rehearsal, 'AUTH')).toMatchObject({
      code: 'TIMEOUT',
      lastCode: 2000,
      phase: 'login',
    });
    await rehearsal.partner.whenIdle();
  });

  it('turns the connection away as too many: CONNECTION_LOST 10054, to be tried again', async () => {
    await using rehearsal = await rehearse({ root, connectionLimit: 0 });
    expect(await refusal(rehearsal)).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 10054,
      retry: 'transient',
    });
  });

  it('has no algorithm of ours: NO_COMMON_ALGORITHM 10053 with both offers, and the bridge works', async () => {
    const old = { kex: ['diffie-hellman-group14-sha1'], cipher: ['aes128-cbc'] } as const;
    const algorithms = { kex: [...old.kex], cipher: [...old.cipher] };
    await using rehearsal = await rehearse({ root, algorithms });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'NO_COMMON_ALGORITHM', lastCode: 10053, retry: 'config' });
    expect(error.message).toContain('the server offers diffie-hellman-group14-sha1');
    expect(error.message).toContain('we offer curve25519-sha256');
    expect(error.advice).toContain('legacyAlgorithms: [diffie-hellman-group14-sha1] for this connection');
    await using picky = await rehearse(
      { root, algorithms: { cipher: ['aes128-ctr'] } },
      { algorithms: { cipher: ['aes256-ctr'] } },
    );
    expect((await refusal(picky)).advice).toMatch(/^Add aes128-ctr to this connection's algorithms/);
    await using bridged = await rehearse(
      { root, algorithms },
      { legacyAlgorithms: [...old.kex, ...old.cipher] },
    );
    expect(await bridged.client.connect(freshCall())).toMatchObject({ lastCode: 0, bytes: 0 });
  });

  it('shows an unknown host key: HOST_KEY_UNKNOWN 10053, and no login is tried', async () => {
    await using rehearsal = await rehearse({ root }, { trust: { fingerprints: [], knownHosts: [] } });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'HOST_KEY_UNKNOWN', lastCode: 10053, retry: 'config' });
    expect(error.message).toContain(rehearsal.partner.hostKeyFingerprint);
    await rehearsal.partner.whenIdle();
    expect(rehearsal.partner.transcript.filter((line) => line.text.startsWith('AUTH'))).toEqual([]);
  });

  it('shows a key of another type than the pinned one first: it is asked again', async () => {
    const hostKeys = [makeSshKey('ecdsa'), makeSshKey('ed25519')];
    const [ecdsa, ed25519] = hostKeys.map((key) => key.fingerprint) as [string, string];
    await using rehearsal = await rehearse(
      { root, hostKeys },
      { trust: { fingerprints: [ecdsa], knownHosts: [] } },
    );
    await rehearsal.client.connect(freshCall());
    expect(rehearsal.partner.acceptedConnections).toBe(2);
    const wrong = { fingerprints: [`SHA256:${'A'.repeat(43)}`], knownHosts: [] };
    await using refused = await rehearse({ root, hostKeys }, { trust: wrong });
    const error = await refusal(refused);
    expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', lastCode: 10053 });
    expect(error.message).toContain(ecdsa);
    expect(error.message).toContain(ed25519);
  });
});

describe('a login', () => {
  it('that is refused is AUTH_REJECTED 3, names what the server takes, and gives the password once', async () => {
    await using rehearsal = await rehearse({ root }, { password: new Secret('wrong-secret') });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3, retry: 'auth', phase: 'login' });
    expect(error.message).toContain('login as "partner": the server refused the login; tried password');
    expect(error.message).toContain('the server offers password, publickey, keyboard-interactive');
    expect(error.message).not.toContain('wrong-secret');
    await rehearsal.partner.whenIdle();
    const tries = rehearsal.partner.transcript.filter((line) => line.text.startsWith('AUTH'));
    expect(tries.map((line) => line.text)).toEqual(['AUTH password partner']);
  });

  it('by a name that does not exist is AUTH_REJECTED 3', async () => {
    await using rehearsal = await rehearse({ root }, { user: 'nobody' });
    expect(await refusal(rehearsal)).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
  });

  it('without anything that the server takes is AUTH_REJECTED 3 and tries nothing', async () => {
    await using rehearsal = await rehearse({ root, loginMethods: ['publickey'] });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
    expect(error.message).toContain('nothing that it takes could be tried; the server offers publickey');
  });

  it('shows the server banner as its reply when it is refused', async () => {
    const changes = { password: new Secret('wrong') };
    await using rehearsal = await rehearse({ root, habits: { banner: 'Account \u001b[5mlocked' } }, changes);
    expect((await refusal(rehearsal)).reply).toBe('Account \\x1b[5mlocked');
  });

  it('may need a key, a password and an answer one after another', async () => {
    const key = makeSshKey();
    const identities = [{ name: 'id', privateKey: new Secret(key.privateKey) }];
    const partner = { root, authorizedKeys: [key.publicKey], loginNeeds: 'all' } as const;
    await using rehearsal = await rehearse(partner, { identities });
    await rehearsal.client.connect(freshCall());
    const tries = rehearsal.partner.transcript.filter((line) => line.text.startsWith('AUTH'));
    expect(tries.map((line) => line.text.split(' ')[1])).toEqual([
      'publickey',
      'publickey',
      'password',
      'keyboard-interactive',
    ]);
  });

  it.each([
    ['rsa-v2', undefined],
    ['rsa-v2-locked', 'open sesame'],
  ])('takes a key in PuTTY form: %s', async (name, passphrase) => {
    const authorizedKeys = [keyFixture('rsa.pub').trim()];
    const identities = [puttyIdentity(name, passphrase)];
    await using rehearsal = await rehearse(
      { root, authorizedKeys, loginMethods: ['publickey'] },
      { identities },
    );
    expect(await rehearsal.client.connect(freshCall())).toMatchObject({ lastCode: 0, bytes: 0 });
  });

  it.each([
    ['rsa-v2-locked', 'wrong-secret', 'a passphrase was given'],
    ['rsa-v2-locked', undefined, 'no passphrase was given'],
    ['rsa-v3', undefined, 'PuTTY keys of version 3 are not supported'],
  ])('refuses the key %s with passphrase %s as SETTINGS_INVALID: %s', async (name, passphrase, words) => {
    await using rehearsal = await rehearse({ root }, { identities: [puttyIdentity(name, passphrase)] });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: -1 });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('wrong-secret');
  });

  it('whose keyboard-interactive asks a second time is refused: only a person can answer', async () => {
    await using server = await startOddSshServer((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt([{ prompt: 'Password: ', echo: false }], () =>
        context.prompt([{ prompt: 'One-time code: ', echo: false }], () => context.accept()),
      );
    });
    const error = await refusalAt(server.port, { trust: server.trust });
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
    expect(error.message).toContain('asked "One-time code:", which only a person can answer');
  });

  it('whose keyboard-interactive asks a visible question is refused without the password', async () => {
    await using server = await startOddSshServer((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt([{ prompt: 'Token: ', echo: true }], () => expect.unreachable());
    });
    expect(await refusalAt(server.port, { trust: server.trust })).toMatchObject({
      code: 'AUTH_REJECTED',
      lastCode: 3,
    });
  });

  it('that the server ends by closing after a refusal is AUTH_REJECTED, so that it is not tried again', async () => {
    const key = makeSshKey();
    const identities = [{ name: 'id', privateKey: new Secret(key.privateKey) }];
    let refusals = 0;
    await using server = await startOddSshServer((context, client) => {
      if (context.method === 'none') return context.reject(['publickey', 'password']);
      refusals += 1;
      if (refusals === 1) context.reject(['publickey', 'password']);
      else client.end();
    });
    const error = await refusalAt(server.port, { trust: server.trust, identities });
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3, retry: 'auth' });
  });

  it('with a control character in the user name is SETTINGS_INVALID, and nobody is dialled', async () => {
    for (const user of ['evil\r\nroot', 'nul\0', 'tab\t']) {
      await using rehearsal = await rehearse({ root }, { user });
      expect(await refusal(rehearsal)).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: -1 });
      expect(rehearsal.partner.acceptedConnections).toBe(0);
    }
  });

  it.each([
    ['nonsense', 'not a key'],
    ['a public key', makeSshKey().publicKey],
    ['nothing', ''],
  ])('with %s for a key is SETTINGS_INVALID, names it, and nobody is dialled', async (_what, text) => {
    const identities = [{ name: 'keys/acme', privateKey: new Secret(text) }];
    await using rehearsal = await rehearse({ root }, { identities });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: -1 });
    expect(error.message).toContain('"keys/acme"');
    expect(rehearsal.partner.acceptedConnections).toBe(0);
  });

  it('that is cancelled or closed is over at once and leaves no connection', async () => {
    const faults = [{ at: { command: 'AUTH' }, do: { kind: 'noAnswer' } }] as const;
    await using cancelled = await rehearse({ root, faults });
    const abort = new AbortController();
    const outcome = failure(cancelled.client.connect({ signal: abort.signal }));
    await cancelled.partner.seen('AUTH');
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED', sessionLost: true });
    await cancelled.partner.whenIdle();
    await using closed = await rehearse({ root, faults });
    const other = failure(closed.client.connect(freshCall()));
    await closed.partner.seen('AUTH');
    await closed.client.close();
    expect(await other).toMatchObject({ code: 'CLOSED' });
    await closed.partner.whenIdle();
    expect(await failure(closed.client.connect(freshCall()))).toMatchObject({ code: 'CLOSED' });
  });
});

describe('the start of SFTP after the login', () => {
  it('that is refused is UNSUPPORTED with -1', async () => {
    const faults = [{ at: { command: 'SUBSYSTEM' }, do: { kind: 'reply', code: 0 } }] as const;
    await using rehearsal = await rehearse({ root, faults });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'UNSUPPORTED', lastCode: -1, sessionLost: true });
    expect(error.advice).toContain('SFTP subsystem');
    await rehearsal.partner.whenIdle();
  });

  it.each([
    ['SUBSYSTEM', 'close'],
    ['SUBSYSTEM', 'reset'],
    ['INIT', 'close'],
    ['INIT', 'reset'],
    ['LIMITS', 'close'],
  ] as const)('that meets %s: %s is CONNECTION_LOST with 7', async (command, kind) => {
    await using rehearsal = await rehearse({ root, faults: [{ at: { command }, do: { kind } }] });
    expect(await refusal(rehearsal)).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 7,
      sessionLost: true,
    });
    await rehearsal.partner.whenIdle();
  });

  it.each(['INIT', 'LIMITS'])('that gets no answer to %s is TIMEOUT with 8', async (command) => {
    await using rehearsal = await rehearse({ root, faults: [{ at: { command }, do: { kind: 'noAnswer' } }] });
    expect(await refusal(rehearsal, command)).toMatchObject({ code: 'TIMEOUT', lastCode: 8 });
    await rehearsal.partner.whenIdle();
  });

  it('that is answered by the text of a login script is PROTOCOL_VIOLATION with 5', async () => {
    const bytes = Buffer.from('Welcome to ACME!\n');
    await using rehearsal = await rehearse({
      root,
      faults: [{ at: { command: 'INIT' }, do: { kind: 'garbage', bytes } }],
    });
    const error = await refusal(rehearsal);
    expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION', lastCode: 5, sessionLost: true });
    expect(error.advice).toContain('login script');
  });
});
