import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { Platform } from '../core/platform.js';
import { TransferError } from '../core/transfer-error.js';
import { ClientLogWriter, type ClientLogOptions } from './client-log-writer.js';
import { ManualClock } from './manual-clock.testing.js';
import { MemoryLogFiles } from './memory-log-files.testing.js';
import type { ClientLogFacts } from './log-facts.js';

const FOLDER = '/logs';
const TODAY = '/logs/cl260301.log';

function bench(options: Partial<ClientLogOptions> & { readonly os?: NodeJS.Platform } = {}) {
  const { os = 'linux', ...logOptions } = options;
  const files = new MemoryLogFiles();
  files.folders.add(FOLDER);
  const clock = new ManualClock('2026-03-01T12:00:00Z');
  const platform = {
    clock,
    files: files.asFiles(),
    random: { fraction: () => 0.5, token: (length: number) => 'x'.repeat(length) },
    host: { os, timeZone: 'UTC' },
  } as unknown as Platform;
  const writer = new ClientLogWriter(platform, { folder: FOLDER, tenthColumn: false, ...logOptions });
  return { files, clock, writer };
}

function facts(changes: Partial<ClientLogFacts> & { readonly at?: string } = {}): ClientLogFacts {
  const { at = '2026-03-01T12:00:00Z', ...rest } = changes;
  return {
    endedMs: Date.parse(at),
    protocol: 'ftp',
    host: 'ftp.acme.example',
    port: 21,
    user: 'orders',
    localPath: '/out/a.xml',
    remotePath: '/in/a.xml',
    operation: 'upload',
    lastCode: 226,
    result: 'succeeded',
    ...rest,
  };
}

const LINE = '2026-03-01 12:00:00; ftp; ftp.acme.example; 21; orders; /out/a.xml; /in/a.xml; upload; 226;';

async function failureOf(promise: Promise<unknown>): Promise<TransferError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TransferError);
  return thrown as TransferError;
}

describe('what a line holds', () => {
  it('has nine columns, or ten when the tenth column is on', async () => {
    const nine = bench();
    await nine.writer.append(facts());
    expect(nine.files.text(TODAY)).toBe(`${LINE}\n`);
    const ten = bench({ tenthColumn: true });
    await ten.writer.append(facts());
    await ten.writer.append(facts({ lastCode: 550, result: 'failed' }));
    expect(ten.files.text(TODAY)).toBe(`${LINE} 0;\n${LINE.replace('226', '550')} 1;\n`);
  });

  it('writes -1 where a failed attempt would show a success code', async () => {
    const { files, writer } = bench();
    await writer.append(facts({ result: 'failed' }));
    expect(files.text(TODAY)).toBe(`${LINE.replace('226', '-1')}\n`);
  });

  it.each([
    ['lf', 'win32', '\n'],
    ['lf', 'linux', '\n'],
    ['crlf', 'linux', '\r\n'],
    ['os', 'linux', '\n'],
    ['os', 'win32', '\r\n'],
  ] as const)('lineEnd %s on %s ends the line with %j', async (lineEnd, os, bytes) => {
    const { files, writer } = bench({ lineEnd, os, folder: '/logs/' });
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(LINE + bytes);
  });

  it("lies in the folder by the system's own separator", async () => {
    const { files, writer } = bench({ os: 'win32', folder: 'C:/Logs' });
    files.folders.add('C:');
    await writer.append(facts());
    expect([...files.nodes.keys()]).toEqual(['C:/Logs\\cl260301.log']);
  });

  it('is one write of one piece', async () => {
    const { files, writer } = bench();
    await writer.append(facts());
    await writer.append(facts());
    expect(files.calls.filter((call) => call.startsWith('write'))).toEqual([
      `write ${TODAY} 1 piece`,
      `write ${TODAY} 1 piece`,
    ]);
  });

  it('stands in the order of the calls, even when an earlier call fails', async () => {
    const { files, writer } = bench();
    files.failNext('write', 'ENOSPC');
    const calls = ['a', 'b', 'c', 'd'].map((name) => writer.append(facts({ remotePath: `/${name}` })));
    const ends = await Promise.allSettled(calls);
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect([...files.text(TODAY).matchAll(/ \/([a-d]);/g)].map((match) => match[1])).toEqual(['b', 'c', 'd']);
  });
});

