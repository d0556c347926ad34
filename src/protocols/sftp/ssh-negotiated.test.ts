import { describe, expect, it } from 'vitest';
import { MemoryTree } from '../../simulator/memory-tree.js';
import { failure, freshCall, rehearse } from './rehearsal.testing.js';
import { strictKexLoss, type Negotiated } from './ssh-negotiated.js';

const root = new MemoryTree({ 'in/a': 'x' });
/** As servers of before 2024: the library adds its mark for strict key exchange to a list of ours by `concat`. */
function oldKex(): ['curve25519-sha256'] {
  return Object.assign(['curve25519-sha256'] as ['curve25519-sha256'], {
    concat: () => ['curve25519-sha256'],
  });
}

describe('a server without strict key exchange', () => {
  it('is refused where the connection requires it, before any login', async () => {
    await using rehearsal = await rehearse(
      { root, algorithms: { kex: oldKex() } },
      { requireStrictKex: true },
    );
    const error = await failure(rehearsal.client.connect(freshCall()));
    expect([error.code, error.lastCode, error.retry]).toEqual(['NO_COMMON_ALGORITHM', 10053, 'config']);
    expect(error.message).toMatch(
      /no strict key exchange, which this connection requires \(requireStrictKex\)$/,
    );
    expect(rehearsal.partner.transcript.filter(({ text }) => text.startsWith('AUTH'))).toEqual([]);
  });

  it('is refused with ChaCha20, which the Terrapin attack breaks', async () => {
    await using rehearsal = await rehearse({
      root,
      algorithms: { kex: oldKex(), cipher: ['chacha20-poly1305@openssh.com'] },
    });
    const error = await failure(rehearsal.client.connect(freshCall()));
    expect([error.code, error.lastCode]).toEqual(['NO_COMMON_ALGORITHM', 10053]);
    expect(error.message).toMatch(/chacha20-poly1305@openssh\.com without it is open to the Terrapin attack/);
  });

  it('is spoken to with AES-GCM', async () => {
    await using rehearsal = await rehearse({
      root,
      algorithms: { kex: oldKex(), cipher: ['aes256-gcm@openssh.com'] },
    });
    await rehearsal.client.connect(freshCall());
  });
});

it('a server with strict key exchange may be required to have it, and use ChaCha20', async () => {
  await using rehearsal = await rehearse(
    { root },
    { requireStrictKex: true, algorithms: { cipher: ['chacha20-poly1305@openssh.com'] } },
  );
  await rehearsal.client.connect(freshCall());
});

describe('without strict key exchange', () => {
  const agreed = (cipher: string, mac: string): Negotiated => ({
    kex: 'curve25519-sha256',
    hostKey: 'ssh-ed25519',
    cipher,
    mac,
    isStrict: false,
  });
  it.each([
    ['chacha20-poly1305@openssh.com', '', 'refused'],
    ['aes128-cbc', 'hmac-sha2-256-etm@openssh.com', 'refused'],
    ['3des-cbc', 'hmac-sha1-etm@openssh.com', 'refused'],
    ['aes128-cbc', 'hmac-sha2-256', 'taken'],
    ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com', 'taken'],
    ['aes128-gcm@openssh.com', '', 'taken'],
  ])('%s %s is %s', (cipher, mac, verdict) => {
    expect(strictKexLoss(agreed(cipher, mac), false) === undefined ? 'taken' : 'refused').toBe(verdict);
    expect(strictKexLoss(agreed(cipher, mac), true)?.code).toBe('NO_COMMON_ALGORITHM');
    expect(strictKexLoss({ ...agreed(cipher, mac), isStrict: true }, true)).toBeUndefined();
  });
});
