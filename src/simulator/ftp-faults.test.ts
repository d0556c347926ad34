import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { HOSTILE_NAMES, type Fault } from './faults.js';
import { FtpDialogue } from './ftp-dialogue.testing.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from './ftp-partner.js';
import type { FtpDeed } from './ftp-session.js';
import { MemoryTree, zeros } from './memory-tree.js';

const running: FtpPartner[] = [];
let tree: MemoryTree;

async function partnerWith(
  faults: readonly Fault<FtpDeed>[],
  more: Partial<FtpPartnerOptions> = {},
): Promise<FtpPartner> {
  tree = new MemoryTree({ a: '0123456789', big: zeros(2 ** 40), 'sub/b': 'b' });
  const partner = await startFtpPartner({ root: tree, user: 'u', password: 'p', faults, ...more });
  running.push(partner);
  return partner;
}

async function dialogueWith(...faults: readonly Fault<FtpDeed>[]): Promise<FtpDialogue> {
  return FtpDialogue.login(await partnerWith(faults));
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((partner) => partner.stop()));
});

describe('a fault strikes', () => {
  test('each time, when no number is given', async () => {
    const dialogue = await dialogueWith({ at: { command: 'NOOP' }, do: { kind: 'reply', code: 450 } });
    expect((await dialogue.ask('NOOP')).code).toBe(450);
    expect((await dialogue.ask('NOOP')).code).toBe(450);
  });

  test('the n-th time only, counted over all sessions', async () => {
    const partner = await partnerWith([
      { at: { command: 'NOOP', nth: 2 }, do: { kind: 'reply', code: 450 } },
    ]);
    const one = await FtpDialogue.login(partner);
    const other = await FtpDialogue.login(partner);
    expect((await one.ask('NOOP')).code).toBe(200);
    expect((await other.ask('NOOP')).code).toBe(450);
    expect((await one.ask('NOOP')).code).toBe(200);
  });

  test('only where the argument fits', async () => {
    const at = { command: 'SIZE', argumentIncludes: 'sub/' };
    const dialogue = await dialogueWith({ at, do: { kind: 'reply', code: 550, text: 'No' } });
    expect((await dialogue.ask('SIZE a')).code).toBe(213);
    expect((await dialogue.ask('SIZE sub/b')).lines).toEqual(['550 No']);
  });

  test('at run time, until faults are cleared', async () => {
    const partner = await partnerWith([]);
    const dialogue = await FtpDialogue.login(partner);
    partner.inject({ at: { command: '*', nth: 2 }, do: { kind: 'reply', code: 451 } });
    expect((await dialogue.ask('NOOP')).code).toBe(200);
    expect((await dialogue.ask('PWD')).code).toBe(451);
    partner.inject({ at: { command: '*' }, do: { kind: 'reply', code: 452 } });
    partner.clearFaults();
    expect((await dialogue.ask('PWD')).code).toBe(257);
  });

  test('on every open session at once', async () => {
    const partner = await partnerWith([]);
    const dialogues = [await FtpDialogue.login(partner), await FtpDialogue.login(partner)];
    await partner.interrupt({ kind: 'replyThenClose', code: 421, text: 'Going down' });
    for (const dialogue of dialogues) {
      expect((await dialogue.reply()).lines).toEqual(['421 Going down']);
      await dialogue.closed;
    }
    await partner.whenIdle();
    expect(partner.openConnections).toBe(0);
  });
});

describe('at arrival a command is not carried out, at the answer it was', () => {
  test.each([
    ['arrival', true],
    ['answer', false],
  ] as const)('%s', async (moment, isStillThere) => {
    for (const kind of ['close', 'reset', 'silence', 'noAnswer', 'garbage'] as const) {
      const partner = await partnerWith([{ at: { command: 'DELE', moment }, do: { kind } }]);
      const dialogue = await FtpDialogue.login(partner);
      dialogue.send('DELE a');
      if (kind === 'close' || kind === 'reset')
        expect(await dialogue.reply()).toEqual({ code: 0, lines: [] });
      dialogue.send('PWD');
      if (kind === 'noAnswer') expect((await dialogue.reply()).code).toBe(257);
      await (moment === 'answer' ? waitFor(() => tree.bytes('a') === undefined) : partner.seen('DELE'));
      expect(tree.bytes('a') !== undefined).toBe(isStillThere);
      dialogue.close();
      await partner.whenIdle();
      expect(partner.transcript.some((line) => line.text === '250 DELE command successful')).toBe(false);
    }
  });
});