it('a slow line is not overtaken by those after it, not even by one of another day', async () => {
  const { files, writer } = bench();
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const open = files.open.bind(files);
  files.open = async (path, mode) => {
    files.open = open;
    await gate;
    return open(path, mode);
  };
  const slow = writer.append(facts({ remotePath: '/1' }));
  const others = [
    writer.append(facts({ at: '2026-03-02T00:00:00Z' })).then(() => files.text(TODAY)),
    writer.append(facts({ remotePath: '/2' })).then(() => files.text(TODAY)),
  ];
  await new Promise(setImmediate);
  expect(files.nodes.size).toBe(0);
  letGo();
  await slow;
  expect((await Promise.all(others)).map((text) => text.match(/ \/\d;/g))).toEqual([
    [' /1;'],
    [' /1;', ' /2;'],
  ]);
  expect(files.openHandles).toBe(2);
});

describe('the day', () => {
  it('changes at local midnight, and a late line of yesterday goes to the file of yesterday', async () => {
    const { files, writer } = bench({ timeZone: 'Europe/Berlin' });
    await writer.append(facts({ at: '2026-03-01T22:59:59.999Z' }));
    await writer.append(facts({ at: '2026-03-01T23:00:00Z' }));
    await writer.append(facts({ at: '2026-03-01T22:59:58Z' }));
    const times = (path: string) =>
      files
        .text(path)
        .split('\n')
        .map((line) => line.slice(0, 19));
    expect(times('/logs/cl260301.log')).toEqual(['2026-03-01 23:59:59', '2026-03-01 23:59:58', '']);
    expect(times('/logs/cl260302.log')).toEqual(['2026-03-02 00:00:00', '']);
  });

  it('follows a clock that is put back over midnight', async () => {
    // St. John's put the clocks back at 00:01 until 2011: the new day lasted a minute, then yesterday came again.
    const { files, writer } = bench({ timeZone: 'America/St_Johns' });
    await writer.append(facts({ at: '2010-11-07T02:30:30Z' }));
    await writer.append(facts({ at: '2010-11-07T02:31:00Z' }));
    await writer.append(facts({ at: '2010-11-07T03:30:00Z' }));
    expect(files.text('/logs/cl101107.log')).toMatch(/^2010-11-07 00:00:30.*\n2010-11-07 00:00:00.*\n$/);
    expect(files.text('/logs/cl101106.log')).toMatch(/^2010-11-06 23:01:00.*\n$/);
  });

  it('holds one file open at a time and none after close', async () => {
    const { files, writer } = bench();
    for (const at of ['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z']) {
      await writer.append(facts({ at }));
      expect(files.openHandles).toBe(2);
    }
    await writer.close();
    expect(files.openHandles).toBe(0);
  });

  it('refuses a time zone that nobody knows', () => {
    expect(() => bench({ timeZone: 'Europe/Nowhere' })).toThrow(/clientLog\.timeZone: "Europe\/Nowhere"/);
  });
});

describe('open', () => {
  it('makes the folder and leaves neither a probe nor an empty log', async () => {
    const { files, writer } = bench();
    files.folders.clear();
    await writer.open();
    expect(files.folders.has(FOLDER)).toBe(true);
    expect([...files.nodes.keys()]).toEqual([]);
    expect(files.openHandles).toBe(0);
  });

  it('removes the probes that killed processes left, and nothing else', async () => {
    const folder = await temporaryFolder();
    const names = [
      '.tally-probe-killed00',
      '.tally-probe-underway',
      '.tally-probe-notes.txt',
      'cl260228.log',
    ];
    for (const name of names) await writeFile(join(folder, name), 'x');
    const before = new Date(Date.now() - 61_000);
    for (const name of names)
      if (name !== '.tally-probe-underway') await utimes(join(folder, name), before, before);
    const writer = new ClientLogWriter(testPlatform(), { folder, tenthColumn: false });
    await writer.open();
    await writer.close();
    expect((await readdir(folder)).toSorted()).toEqual(names.slice(1).toSorted());
  });

  it.each([
    ['makeFolder', 'EACCES', '/logs: no permission (EACCES)'],
    ['open', 'EROFS', '/logs: the file system is read-only (EROFS)'],
    ['write', 'ENOSPC', '/logs: the disk is full (ENOSPC)'],
  ] as const)('says before anything is moved that %s fails with %s', async (call, errno, words) => {
    const { files, writer } = bench();
    files.failNext(call, errno);
    const failure = await failureOf(writer.open());
    expect(failure.code).toBe('CLIENT_LOG_FAILED');
    expect(failure.message).toBe(`cannot write the client log ${words}`);
    expect(files.openHandles).toBe(0);
    expect([...files.nodes.keys()]).toEqual([]);
  });

  it("proves that today's file can be opened when there is one", async () => {
    const { files, writer } = bench();
    files.put(TODAY, `${LINE}\n`);
    await writer.open();
    files.calls.length = 0;
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(`${LINE}\n${LINE}\n`);
    expect(files.calls.some((call) => call.startsWith('open'))).toBe(false);
  });

  it('takes a folder in which nothing can be removed', async () => {
    const { files, writer } = bench();
    files.failNext('remove', 'EPERM');
    await expect(writer.open()).resolves.toBeUndefined();
  });
});

