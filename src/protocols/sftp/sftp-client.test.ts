import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { HOSTILE_NAMES } from '../../simulator/faults.js';
import { manyFiles, MemoryTree, zeros } from '../../simulator/memory-tree.js';
import type { SftpHabits } from '../../simulator/sftp-habits.js';
import { all, chunks, failure, freshCall, rehearse, rehearseConnected } from './rehearsal.testing.js';
import type { SftpClient } from './sftp-client.js';

const call = freshCall();

function content(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 253));
}

async function fetched(client: SftpClient, path: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const receipt = await client.read(remotePath(path), { write: (chunk) => void parts.push(chunk) }, call);
  const whole = Buffer.concat(parts);
  expect(receipt).toEqual({ lastCode: 0, bytes: whole.length });
  return whole;
}

describe('files come and go whole', () => {
  const SERVERS: Readonly<Record<string, Partial<SftpHabits>>> = {
    'that answers reads in reverse': { readOrder: 'reversed' },
    'that gives short reads': { longestReadBytes: 5_003 },
    'that gives short reads in reverse': { readOrder: 'reversed', longestReadBytes: 20_000 },
    'that answers everything twice': { repliesTwice: true },
    'without limits': { limits: 'none' },
    'with limits of zero': { limits: { packetBytes: 0, readBytes: 0, writeBytes: 0, openHandles: 0 } },
    'with small limits': {
      limits: { packetBytes: 4_096, readBytes: 3_000, writeBytes: 2_000, openHandles: 5 },
    },
    'with boundless limits': {
      limits: { packetBytes: 2 ** 40, readBytes: 2 ** 40, writeBytes: 2 ** 40, openHandles: 0 },
    },
    'that calls itself OpenSSH': { ident: 'OpenSSH_9.2p1' },
  };

  it.each(Object.entries(SERVERS))('at a server %s', async (_name, habits) => {
    const original = content(700_000);
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({ 'in/a': original }), habits });
    const { client } = rehearsal;
    expect((await fetched(client, '/in/a')).equals(original)).toBe(true);
    const receipt = await client.write(remotePath('/in/b'), chunks(original, 99_999), call);
    expect(receipt).toEqual({ lastCode: 0, bytes: original.length });
    expect((await fetched(client, '/in/b')).equals(original)).toBe(true);
  });

  it.each([
    [true, 1],
    [false, 2],
  ])('one request at a time when the connection says so (%s: %i)', async (sequential, requests) => {
    const original = content(200_000);
    await using rehearsal = await rehearseConnected(
      { root: new MemoryTree({ a: original }) },
      { sequential },
    );
    const { client, partner } = rehearsal;
    expect((await fetched(client, '/a')).equals(original)).toBe(true);
    await client.write(remotePath('/b'), chunks(original), call);
    expect((await fetched(client, '/b')).equals(original)).toBe(true);
    const readsBefore = partner.transcript.filter((line) => line.text.startsWith('READ ')).length;
    partner.inject({ at: { command: 'READ' }, do: { kind: 'noAnswer' } });
    const abort = new AbortController();
    const reading = failure(
      client.read(remotePath('/a'), { write: () => undefined }, { signal: abort.signal }),
    );
    await partner.seen('READ ', readsBefore + requests);
    abort.abort();
    await reading;
    await partner.whenIdle();
    expect(partner.transcript.filter((line) => line.text.startsWith('READ '))).toHaveLength(
      readsBefore + requests,
    );
  });

  it('never with a request larger than the server takes', async () => {
    const habits = { limits: { packetBytes: 4_096, readBytes: 3_000, writeBytes: 2_000, openHandles: 5 } };
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({ a: content(50_000) }), habits });
    await fetched(rehearsal.client, '/a');
    await rehearsal.client.write(remotePath('/b'), chunks(content(50_000)), call);
    const asked = (command: string) =>
      rehearsal.partner.transcript
        .filter((line) => line.from === 'client' && line.text.startsWith(`${command} `))
        .map((line) => Number(/(\d+)\D*$/.exec(line.text)?.[1]));
    expect(Math.max(...asked('READ'))).toBeLessThanOrEqual(3_000);
    expect(Math.max(...asked('WRITE'))).toBeLessThanOrEqual(2_000);
  });

  it('and never with a change of attributes', async () => {
    const habits = { setAttributes: 'refused' } as const;
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({}), habits });
    await rehearsal.client.write(remotePath('/b'), chunks(content(1000)), call);
    await rehearsal.client.makeFolder(remotePath('/c'), call);
    expect(rehearsal.partner.transcript.filter((line) => line.text.includes('SETSTAT'))).toEqual([]);
    const error = await failure(rehearsal.client.setModifiedTime(remotePath('/b'), 0, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', lastCode: 3, phase: 'set-time' });
  });
});

