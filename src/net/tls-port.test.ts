import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TlsPort } from './tls-port.js';

const open: { server: Server; sockets: Socket[] }[] = [];

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

async function pair(): Promise<{ ours: Socket; theirs: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ours = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [theirs] = (await once(server, 'connection')) as [Socket];
  open.push({ server, sockets: [ours, theirs] });
  return { ours, theirs };
}

/** An alert record, as close_notify is one in TLS 1.2. */
const RECORD = Buffer.from([0x15, 3, 3, 0, 2, 1, 0]);

async function read(from: TlsPort | Socket, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const [chunk] = (await once(from, 'data')) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
  return bytes;
}

describe('a socket lent to TLS', () => {
  it('carries bytes both ways', async () => {
    const { ours, theirs } = await pair();
    const port = new TlsPort(ours);
    theirs.write('in');
    expect((await read(port, 2)).toString()).toBe('in');
    port.write('out');
    expect((await read(theirs, 3)).toString()).toBe('out');
  });

  it.each([1, 3, 100])(
    'gives TLS its last records and keeps the clear text after them, cut every %d bytes',
    async (size) => {
      const { ours, theirs } = await pair();
      const port = new TlsPort(ours);
      port.expectClearText();
      const records = read(port, RECORD.length);
      const bytes = Buffer.concat([RECORD, Buffer.from('220 clear\r\n')]);
      for (let at = 0; at < bytes.length; at += size) theirs.write(bytes.subarray(at, at + size));
      expect(await records).toEqual(RECORD);
      const socket = port.release();
      const clear = read(socket, 11);
      socket.resume();
      expect((await clear).toString()).toBe('220 clear\r\n');
    },
  );

  it('outlives the end of TLS, and ends with the session otherwise', async () => {
    const { ours, theirs } = await pair();
    const port = new TlsPort(ours);
    port.expectClearText();
    port.end();
    port.destroy();
    await once(port, 'close');
    port.release().write('still here');
    expect((await read(theirs, 10)).toString()).toBe('still here');
    const { ours: other } = await pair();
    new TlsPort(other).destroy();
    await once(other, 'close');
  });

  it('is destroyed with its socket', async () => {
    const { ours, theirs } = await pair();
    const port = new TlsPort(ours);
    theirs.resetAndDestroy();
    const [error] = (await once(port, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});