describe('bad luck', () => {
  it.each(['ENOSPC', 'EIO', 'EDQUOT'])(
    'names the file when a write fails with %s, and goes on afterwards',
    async (errno) => {
      const { files, writer } = bench();
      files.failNext('write', errno);
      const failure = await failureOf(writer.append(facts()));
      expect(failure.code).toBe('CLIENT_LOG_FAILED');
      expect(failure.message).toContain(TODAY);
      expect(failure.message).toContain(errno);
      await writer.append(facts());
      expect(files.text(TODAY)).toBe(`${LINE}\n`);
    },
  );

  it('does not glue a record to a line that a full disk cut short', async () => {
    const { files, writer } = bench();
    files.failNext('write', 'ENOSPC', 30);
    await failureOf(writer.append(facts()));
    await writer.append(facts());
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(`${LINE.slice(0, 30)}\n${LINE}\n${LINE}\n`);
  });

  it('ends a broken line with its own line end, in the same write as the record', async () => {
    const { files, writer } = bench({ lineEnd: 'crlf' });
    files.put(TODAY, '2026-03-01 11:');
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(`2026-03-01 11:\r\n${LINE}\r\n`);
    expect(files.calls.filter((call) => call.startsWith('write'))).toHaveLength(1);
  });

  it('looks at the file once for lines that come together, and each hears of its own fate', async () => {
    const { files, writer } = bench();
    await writer.append(facts());
    files.calls.length = 0;
    const together = ['/1', '/2', '/3', '/4'].map((remotePath) => writer.append(facts({ remotePath })));
    files.failNext('write', 'ENOSPC');
    const ends = await Promise.allSettled(together);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    const lines = ['/in/a.xml', '/2', '/3', '/4'].map((path) => LINE.replace('/in/a.xml', path));
    expect(files.text(TODAY)).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(files.calls.filter((call) => call.startsWith('stat')).length).toBe(2);
  });

  it('gives another process a moment to finish its line before calling it broken', async () => {
    const { files, clock, writer } = bench();
    files.put(TODAY, '2026-03-01 11:');
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms) => {
      await sleep(ms);
      const node = files.nodes.get(TODAY);
      if (node !== undefined && clock.sleptMs === 20) node.bytes = Buffer.from(`${LINE}\n`);
    };
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(`${LINE}\n${LINE}\n`);
    expect(clock.sleptMs).toBe(20);
  });

  it('makes the file anew when it was deleted, and the folder too', async () => {
    const { files, writer } = bench();
    await writer.append(facts());
    files.nodes.delete(TODAY);
    files.folders.clear();
    await writer.append(facts({ remotePath: '/second' }));
    expect(files.text(TODAY)).toBe(`${LINE.replace('/in/a.xml', '/second')}\n`);
    expect(files.openHandles).toBe(2);
  });

  it('leaves a rotated file alone and starts the next', async () => {
    const { files, writer } = bench();
    await writer.append(facts());
    files.rotate(TODAY, `${TODAY}.1`);
    await writer.append(facts());
    files.rotate(TODAY, `${TODAY}.2`);
    files.put(TODAY, 'header;\n');
    await writer.append(facts());
    expect(files.text(`${TODAY}.1`)).toBe(`${LINE}\n`);
    expect(files.text(`${TODAY}.2`)).toBe(`${LINE}\n`);
    expect(files.text(TODAY)).toBe(`header;\n${LINE}\n`);
  });

  it('takes a file that was emptied by its length of now', async () => {
    const { files, writer } = bench();
    await writer.append(facts());
    const node = files.nodes.get(TODAY);
    if (node !== undefined) node.bytes = Buffer.alloc(0);
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(`${LINE}\n`);
  });

  it('gives up with words when the file is taken away without end', async () => {
    const { files, writer } = bench();
    const open = files.open.bind(files);
    files.open = async (path, mode) => {
      const file = await open(path, mode);
      if (mode === 'read') files.nodes.delete(path);
      return file;
    };
    const failure = await failureOf(writer.append(facts()));
    expect(failure.message).toBe(
      `cannot write the client log ${TODAY}: it is taken away as often as it is made`,
    );
    expect(files.openHandles).toBe(0);
  });

  it('leaves no handle open when the second one cannot be opened', async () => {
    const { files, writer } = bench();
    const open = files.open.bind(files);
    files.open = async (path, mode) => {
      if (mode === 'read') files.failNext('open', 'EMFILE');
      return open(path, mode);
    };
    const failure = await failureOf(writer.append(facts()));
    expect(failure.message).toContain('too many open files (EMFILE)');
    expect(files.openHandles).toBe(0);
  });

  it('reports CLIENT_LOG_FAILED and stays usable, whichever call fails', async () => {
    for (const call of ['open', 'stat', 'write', 'sync', 'syncFolder'] as const) {
      const { files, writer } = bench({ sync: 'line' });
      files.failNext(call, 'EIO');
      expect((await failureOf(writer.append(facts()))).code).toBe('CLIENT_LOG_FAILED');
      await writer.append(facts());
      expect(files.text(TODAY).endsWith(`${LINE}\n`)).toBe(true);
      await writer.close();
      expect(files.openHandles).toBe(0);
    }
  });
});