describe('a transfer that goes wrong at the server', () => {
  it('ends early as the server says; the receipt tells how much came', async () => {
    await using rehearsal = await rehearseConnected({
      root: new MemoryTree({ a: zeros(1_000_000) }),
      faults: [{ at: { command: 'OPEN' }, do: { kind: 'truncate', afterBytes: 300_000 } }],
    });
    expect((await fetched(rehearsal.client, '/a')).length).toBe(300_000);
  });

  it('fails with 4 when the disk there is full, and the session goes on', async () => {
    await using rehearsal = await rehearseConnected({
      root: new MemoryTree({}),
      faults: [{ at: { command: 'OPEN', nth: 1 }, do: { kind: 'diskFull', afterBytes: 50_000 } }],
    });
    const error = await failure(rehearsal.client.write(remotePath('/b'), chunks(content(1_000_000)), call));
    expect(error).toMatchObject({ code: 'REFUSED', lastCode: 4, phase: 'write', sessionLost: false });
    await rehearsal.client.remove(remotePath('/b'), call);
  });

  it('breaks off with 7 after some bytes', async () => {
    for (const kind of ['close', 'reset'] as const) {
      await using rehearsal = await rehearseConnected({
        root: new MemoryTree({ a: zeros(5_000_000) }),
        faults: [{ at: { command: 'OPEN' }, do: { kind: 'afterBytes', bytes: 1_000_000, do: { kind } } }],
      });
      const reading = rehearsal.client.read(remotePath('/a'), { write: () => undefined }, call);
      expect(await failure(reading)).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7, phase: 'read' });
    }
  });

  it('passes on the reason of a failing sink or source, and the session goes on', async () => {
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({ a: zeros(1_000_000) }) });
    const { client } = rehearsal;
    const reason = new Error('our disk is full');
    const sink = { write: () => Promise.reject(reason) };
    await expect(client.read(remotePath('/a'), sink, call)).rejects.toBe(reason);
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield content(100);
      throw reason;
    }
    await expect(client.write(remotePath('/b'), failing(), call)).rejects.toBe(reason);
    expect((await client.stat(remotePath('/a'), call)).sizeBytes).toBe(1_000_000);
  });

  it('closes each handle that it opened, also after a refusal', async () => {
    await using rehearsal = await rehearseConnected({
      root: new MemoryTree({ a: zeros(100_000), 'in/x': 'x' }),
      faults: [
        { at: { command: 'READ', nth: 2 }, do: { kind: 'reply', code: 4 } },
        { at: { command: 'WRITE', nth: 1 }, do: { kind: 'reply', code: 4 } },
      ],
    });
    const { client, partner } = rehearsal;
    await failure(client.read(remotePath('/a'), { write: () => undefined }, call));
    await failure(client.write(remotePath('/b'), chunks(content(100_000)), call));
    await all(client.list(remotePath('/in'), call));
    for await (const entry of client.list(remotePath('/in'), call)) {
      expect(entry.name).toBe('x');
      break;
    }
    const heard = partner.transcript
      .filter((line) => line.from === 'client')
      .map((line) => line.text.split(' ')[0]);
    expect(heard.filter((word) => word === 'CLOSE')).toHaveLength(
      heard.filter((word) => word === 'OPEN' || word === 'OPENDIR').length,
    );
  });
});

describe('a listing', () => {
  it('gives hostile names as they are, so that nobody mistakes them for paths', async () => {
    await using rehearsal = await rehearseConnected({
      root: new MemoryTree({ 'in/good': 'x' }),
      faults: [{ at: { command: 'OPENDIR' }, do: { kind: 'hostileNames' } }],
    });
    const names = (await all(rehearsal.client.list(remotePath('/in'), call))).map((entry) => entry.name);
    const expected = HOSTILE_NAMES.filter((name) => name !== '.' && name !== '..');
    expect(names).toEqual([...expected, 'good']);
  });

  it('of an empty folder gives nothing', async () => {
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({}) });
    expect(await all(rehearsal.client.list(remotePath('/'), call))).toEqual([]);
  });

  it('of 1,000,000 entries takes no more memory than one of 10,000', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({ many: manyFiles(1_000_000) }) });
    let count = 0;
    let early = 0;
    let late = 0;
    for await (const entry of rehearsal.client.list(remotePath('/many'), call)) {
      count += entry.kind === 'file' ? 1 : 0;
      if (count !== 200_000 && count !== 990_000) continue;
      collect();
      if (count === 200_000) early = process.memoryUsage().heapUsed;
      else late = process.memoryUsage().heapUsed;
    }
    expect(count).toBe(1_000_000);
    expect(late - early).toBeLessThan(10_000_000);
  });

  it('that never ends can be left, and the session goes on', async () => {
    await using rehearsal = await rehearseConnected({
      root: new MemoryTree({ 'in/x': 'x' }),
      faults: [{ at: { command: 'OPENDIR' }, do: { kind: 'endlessListing' } }],
    });
    let count = 0;
    for await (const entry of rehearsal.client.list(remotePath('/in'), call)) {
      count += entry.name === '' ? 0 : 1;
      if (count === 5_000) break;
    }
    expect((await rehearsal.client.stat(remotePath('/in/x'), call)).sizeBytes).toBe(1);
  });
});