test('commands that were sent ahead die with the session', async () => {
  const kinds = [{ kind: 'close' }, { kind: 'silence' }, { kind: 'replyThenClose', code: 421 }] as const;
  for (const deed of kinds) {
    const partner = await partnerWith([{ at: { command: 'NOOP' }, do: deed }]);
    const dialogue = await FtpDialogue.login(partner);
    dialogue.send('NOOP\r\nDELE a\r\nDELE sub/b');
    await partner.seen('NOOP');
    dialogue.close();
    await partner.whenIdle();
    expect(tree.bytes('a')).toBeDefined();
    expect(partner.transcript.some((line) => line.text.startsWith('DELE'))).toBe(false);
  }
});

describe('before the greeting', () => {
  test('a partner closes, says 421, says garbage, or says nothing', async () => {
    const at = { command: 'CONNECT' };
    expect(
      (await (await FtpDialogue.open(await partnerWith([{ at, do: { kind: 'close' } }]))).reply()).code,
    ).toBe(0);
    const refusing = await partnerWith([{ at, do: { kind: 'replyThenClose', code: 421 } }]);
    await (
      await FtpDialogue.open(refusing)
    ).closed;
    expect(refusing.transcript.map((line) => line.text)).toEqual(['421 As rehearsed']);
    const silent = await partnerWith([{ at, do: { kind: 'silence' } }]);
    const opening = FtpDialogue.open(silent);
    await waitFor(() => silent.openConnections === 1);
    expect(silent.transcript).toEqual([]);
    await silent.stop();
    await (
      await opening
    ).closed;
  });

  test('a partner takes its time', async () => {
    const partner = await partnerWith([{ at: { command: 'CONNECT' }, do: { kind: 'delay', ms: 30 } }]);
    expect((await (await FtpDialogue.login(partner)).ask('NOOP')).code).toBe(200);
  });
});

describe('replies without end', () => {
  test.each(['line', 'lines'] as const)('as one %s', async (shape) => {
    const partner = await partnerWith([
      { at: { command: 'NOOP' }, do: { kind: 'endlessReply', megabytes: 2, shape } },
    ]);
    const dialogue = await FtpDialogue.login(partner);
    dialogue.send('NOOP');
    await waitFor(() => dialogue.unread.length >= 2 * 2 ** 20);
    expect(dialogue.unread.startsWith(shape === 'line' ? '200 xxx' : '200-begin\r\n200-xxx')).toBe(true);
  });

  test('that drip', async () => {
    const drip = { kind: 'endlessReply', megabytes: 1, bytesPerSecond: 100 } as const;
    const partner = await partnerWith([{ at: { command: 'NOOP' }, do: drip }]);
    const dialogue = await FtpDialogue.login(partner);
    dialogue.send('NOOP');
    await waitFor(() => dialogue.unread.length > 12);
    expect(dialogue.unread.length).toBeLessThan(1000);
    dialogue.close();
    await partner.whenIdle();
  });
});

