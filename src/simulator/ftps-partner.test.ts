import { once } from 'node:events';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { CertificateVariant } from './certificates.js';
import { FtpDialogue } from './ftp-dialogue.testing.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from './ftp-partner.js';
import { MemoryTree } from './memory-tree.js';

const running: FtpPartner[] = [];

async function partnerWith(options: Partial<FtpPartnerOptions>): Promise<FtpPartner> {
  const root = new MemoryTree({ a: 'under TLS' });
  const partner = await startFtpPartner({ root, user: 'u', password: 'p', ...options });
  running.push(partner);
  return partner;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((partner) => partner.stop()));
});

/** The hand-shake with an implicit partner: the connection, or the error's code. */
async function handShake(partner: FtpPartner, options: ConnectionOptions = {}): Promise<TLSSocket | string> {
  const { host, port, certificate } = partner;
  const socket = connectTls({ host, port, ca: certificate?.authority, servername: 'localhost', ...options });
  try {
    await once(socket, 'secureConnect');
    return socket;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code ?? 'no code';
  }
}

async function handShakeCode(
  partner: FtpPartner,
  options: ConnectionOptions = {},
): Promise<string | undefined> {
  const made = await handShake(partner, options);
  if (typeof made === 'string') return made;
  made.destroy();
  return undefined;
}

describe.each(['explicit', 'implicit'] as const)('FTPS, %s', (security) => {
  test('moves files both ways under TLS 1.2 and 1.3, on resumed sessions', async () => {
    for (const version of ['1.2', '1.3'] as const) {
      const tls = { minVersion: version, maxVersion: version, sessionReuse: 'required' } as const;
      const partner = await partnerWith({ security, tls });
      const dialogue = await FtpDialogue.login(partner);
      expect(await dialogue.store('b', Buffer.alloc(300_000, 'b'))).toBe(226);
      const { code, bytes } = await dialogue.retrieve('b');
      expect(code).toBe(226);
      expect(bytes.equals(Buffer.alloc(300_000, 'b'))).toBe(true);
      expect(dialogue.protocol).toBe(`TLSv${version}`);
    }
  });

  test('refuses a data connection that resumes nothing with 522', async () => {
    const partner = await partnerWith({ security, tls: { sessionReuse: 'required' } });
    const dialogue = await FtpDialogue.login(partner);
    dialogue.forgetSession();
    expect((await dialogue.retrieve('a')).code).toBe(522);
    const withoutTickets = await partnerWith({
      security,
      tls: { sessionReuse: 'required', sessionTickets: 'none' },
    });
    expect((await (await FtpDialogue.login(withoutTickets)).retrieve('a')).code).toBe(522);
  });

  test('serves without tickets where it does not ask for them', async () => {
    const dialogue = await FtpDialogue.login(
      await partnerWith({ security, tls: { sessionTickets: 'none' } }),
    );
    expect((await dialogue.retrieve('a')).bytes.toString()).toBe('under TLS');
  });

  test('demands PROT P, or allows clear data', async () => {
    const strict = await FtpDialogue.login(
      await partnerWith({ security, tls: { dataProtection: 'required' } }),
    );
    expect((await strict.ask('PROT C')).code).toBe(534);
    const lax = await FtpDialogue.login(await partnerWith({ security }));
    expect((await lax.ask('PROT C')).code).toBe(200);
    const data = await lax.openData();
    await lax.ask('RETR a');
    expect((await data.toArray()).join('')).toBe('under TLS');
  });

  test('shakes hands as the server on a data connection that it opened itself', async () => {
    const dialogue = await FtpDialogue.login(
      await partnerWith({ security, tls: { sessionReuse: 'required' } }),
    );
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const arrived = once(server, 'connection') as Promise<[Socket]>;
    const { port } = server.address() as { port: number };
    expect((await dialogue.ask(`EPRT |1|127.0.0.1|${port}|`)).code).toBe(200);
    expect((await dialogue.ask('RETR a')).code).toBe(150);
    const secured = await dialogue.secureData((await arrived)[0]);
    expect((await secured.toArray()).join('')).toBe('under TLS');
    expect((await dialogue.reply()).code).toBe(226);
    server.close();
  });

  test('takes every byte of an upload that the client cut off behind the last one', async () => {
    const slow = { at: { command: 'STOR' }, do: { kind: 'slow', bytesPerSecond: 4_000_000 } } as const;
    const root = new MemoryTree();
    const dialogue = await FtpDialogue.login(await partnerWith({ root, security, faults: [slow] }));
    expect(await dialogue.store('b', Buffer.alloc(1_000_000, 'b'))).toBe(226);
    expect(root.bytes('b')?.length).toBe(1_000_000);
  });

  test('a stalled upload holds up neither the end of the client nor of the partner', async () => {
    const stall = { at: { command: 'STOR' }, do: { kind: 'stall', afterBytes: 10 } } as const;
    const partner = await partnerWith({ security, faults: [stall] });
    const dialogue = await FtpDialogue.login(partner);
    const data = await dialogue.openData();
    await dialogue.ask('STOR b');
    const secured = await dialogue.secureData(data);
    secured.on('error', () => undefined);
    secured.end(Buffer.alloc(100));
    await new Promise<void>((resolve) => secured.once('finish', () => resolve()));
    dialogue.close();
    await partner.whenIdle();
    await partner.stop();
    expect(partner.openConnections).toBe(0);
  });

  test('answers 522 when the client leaves the data connection before the hand-shake', async () => {
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const dialogue = await FtpDialogue.login(await partnerWith({ security }));
      const data = await dialogue.openData();
      data[leave]();
      expect((await dialogue.ask('RETR a')).code).toBe(150);
      expect((await dialogue.reply()).code).toBe(522);
      expect((await dialogue.ask('NOOP')).code).toBe(200);
    }
  });

  test('goes on in clear text after CCC', async () => {
    for (const maxVersion of ['1.2', '1.3'] as const) {
      const dialogue = await FtpDialogue.login(await partnerWith({ security, tls: { maxVersion } }));
      expect((await dialogue.ask('CCC')).code).toBe(200);
      await dialogue.leaveTls();
      expect((await dialogue.ask('PWD')).lines).toEqual(['257 "/" is the current directory']);
      expect((await dialogue.retrieve('a')).bytes.toString()).toBe('under TLS');
      expect((await dialogue.ask('CCC')).code).toBe(533);
    }
  });

  test('ends data connections with close_notify, or without', async () => {
    const bytesOnTheWire = { sent: 0, omitted: 0 };
    for (const closeNotify of ['sent', 'omitted'] as const) {
      const tls = { closeNotify, maxVersion: '1.2', sessionTickets: 'none' } as const;
      const dialogue = await FtpDialogue.login(await partnerWith({ security, tls }));
      const data = await dialogue.openData();
      await dialogue.ask('RETR a');
      const secured = await dialogue.secureData(data);
      expect((await secured.toArray()).join('')).toBe('under TLS');
      expect((await dialogue.reply()).code).toBe(226);
      bytesOnTheWire[closeNotify] = data.bytesRead;
    }
    const alertBytes = bytesOnTheWire.sent - bytesOnTheWire.omitted;
    expect(alertBytes).toBeGreaterThan(20);
    expect(alertBytes).toBeLessThan(40);
  });

  test('a fault at the hand-shake resets it, or lets it wait for ever', async () => {
    for (const kind of ['reset', 'silence'] as const) {
      const partner = await partnerWith({ security, faults: [{ at: { command: 'TLS' }, do: { kind } }] });
      const socket = connectTcp(partner.port, partner.host);
      socket.on('error', () => undefined);
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      if (security === 'explicit') {
        await once(socket, 'data');
        socket.write('AUTH TLS\r\n');
        await partner.said('234');
      }
      if (kind === 'silence') socket.end();
      else socket.resume();
      await closed;
      await partner.whenIdle();
    }
  });
});

