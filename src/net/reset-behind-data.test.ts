import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { wasReset } from './reset-behind-data.js';

/** Says something and ends as told, once the client is there. */
async function ending(how: (socket: Socket) => void): Promise<Socket> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('nearly all of it');
    how(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return client;
}

/** What the runtime says of the end, and what we find. */
async function endOf(client: Socket): Promise<string> {
  client.resume();
  return new Promise((resolve) => {
    client.once('end', () => resolve(wasReset(client) ? 'reset' : 'ended'));
    client.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNRESET' ? 'reset' : 'odd'),
    );
  });
}

it('tells a reset right behind data from an orderly end', async () => {
  for (let round = 0; round < 20; round += 1) {
    expect(await endOf(await ending((socket) => void socket.resetAndDestroy()))).toBe('reset');
    expect(await endOf(await ending((socket) => void socket.end()))).toBe('ended');
  }
});