describe('names and folders', () => {
  it('are renamed exclusively only where the server is known to refuse an existing target', async () => {
    await using plain = await rehearseConnected({ root: new MemoryTree({}) });
    expect(plain.client.capabilities).toMatchObject({ replacingRename: true, exclusiveRename: false });
    await using openssh = await rehearseConnected({
      root: new MemoryTree({}),
      habits: { ident: 'OpenSSH_9.2p1', posixRename: false },
    });
    expect(openssh.client.capabilities).toMatchObject({ replacingRename: false, exclusiveRename: true });
  });

  it('keep both files when a rename is refused', async () => {
    const tree = new MemoryTree({ a: 'from', b: 'to' });
    await using rehearsal = await rehearseConnected({ root: tree, habits: { posixRename: false } });
    for (const replace of [true, false]) {
      const renaming = rehearsal.client.rename(remotePath('/a'), remotePath('/b'), { ...call, replace });
      expect(await failure(renaming)).toMatchObject({ code: 'ALREADY_EXISTS', lastCode: 4, phase: 'rename' });
    }
    expect((await fetched(rehearsal.client, '/a')).toString()).toBe('from');
    expect((await fetched(rehearsal.client, '/b')).toString()).toBe('to');
  });

  it('are explained at a server that answers everything with status 4', async () => {
    const tree = new MemoryTree({ 'in/a': 'x', 'in/sub/y': 'y' });
    await using rehearsal = await rehearseConnected({ root: tree, habits: { everyRefusalIsFailure: true } });
    const { client } = rehearsal;
    const vague = { lastCode: 4, sessionLost: false };
    expect(await failure(client.removeFolder(remotePath('/in/sub'), call))).toMatchObject({
      ...vague,
      code: 'FOLDER_NOT_EMPTY',
    });
    expect(await failure(client.removeFolder(remotePath('/in/a'), call))).toMatchObject({
      ...vague,
      code: 'NOT_A_FOLDER',
    });
    expect(await failure(client.remove(remotePath('/in/sub'), call))).toMatchObject({
      ...vague,
      code: 'IS_A_FOLDER',
    });
    expect(await failure(client.makeFolder(remotePath('/in/a'), call))).toMatchObject({
      ...vague,
      code: 'ALREADY_EXISTS',
    });
    expect(await client.makeFolder(remotePath('/in/sub'), call)).toEqual({ lastCode: 0, bytes: 0 });
    const writing = client.write(remotePath('/in/sub'), chunks(content(1)), call);
    expect(await failure(writing)).toMatchObject({ ...vague, code: 'IS_A_FOLDER' });
    expect(await failure(all(client.list(remotePath('/in/a'), call)))).toMatchObject({
      ...vague,
      code: 'NOT_A_FOLDER',
    });
  });

  it('get a time of last change only between 1970 and 2106', async () => {
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({ a: 'x' }) });
    const { client } = rehearsal;
    await client.setModifiedTime(remotePath('/a'), 1_234_567_890_999, call);
    expect((await client.stat(remotePath('/a'), call)).modifiedMs).toBe(1_234_567_890_000);
    for (const when of [-1, 2 ** 32 * 1000, Number.NaN]) {
      expect(await failure(client.setModifiedTime(remotePath('/a'), when, call))).toMatchObject({
        code: 'UNSUPPORTED',
      });
    }
  });
});

describe('the life of a client', () => {
  it('needs connect before anything else, once only', async () => {
    await using rehearsal = await rehearse({ root: new MemoryTree({}) });
    expect(await failure(rehearsal.client.stat(remotePath('/'), call))).toMatchObject({ code: 'UNEXPECTED' });
    await rehearsal.client.connect(call);
    expect(await failure(rehearsal.client.connect(call))).toMatchObject({ code: 'UNEXPECTED' });
    expect((await rehearsal.client.stat(remotePath('/'), call)).kind).toBe('folder');
  });

  it('ends with close, which says goodbye and may be called again', async () => {
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({}) });
    await Promise.all([rehearsal.client.close(), rehearsal.client.close()]);
    await rehearsal.partner.whenIdle();
    expect(await failure(rehearsal.client.stat(remotePath('/'), call))).toMatchObject({
      code: 'CLOSED',
      sessionLost: true,
    });
    await rehearsal.client.close();
  });

  it('does not wait long for a server that does not close', async () => {
    await using rehearsal = await rehearseConnected({ root: new MemoryTree({}) });
    await rehearsal.partner.interrupt({ kind: 'silence' });
    const closed = rehearsal.client.close();
    while (rehearsal.clock.timers === 0) await new Promise(setImmediate);
    rehearsal.clock.advance(1000);
    await closed;
  });
});