describe('sync', () => {
  const syncs = (files: MemoryLogFiles) => files.calls.filter((call) => call.startsWith('sync ')).length;

  it('line: flushes each line before append resolves', async () => {
    const { files, writer } = bench({ sync: 'line' });
    await writer.append(facts());
    await writer.append(facts());
    expect(files.calls.at(-1)).toBe(`sync ${TODAY}`);
    expect(syncs(files)).toBe(2);
  });

  it('line: forces the name of a new file to disk too, once', async () => {
    const { files, writer } = bench({ sync: 'line' });
    await writer.append(facts());
    await writer.append(facts());
    expect(files.calls.filter((call) => call.startsWith('syncFolder'))).toEqual([`syncFolder ${FOLDER}`]);
    const old = bench({ sync: 'line' });
    old.files.put(TODAY, `${LINE}\n`);
    await old.writer.append(facts());
    expect(old.files.calls.some((call) => call.startsWith('syncFolder'))).toBe(false);
  });

  it.each(['EINVAL', 'ENOTSUP', 'EACCES'])('takes a folder that cannot be flushed (%s)', async (errno) => {
    const { files, writer } = bench({ sync: 'line' });
    files.failNext('syncFolder', errno);
    await writer.append(facts());
    expect(files.text(TODAY)).toBe(`${LINE}\n`);
  });

  it('interval: flushes all lines of the last second together, within a second', async () => {
    const { files, clock, writer } = bench();
    await writer.append(facts());
    await writer.append(facts());
    expect(syncs(files)).toBe(0);
    clock.advance(999);
    await writer.append(facts());
    expect(syncs(files)).toBe(1);
    await writer.close();
    expect(syncs(files)).toBe(2);
    expect(clock.timers).toBe(0);
  });

  it('interval: flushes the file of yesterday before it is left', async () => {
    const { files, writer } = bench();
    await writer.append(facts({ at: '2026-03-01T23:59:59Z' }));
    await writer.append(facts({ at: '2026-03-02T00:00:00Z' }));
    expect(files.calls).toContain('sync /logs/cl260301.log');
  });

  it('interval: reports a flush that failed in the background with the next line, which is written', async () => {
    const { files, clock, writer } = bench();
    await writer.append(facts());
    files.failNext('sync', 'EIO');
    clock.advance(1000);
    const failure = await failureOf(writer.append(facts()));
    expect(failure.message).toBe(`cannot write the client log ${TODAY}: the disk failed (EIO)`);
    expect(files.text(TODAY)).toBe(`${LINE}\n${LINE}\n`);
    await writer.append(facts());
  });

  it('interval: reports at close what could not be flushed', async () => {
    const { files, writer } = bench();
    await writer.append(facts());
    files.failNext('sync', 'EIO');
    expect((await failureOf(writer.close())).code).toBe('CLIENT_LOG_FAILED');
    expect(files.openHandles).toBe(0);
  });

  it('never: leaves it to the system', async () => {
    const { files, clock, writer } = bench({ sync: 'never' });
    await writer.append(facts());
    expect(clock.timers).toBe(0);
    await writer.close();
    expect(syncs(files)).toBe(0);
  });
});

describe('close', () => {
  it('waits for the lines before it, is idempotent, and takes none afterwards', async () => {
    const { files, writer } = bench();
    const line = writer.append(facts());
    await Promise.all([writer.close(), writer.close()]);
    await line;
    expect(files.text(TODAY)).toBe(`${LINE}\n`);
    const failure = await failureOf(writer.append(facts()));
    expect(failure.code).toBe('CLOSED');
    await writer.close();
  });

  it('needs nothing to have been written', async () => {
    const { files, writer } = bench();
    await writer.close();
    expect(files.calls).toEqual([]);
  });
});
