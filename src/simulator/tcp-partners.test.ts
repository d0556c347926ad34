import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import {
  refusedPort,
  startResettingPartner,
  startSilentPartner,
  startTalkingPartner,
} from './tcp-partners.js';

async function errorOf(socket: Socket): Promise<string | undefined> {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
}

test('a silent partner takes everything and says nothing until it is stopped', async () => {
  const partner = await startSilentPartner();
  const socket = connect(partner.port, partner.host);
  await once(socket, 'connect');
  socket.write(Buffer.alloc(1_000_000));
  const received: unknown[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await partner.stop();
  await closed;
  expect(received).toEqual([]);
  expect(partner.openConnections).toBe(0);
});

test('a resetting partner resets at once, or at the first byte', async () => {
  const partner = await startResettingPartner();
  expect(await errorOf(connect(partner.port, partner.host))).toBe('ECONNRESET');
  const patient = await startResettingPartner('first-byte');
  const socket = connect(patient.port, patient.host);
  await once(socket, 'connect');
  socket.write('x');
  expect(await errorOf(socket)).toBe('ECONNRESET');
  await Promise.all([partner.stop(), patient.stop()]);
});

test('a talking partner says its text, and stays or closes', async () => {
  const partner = await startTalkingPartner('HTTP/1.1 400 Bad Request\r\n\r\n', 'close');
  expect((await connect(partner.port, partner.host).toArray()).join('')).toBe(
    'HTTP/1.1 400 Bad Request\r\n\r\n',
  );
  const staying = await startTalkingPartner('hello');
  const socket = connect(staying.port, staying.host);
  await once(socket, 'data');
  expect(staying.openConnections).toBe(1);
  socket.destroy();
  await staying.whenIdle();
  await Promise.all([partner.stop(), staying.stop()]);
});

test('a refused port refuses', async () => {
  expect(await errorOf(connect(await refusedPort(), '127.0.0.1'))).toBe('ECONNREFUSED');
});