describe('explicit FTPS', () => {
  test('takes no login before TLS, unless it is lax', async () => {
    const strict = await partnerWith({ security: 'explicit' });
    const socket = connectTcp(strict.port, strict.host);
    socket.write('USER u\r\n');
    await strict.said('530');
    socket.destroy();
    const lax = await partnerWith({ security: 'explicit', tls: { login: 'optional' } });
    const other = connectTcp(lax.port, lax.host);
    other.write('USER u\r\nPASS p\r\n');
    await lax.said('230');
    other.destroy();
  });

  test('drops what was sent in clear text behind AUTH', async () => {
    const partner = await partnerWith({ security: 'explicit' });
    const socket = connectTcp(partner.port, partner.host);
    await once(socket, 'data');
    socket.write('AUTH TLS\r\nUSER injected\r\n');
    await once(socket, 'data');
    const secured = connectTls({ socket, ca: partner.certificate?.authority, servername: 'localhost' });
    await once(secured, 'secureConnect');
    secured.write('NOOP\r\n');
    await partner.said('200');
    expect(partner.transcript.some((line) => line.text.includes('injected'))).toBe(false);
    secured.destroy();
  });

  test('refuses AUTH where it has no TLS, and what comes out of order', async () => {
    const plain = await FtpDialogue.login(await partnerWith({}));
    for (const [command, code] of [
      ['AUTH TLS', 502],
      ['PBSZ 0', 503],
      ['PROT P', 503],
      ['CCC', 533],
    ] as const) {
      expect((await plain.ask(command)).code).toBe(code);
    }
    const secured = await FtpDialogue.login(await partnerWith({ security: 'explicit' }));
    expect((await secured.ask('AUTH TLS')).code).toBe(503);
    expect((await secured.ask('PROT E')).code).toBe(536);
  });
});

describe('the hand-shake', () => {
  test.each<[CertificateVariant, string | undefined]>([
    ['valid', undefined],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrongName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['unknownAuthority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('with a certificate that is %s', async (certificate, code) => {
    expect(await handShakeCode(await partnerWith({ security: 'implicit', tls: { certificate } }))).toBe(code);
  });

  test('with a self-signed certificate fails where it is not trusted', async () => {
    const partner = await partnerWith({ security: 'implicit', tls: { certificate: 'selfSigned' } });
    const options = { ca: (await partnerWith({ security: 'implicit' })).certificate?.authority ?? '' };
    expect(await handShakeCode(partner, options)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('keeps to the versions it was told', async () => {
    const old = await partnerWith({ security: 'implicit', tls: { maxVersion: '1.2' } });
    expect(await handShakeCode(old, { minVersion: 'TLSv1.3' })).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    const modern = await partnerWith({ security: 'implicit', tls: { minVersion: '1.3' } });
    expect(await handShakeCode(modern, { maxVersion: 'TLSv1.2' })).toBe(
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    );
    expect(await handShakeCode(modern)).toBeUndefined();
  });
});
