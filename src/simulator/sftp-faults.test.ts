import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HOSTILE_NAMES, type Fault } from './faults.js';
import { MemoryTree } from './memory-tree.js';
import { openSftp, sftpCall as call, type SftpDialogue } from './sftp-dialogue.testing.js';
import { startSftpPartner, type SftpPartner } from './sftp-partner.js';
import type { SftpDeed } from './sftp-session.js';

const running: SftpPartner[] = [];
let tree: MemoryTree;

async function partnerWith(...faults: readonly Fault<SftpDeed>[]): Promise<SftpPartner> {
  tree = new MemoryTree({ a: '0123456789' });
  const partner = await startSftpPartner({ root: tree, user: 'u', password: 'p', faults });
  running.push(partner);
  return partner;
}

async function dialogueWith(...faults: readonly Fault<SftpDeed>[]): Promise<SftpDialogue> {
  return openSftp(await partnerWith(...faults));
}

function remove({ sftp }: SftpDialogue, path: string): Promise<unknown> {
  return call((done) => sftp.unlink(path, done));
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((partner) => partner.stop()));
});

describe('before the subsystem stands', () => {
  test.each(['CONNECT', 'AUTH', 'SUBSYSTEM', 'INIT'])('a partner closes or resets at %s', async (command) => {
    for (const kind of ['close', 'reset'] as const) {
      const partner = await partnerWith({ at: { command }, do: { kind } });
      await expect(openSftp(partner)).rejects.toThrow();
      await partner.whenIdle();
    }
  });

  test.each(['CONNECT', 'AUTH', 'SUBSYSTEM', 'INIT'])(
    'a partner is silent at %s, or slow',
    async (command) => {
      const partner = await partnerWith({ at: { command }, do: { kind: 'silence' } });
      const opening = openSftp(partner).catch((thrown: unknown) => thrown);
      if (command === 'CONNECT') await waitFor(() => partner.openConnections === 1);
      else await partner.seen(command);
      await partner.stop();
      expect(await opening).toBeInstanceOf(Error);
      await dialogueWith({ at: { command }, do: { kind: 'delay', ms: 20 } });
    },
  );

  test('a partner speaks another protocol, or no protocol at all', async () => {
    const deeds = [
      { kind: 'replyThenClose', code: 0, text: 'HTTP/1.1 400 Bad Request' },
      { kind: 'garbage' },
    ] as const;
    for (const deed of deeds) {
      const partner = await partnerWith({ at: { command: 'CONNECT' }, do: deed });
      const socket = connect(partner.port, partner.host);
      const [first] = (await once(socket, 'data')) as [Buffer];
      expect(first.toString('latin1').startsWith('SSH-')).toBe(false);
      socket.destroy();
    }
  });

  test('a partner refuses the right password, and the subsystem', async () => {
    const reply = { kind: 'reply', code: 0 } as const;
    await expect(dialogueWith({ at: { command: 'AUTH' }, do: reply })).rejects.toMatchObject({
      level: 'client-authentication',
    });
    await expect(dialogueWith({ at: { command: 'SUBSYSTEM' }, do: reply })).rejects.toThrow();
  });
});

describe('at arrival a request is not carried out, at the answer it was', () => {
  test.each([
    ['arrival', true],
    ['answer', false],
  ] as const)('%s', async (moment, isStillThere) => {
    for (const kind of ['close', 'reset', 'silence', 'noAnswer', 'garbage'] as const) {
      const partner = await partnerWith({ at: { command: 'REMOVE', moment }, do: { kind } });
      const dialogue = await openSftp(partner);
      const removing = remove(dialogue, '/a').catch((thrown: unknown) => thrown);
      await partner.seen('REMOVE');
      if (moment === 'answer') await waitFor(() => tree.bytes('a') === undefined);
      if (kind === 'noAnswer') expect(await dialogue.names('/')).toHaveLength(isStillThere ? 1 : 0);
      expect(tree.bytes('a') !== undefined).toBe(isStillThere);
      dialogue.close();
      await partner.stop();
      expect(await removing).toBeInstanceOf(Error);
      const successes = partner.transcript.filter((line) => line.text === 'STATUS 0 Success');
      const ofTheListing = kind === 'noAnswer' ? 1 : 0;
      expect(successes).toHaveLength(ofTheListing);
    }
  });

  test('CLOSE is answered with an error although the file is whole', async () => {
    const dialogue = await dialogueWith({
      at: { command: 'CLOSE', moment: 'answer' },
      do: { kind: 'reply', code: 4, text: 'No' },
    });
    const { sftp } = dialogue;
    const handle = await call<Buffer>((done) => sftp.open('/new', 'w', done));
    await call((done) => sftp.write(handle, Buffer.from('whole'), 0, 5, 0, done));
    await expect(call((done) => sftp.close(handle, done))).rejects.toMatchObject({ code: 4, message: 'No' });
    expect(tree.bytes('new')?.toString()).toBe('whole');
  });

  test('the n-th request is hit, and the session goes on', async () => {
    const dialogue = await dialogueWith({ at: { command: 'STAT', nth: 2 }, do: { kind: 'reply', code: 3 } });
    const stat = (): Promise<unknown> => call((done) => dialogue.sftp.stat('/a', done));
    await stat();
    await expect(stat()).rejects.toMatchObject({ code: 3 });
    await stat();
  });
});

