import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TransferError } from '../core/transfer-error.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { TcpDialer } from './tcp-dialer.js';

const { clock } = testPlatform();
const dialer = new TcpDialer(clock);
const options = () => ({ signal: new AbortController().signal, timeoutMs: 10_000 });

async function server(): Promise<{ server: Server; port: number }> {
  const listening = createServer((socket) => socket.on('error', () => undefined).resume());
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => void listening.close());
  return { server: listening, port: (listening.address() as AddressInfo).port };
}

async function failureOf(work: Promise<unknown>): Promise<TransferError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TransferError);
  return error as TransferError;
}

describe('TcpDialer', () => {
  it('gives a connected socket that is still paused and has no listeners of ours', async () => {
    const { port } = await server();
    const socket = await dialer.dial({ host: '127.0.0.1', port }, options());
    expect(socket.isPaused()).toBe(true);
    expect(socket.listenerCount('error')).toBe(0);
    socket.destroy();
  });

  it('gives 10061 for a port where nothing listens', async () => {
    const { server: closing, port } = await server();
    closing.close();
    await once(closing, 'close');
    const error = await failureOf(dialer.dial({ host: '127.0.0.1', port }, options()));
    expect(error).toMatchObject({
      code: 'CONNECT_REFUSED',
      lastCode: 10061,
      phase: 'connect',
      retry: 'transient',
    });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  it('gives 11001 for a name that does not exist', async () => {
    const error = await failureOf(dialer.dial({ host: 'no-such-host.invalid', port: 21 }, options()));
    // A machine without any name server answers EAI_AGAIN instead.
    expect([11001, 11002]).toContain(error.lastCode);
    expect(error.phase).toBe('resolve');
  });

  it('gives 10060 when our own clock runs out, and closes the socket', async () => {
    const { port } = await server();
    let fire: () => void = () => undefined;
    const held = {
      ...clock,
      startTimer: (_delayMs: number, run: () => void) => {
        fire = run;
        return { cancel: () => undefined, restart: () => undefined };
      },
    };
    const dialing = new TcpDialer(held).dial({ host: '127.0.0.1', port }, options());
    fire();
    expect(await failureOf(dialing)).toMatchObject({ code: 'CONNECT_TIMEOUT', lastCode: 10060 });
  });

  it('stops at once when cancelled', async () => {
    const { port } = await server();
    const cancel = new AbortController();
    const dialing = dialer.dial({ host: '127.0.0.1', port }, { signal: cancel.signal, timeoutMs: 10_000 });
    cancel.abort();
    expect((await failureOf(dialing)).code).toBe('CANCELLED');
  });

  it('takes a connection from the expected peer, also one that came first, and refuses another', async () => {
    const listener = await dialer.listen({ address: '127.0.0.1', signal: options().signal });
    onTestFinished(() => listener.close());
    const stranger = connect({ host: '127.0.0.1', port: listener.port, localAddress: '127.0.0.2' });
    stranger.on('error', () => undefined);
    await once(stranger, 'connect');
    const gone = once(stranger, 'close');
    const accepting = listener.accept('127.0.0.1', options());
    const friend = connect({ host: '127.0.0.1', port: listener.port });
    const socket = await accepting;
    await gone;
    expect(socket.remotePort).toBe((friend.address() as AddressInfo).port);
    friend.destroy();
    socket.destroy();
  });

  it('chooses within the port range and says when it is used up', async () => {
    const first = await dialer.listen({ address: '127.0.0.1', signal: options().signal });
    onTestFinished(() => first.close());
    const range = { min: first.port, max: first.port };
    const error = await failureOf(
      dialer.listen({ address: '127.0.0.1', portRange: range, signal: options().signal }),
    );
    expect(error).toMatchObject({ lastCode: 10048, side: 'us' });
  });
});
