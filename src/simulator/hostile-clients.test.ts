import fc from 'fast-check';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FtpDialogue } from './ftp-dialogue.testing.js';
import { startFtpPartner, type FtpPartner } from './ftp-partner.js';
import { FTP_VERBS } from './ftp-verbs.js';
import { MemoryTree } from './memory-tree.js';
import { openSftp } from './sftp-dialogue.testing.js';
import { startSftpPartner, type SftpPartner } from './sftp-partner.js';

/** Whatever a client sends, a partner neither dies nor stops serving the next one. An uncaught throw fails the run. */

let ftp: FtpPartner;
let ftps: FtpPartner;
let explicit: FtpPartner;
let sftp: SftpPartner;

beforeAll(async () => {
  const common = { user: 'u', password: 'p', dataWaitMs: 5 };
  const root = (): MemoryTree => new MemoryTree({ a: 'hello' });
  ftp = await startFtpPartner({ ...common, root: root() });
  ftps = await startFtpPartner({ ...common, root: root(), security: 'implicit' });
  explicit = await startFtpPartner({ ...common, root: root(), security: 'explicit' });
  sftp = await startSftpPartner({ ...common, root: root() });
});

afterAll(() => Promise.all([ftp, ftps, explicit, sftp].map((partner) => partner.stop())));

const bytes = fc.uint8Array({ maxLength: 2000 });
const runs = { numRuns: 60 };

/** Sends the bytes to a port, ends or resets, and waits until the connection is gone. */
function throwAt(port: number, sent: readonly Uint8Array[], how: 'end' | 'reset'): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of sent) socket.write(piece);
      if (how === 'end') socket.end();
      else socket.resetAndDestroy();
    });
    socket.on('error', () => undefined);
    socket.resume();
    socket.once('close', () => resolve());
  });
}

const how = fc.constantFrom('end' as const, 'reset' as const);

async function ftpStillServes(partner: FtpPartner): Promise<void> {
  const dialogue = await FtpDialogue.login(partner);
  expect((await dialogue.ask('NOOP')).code).toBe(200);
  dialogue.close();
}

describe('random bytes', () => {
  test('at an FTP port', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes), how, (sent, end) => throwAt(ftp.port, sent, end)),
      runs,
    );
    await ftp.whenIdle();
    await ftpStillServes(ftp);
  });

  test('at an implicit FTPS port', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes), how, (sent, end) => throwAt(ftps.port, sent, end)),
      runs,
    );
    await ftps.whenIdle();
    await ftpStillServes(ftps);
  });

  test('instead of the hand-shake after AUTH TLS', async () => {
    const auth = Buffer.from('AUTH TLS\r\n');
    await fc.assert(
      fc.asyncProperty(fc.array(bytes), how, (sent, end) => throwAt(explicit.port, [auth, ...sent], end)),
      runs,
    );
    await explicit.whenIdle();
    await ftpStillServes(explicit);
  });

  test('at an SFTP port, with and without an SSH greeting', async () => {
    const greeting = fc
      .constantFrom('', 'SSH-2.0-fuzz\r\n', 'GET / HTTP/1.1\r\n\r\n')
      .map((text) => Buffer.from(text));
    await fc.assert(
      fc.asyncProperty(greeting, fc.array(bytes), how, (first, sent, end) =>
        throwAt(sftp.port, [first, ...sent], end),
      ),
      runs,
    );
    await sftp.whenIdle();
    (await openSftp(sftp)).close();
  });

  test('inside a TLS connection', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const socket = connectTls({
          port: ftps.port,
          host: ftps.host,
          ca: ftps.certificate?.authority,
          servername: 'localhost',
        });
        socket.on('error', () => undefined);
        socket.resume();
        socket.end(sent);
        await new Promise<void>((resolve) => socket.once('close', () => resolve()));
      }),
      { numRuns: 20 },
    );
    await ftps.whenIdle();
    await ftpStillServes(ftps);
  });
});

test('random commands with random arguments after the login', async () => {
  const verb = fc.constantFrom(...FTP_VERBS.keys());
  const argument = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      '',
      '/',
      'a',
      '../..',
      '0',
      'a/b/c',
      '|1|127.0.0.1|1|',
      '127,0,0,1,255,255',
      '99999999999999999999',
    ),
  );
  const line = fc.tuple(verb, argument).map(([word, rest]) => `${word} ${rest}`);
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), how, (lines, end) => {
      const text = ['USER u', 'PASS p', ...lines, 'QUIT'].join('\r\n');
      return throwAt(ftp.port, [Buffer.from(`${text}\r\n`)], end);
    }),
    runs,
  );
  await ftp.whenIdle();
  await ftpStillServes(ftp);
});

test('random SFTP packets after the login', async () => {
  const init = Buffer.from('000000050100000003', 'hex');
  const packet = fc
    .tuple(fc.constantFrom(...Array.from({ length: 21 }, (_, type) => type), 200, 255), bytes)
    .map(([type, payload]) => {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(payload.length + 1);
      head.writeUInt8(type, 4);
      return Buffer.concat([head, payload]);
    });
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 5, arbitrary: packet },
          bytes.map((raw) => Buffer.from(raw)),
        ),
      ),
      (packets) => sendToSubsystem(Buffer.concat([init, ...packets])),
    ),
    runs,
  );
  await sftp.whenIdle();
  (await openSftp(sftp)).close();
});

/** Sends the bytes on a raw SFTP channel and waits until the connection is gone. */
function sendToSubsystem(sent: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    client.on('error', () => undefined);
    client.once('close', () => resolve());
    client.on('ready', () => {
      client.subsys('sftp', (_, channel) => {
        channel.resume();
        channel.once('close', () => client.end());
        channel.end(sent);
      });
    });
    client.connect({ host: sftp.host, port: sftp.port, username: sftp.user, password: sftp.password });
  });
}