describe('the bytes of a file', () => {
  const atOpen = (deed: SftpDeed): Fault<SftpDeed> => ({ at: { command: 'OPEN' }, do: deed });

  async function write({ sftp }: SftpDialogue, ...pieces: readonly string[]): Promise<void> {
    const handle = await call<Buffer>((done) => sftp.open('/new', 'w', done));
    let position = 0;
    for (const piece of pieces) {
      await call((done) => sftp.write(handle, Buffer.from(piece), 0, piece.length, position, done));
      position += piece.length;
    }
    await call((done) => sftp.close(handle, done));
  }

  test('end early', async () => {
    const { sftp } = await dialogueWith(atOpen({ kind: 'truncate', afterBytes: 4 }));
    const handle = await call<Buffer>((done) => sftp.open('/a', 'r', done));
    const read = (from: number): Promise<unknown> =>
      call((done) => sftp.read(handle, Buffer.alloc(10), 0, 10, from, done));
    expect(await read(0)).toBe(4);
    expect(await read(4)).toBe(0);
  });

  test('meet a full disk', async () => {
    await expect(
      write(await dialogueWith(atOpen({ kind: 'diskFull', afterBytes: 6 })), 'xxxx', 'yyyy'),
    ).rejects.toMatchObject({ code: 4 });
    expect(tree.bytes('new')?.toString()).toBe('xxxxyy');
  });

  test('are acknowledged and lost', async () => {
    await write(await dialogueWith(atOpen({ kind: 'loseWrites' })), 'xxxx');
    expect(tree.bytes('new')?.length).toBe(0);
  });

  test('stall: the first write beyond the mark is never answered', async () => {
    const partner = await partnerWith(atOpen({ kind: 'stall', afterBytes: 4 }));
    const writing = write(await openSftp(partner), 'xxxx', 'yyyy').catch((thrown: unknown) => thrown);
    await partner.seen('WRITE', 2);
    await waitFor(() => tree.bytes('new')?.length === 8);
    expect(partner.transcript.filter((line) => line.text.startsWith('STATUS 0'))).toHaveLength(1);
    await partner.stop();
    expect(await writing).toBeInstanceOf(Error);
  });

  test('are cut with the connection', async () => {
    const dialogue = await dialogueWith(atOpen({ kind: 'afterBytes', bytes: 6, do: { kind: 'reset' } }));
    await expect(write(dialogue, 'xxxx', 'yyyy', 'zzzz')).rejects.toThrow();
    expect(tree.bytes('new')?.toString()).toBe('xxxxyyyy');
  });

  test('are slow', async () => {
    const dialogue = await dialogueWith(atOpen({ kind: 'slow', bytesPerSecond: 100 }));
    const before = performance.now();
    await write(dialogue, 'xxxx', 'yyyy');
    expect(performance.now() - before).toBeGreaterThan(60);
  });
});

describe('packets', () => {
  test('of a listing hold hostile names', async () => {
    const { names } = await dialogueWith({ at: { command: 'OPENDIR' }, do: { kind: 'hostileNames' } });
    const listed = await names('/');
    // The library itself leaves out `.` and `..`.
    for (const name of HOSTILE_NAMES.filter((each) => each !== '.' && each !== '..'))
      expect(listed).toContain(name);
  });

  test('of a listing never end', async () => {
    const { sftp } = await dialogueWith({ at: { command: 'OPENDIR' }, do: { kind: 'endlessListing' } });
    const handle = await call<Buffer>((done) => sftp.opendir('/', done));
    for (let round = 0; round < 200; round += 1) {
      expect(await call<unknown[]>((done) => sftp.readdir(handle, done))).not.toHaveLength(0);
    }
  });

  test('are larger than any client may take', async () => {
    const dialogue = await dialogueWith({
      at: { command: 'STAT' },
      do: { kind: 'endlessReply', megabytes: 4 },
    });
    await expect(call((done) => dialogue.sftp.stat('/a', done))).rejects.toThrow();
  });

  test('tell wrong sizes', async () => {
    const { sftp } = await dialogueWith({ at: { command: '*' }, do: { kind: 'wrongSize', byBytes: 5 } });
    expect(await call((done) => sftp.stat('/a', done))).toMatchObject({ size: 15 });
    const list = await call<{ attrs: { size: number } }[]>((done) => sftp.readdir('/', done));
    expect(list.map((entry) => entry.attrs.size)).toEqual([15]);
  });
});

test('requests that were sent ahead die with the session', async () => {
  for (const kind of ['close', 'silence'] as const) {
    const partner = await partnerWith({ at: { command: 'STAT' }, do: { kind } });
    const dialogue = await openSftp(partner);
    const asked = [call((done) => dialogue.sftp.stat('/a', done)), remove(dialogue, '/a')];
    const settled = Promise.allSettled(asked);
    await partner.seen('STAT');
    dialogue.close();
    await partner.stop();
    await settled;
    expect(tree.bytes('/a')).toBeDefined();
    expect(partner.transcript.some((line) => line.text.startsWith('REMOVE'))).toBe(false);
  }
});

test('every open connection can be struck at once', async () => {
  const partner = await partnerWith();
  const dialogues = [await openSftp(partner), await openSftp(partner)];
  await partner.interrupt({ kind: 'reset' });
  await Promise.all(dialogues.map((dialogue) => dialogue.closed));
  await partner.whenIdle();
  expect(partner.openConnections).toBe(0);
});

/** Resolves when the condition holds; looks again at each turn of the event loop. */
async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}