describe('a data connection', () => {
  const retr = (deed: FtpDeed): Fault<FtpDeed> => ({ at: { command: 'RETR' }, do: deed });
  const stor = (deed: FtpDeed): Fault<FtpDeed> => ({ at: { command: 'STOR' }, do: deed });

  test('ends early and is called complete', async () => {
    const dialogue = await dialogueWith(retr({ kind: 'truncate', afterBytes: 4 }));
    expect(await dialogue.retrieve('a')).toEqual({ code: 226, bytes: Buffer.from('0123') });
  });

  test('an upload that ends early is called complete, and is short', async () => {
    const dialogue = await dialogueWith(stor({ kind: 'truncate', afterBytes: 3 }));
    expect(await dialogue.store('new', Buffer.alloc(5_000_000, 'x'))).toBe(226);
    expect(tree.bytes('new')?.toString()).toBe('xxx');
  });

  test.each([0, 4, 10])('is dropped after %i bytes', async (afterBytes) => {
    const dialogue = await dialogueWith(retr({ kind: 'dropData', afterBytes }));
    const { code, bytes } = await dialogue.retrieve('a');
    expect(code).toBe(426);
    expect(bytes.length).toBe(afterBytes);
  });

  test('is dropped, with another code, or without any', async () => {
    const coded = await dialogueWith(stor({ kind: 'dropData', afterBytes: 2, how: 'reset', thenCode: 551 }));
    expect(await coded.store('new', Buffer.from('xxxx'))).toBe(551);
    const mute = await dialogueWith(stor({ kind: 'dropData', afterBytes: 2, thenCode: 'no-reply' }));
    const data = await mute.openData();
    expect((await mute.ask('STOR new')).code).toBe(150);
    data.write('xxxx');
    await once(data, 'close');
    expect((await mute.ask('NOOP')).code).toBe(200);
  });

  test('stalls, and gives way when the client closes it', async () => {
    const dialogue = await dialogueWith(retr({ kind: 'stall', afterBytes: 1000 }));
    const data = await dialogue.openData();
    await dialogue.ask('RETR big');
    let received = 0;
    data.on('data', (chunk: Buffer) => (received += chunk.length));
    await waitFor(() => received >= 1000);
    data.destroy();
    expect((await dialogue.reply()).code).toBe(426);
    expect(received).toBe(1000);
  });

  test('is slow', async () => {
    const dialogue = await dialogueWith(retr({ kind: 'slow', bytesPerSecond: 100 }));
    const before = performance.now();
    expect((await dialogue.retrieve('a')).bytes.toString()).toBe('0123456789');
    expect(performance.now() - before).toBeGreaterThan(70);
  });

  test('meets a full disk', async () => {
    const dialogue = await dialogueWith(stor({ kind: 'diskFull', afterBytes: 3 }));
    expect(await dialogue.store('new', Buffer.from('xxxxxx'))).toBe(452);
    expect(tree.bytes('new')?.toString()).toBe('xxx');
  });

  test('takes an upload and loses it', async () => {
    const dialogue = await dialogueWith(stor({ kind: 'loseWrites' }));
    expect(await dialogue.store('new', Buffer.from('xxxxxx'))).toBe(226);
    expect(tree.bytes('new')?.length).toBe(0);
  });

  test('takes an upload and loses the final reply', async () => {
    const partner = await partnerWith([{ at: { command: 'STOR', moment: 'answer' }, do: { kind: 'close' } }]);
    const dialogue = await FtpDialogue.login(partner);
    expect(await dialogue.store('new', Buffer.from('xxxxxx'))).toBe(0);
    expect(tree.bytes('new')?.toString()).toBe('xxxxxx');
    expect(partner.transcript.some((line) => line.text.startsWith('226'))).toBe(false);
  });

  test('sees 421 in the middle', async () => {
    const then = { kind: 'replyThenClose', code: 421 } as const;
    const dialogue = await dialogueWith(retr({ kind: 'afterBytes', bytes: 4, do: then }));
    expect((await dialogue.retrieve('a')).code).toBe(421);
    await dialogue.closed;
  });

  test('dies together with its control connection', async () => {
    const dialogue = await dialogueWith(stor({ kind: 'afterBytes', bytes: 4, do: { kind: 'reset' } }));
    expect(await dialogue.store('new', Buffer.from('xxxxxx'))).toBe(0);
    expect(tree.bytes('new')?.toString()).toBe('xxxx');
  });

  test('is announced somewhere else', async () => {
    const dialogue = await dialogueWith({
      at: { command: 'PASV' },
      do: { kind: 'announce', host: '192.0.2.1', port: 258 },
    });
    expect((await dialogue.ask('PASV')).lines[0]).toContain('(192,0,2,1,1,2)');
  });
});

describe('a listing', () => {
  test('holds hostile names', async () => {
    for (const command of ['LIST', 'NLST', 'MLSD']) {
      const dialogue = await dialogueWith({ at: { command }, do: { kind: 'hostileNames' } });
      const text = (await dialogue.retrieve('', command)).bytes.toString();
      for (const name of HOSTILE_NAMES) expect(text).toContain(`${name}\r\n`);
    }
  });

  test('never ends', async () => {
    const partner = await partnerWith([{ at: { command: 'MLSD' }, do: { kind: 'endlessListing' } }]);
    const dialogue = await FtpDialogue.login(partner);
    const data = await dialogue.openData();
    await dialogue.ask('MLSD');
    let received = 0;
    data.on('data', (chunk: Buffer) => (received += chunk.length));
    await waitFor(() => received > 20_000_000);
    data.destroy();
    expect((await dialogue.reply()).code).toBe(426);
  });

  test('and SIZE tell wrong sizes', async () => {
    const dialogue = await dialogueWith({ at: { command: '*' }, do: { kind: 'wrongSize', byBytes: -1 } });
    expect((await dialogue.ask('SIZE a')).lines).toEqual(['213 9']);
    expect((await dialogue.retrieve('', 'MLSD')).bytes.toString()).toContain('size=9;');
  });
});

/** Resolves when the condition holds; looks again at each turn of the event loop. */
async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}
