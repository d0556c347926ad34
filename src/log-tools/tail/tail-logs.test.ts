import { appendFile, copyFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from '../../client-log/reading/log-line.js';
import { nodeFiles } from '../../engine/platform/node-files.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { lineChoice } from './line-choice.js';
import { rehearseTail } from './tail.testing.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** A record of an upload of `name`; a whole line, without its end. */
function record(name: string, time = '2026-03-01 10:00:00', result: 0 | 1 = 0): string {
  return `${time}; sftp; acme; 22; batch; /out/${name}; /in/${name}; upload; ${result === 0 ? 0 : 4}; ${result};`;
}

const path = (name: string) => join(folder, name);
const put = (name: string, ...lines: string[]) =>
  writeFile(path(name), lines.map((line) => `${line}\n`).join(''));
const add = (name: string, ...lines: string[]) =>
  appendFile(path(name), lines.map((line) => `${line}\n`).join(''));
const names = (transcript: readonly string[]) =>
  transcript.map((text) =>
    /^(\w+ )?(\d+: )?\d{4}-/.test(text) ? (/\/in\/(\w+)/.exec(text)?.[1] ?? text) : text,
  );

const failed = lineChoice({ isFailedOnly: true, query: undefined });

describe('without following', () => {
  it('shows the last lines of the newest file of a folder, headings and blank lines left out', async () => {
    await put('cl260228.log', record('old'));
    await put(
      'cl260301.log',
      record('a'),
      '',
      'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
      record('b'),
      'rubbish',
      record('c'),
    );
    await put('notes.txt', 'not a log');
    expect(names(await rehearseTail({ names: [folder], count: 4 }))).toEqual([
      'a',
      'b',
      'malformed rubbish',
      'c',
    ]);
  });

  it('goes back into the days before where the newest file has too few lines', async () => {
    await put('cl260227.log', record('x'), record('y'));
    await put('cl260228.log', record('z'));
    await put('cl260301.log', record('a'));
    expect(names(await rehearseTail({ names: [folder], count: 3 }))).toEqual(['y', 'z', 'a']);
  });

  it('merges several logs by time, each with its own zone, and shows the last lines of all', async () => {
    await put('east.log', record('e1', '2026-03-01 10:00:00'), record('e2', '2026-03-01 12:00:00'));
    await put('west.log', record('w1', '2026-03-01 09:30:00'), record('w2', '2026-03-01 10:30:00'));
    const timeZoneOf = (name: string) => (name.includes('east') ? 'Etc/GMT-1' : 'UTC');
    const shown = await rehearseTail({ names: [path('east.log'), path('west.log')], count: 3, timeZoneOf });
    expect(names(shown)).toEqual(['w1', 'w2', 'e2']);
  });

  it('keeps the order of one log although its clock was put back', async () => {
    await put('a.log', record('a1', '2026-03-01 10:00:00'), record('a2', '2026-03-01 09:00:00'));
    await put('b.log', record('b1', '2026-03-01 09:30:00'));
    expect(names(await rehearseTail({ names: [path('a.log'), path('b.log')] }))).toEqual(['b1', 'a1', 'a2']);
  });

  it('shows a last line without its end', async () => {
    await put('cl260301.log', record('a'));
    await appendFile(path('cl260301.log'), '2026-03-01 10:0');
    expect(names(await rehearseTail({ names: [folder] }))).toEqual(['a', 'incomplete 2026-03-01 10:0']);
  });

  it('rejects where there is nothing', async () => {
    await expect(rehearseTail({ names: [path('none')] })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says how far it has looked for rare matches', async () => {
    const lines = `${record('fine')}\n`.repeat(1000);
    const handle = await nodeFiles.open(path('cl260301.log'), 'create');
    const block = Buffer.from(lines);
    for (let at = 0; at < 70 * 1024 * 1024; at += block.length) await handle.write([block], at);
    await handle.close();
    expect(names(await rehearseTail({ names: [path('cl260301.log')], choice: failed }))).toEqual([
      '! scan-limit cl260301.log',
    ]);
  });
});

describe('following a file', () => {
  it('shows what is written, an unfinished line only once its end has come', async () => {
    await put('cl.log', record('a'));
    const unfinished = record('c');
    const shown = await rehearseTail({
      names: [path('cl.log')],
      steps: [
        () => add('cl.log', record('b')),
        () => appendFile(path('cl.log'), unfinished.slice(0, 40)),
        () => appendFile(path('cl.log'), `${unfinished.slice(40)}\r`),
        () => appendFile(path('cl.log'), `\n${record('d')}\r\n`),
      ],
    });
    expect(names(shown)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('holds back what was unfinished at the start as well', async () => {
    await writeFile(path('cl.log'), `${record('a')}\n${record('b').slice(0, 20)}`);
    const steps = [() => appendFile(path('cl.log'), `${record('b').slice(20)}\n`)];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps }))).toEqual(['a', 'b']);
  });

  it('starts anew when the file is cut short, and says so', async () => {
    await put('cl.log', record('a'), record('b'));
    const steps = [() => truncate(path('cl.log'), 0), () => add('cl.log', record('c'))];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps }))).toEqual([
      'a',
      'b',
      '! rewritten cl.log',
      'c',
    ]);
  });

  it('notices a file cut short that has outgrown itself between two looks', async () => {
    await put('cl.log', record('a'));
    const steps = [() => put('cl.log', record('b'), record('c'), record('d'))];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps }))).toEqual([
      'a',
      '! rewritten cl.log',
      'b',
      'c',
      'd',
    ]);
  });

  it('reads a file that is put away to its end, also what has no end there, before the one that takes its place', async () => {
    await put('cl.log', record('a'));
    const steps = [
      async () => {
        await add('cl.log', record('b'));
        await appendFile(path('cl.log'), 'half');
        await rename(path('cl.log'), path('cl.log.1'));
        await put('cl.log', record('c'));
      },
    ];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps }))).toEqual([
      'a',
      'b',
      'incomplete half',
      '! replaced cl.log',
      'c',
    ]);
  });

  it('goes on with a file that is deleted and made again, and with what is written while it has no name', async () => {
    await put('cl.log', record('a'));
    const steps = [
      () => rename(path('cl.log'), path('away')),
      () => add('away', record('b')),
      () => put('cl.log', record('c')),
    ];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps }))).toEqual([
      'a',
      '! missing cl.log',
      'b',
      '! appeared cl.log',
      'c',
    ]);
  });

  it('shows what is written to a file that never gets its name back', async () => {
    await put('cl.log', record('a'));
    const steps = [() => rename(path('cl.log'), path('away')), () => add('away', record('b'))];
    const shown = await rehearseTail({ names: [path('cl.log')], steps });
    expect(names(shown)).toEqual(['a', '! missing cl.log', 'b']);
  });

  it('waits for a file that does not exist yet', async () => {
    const steps = [() => undefined, () => put('cl.log', record('a'), record('b'))];
    const shown = await rehearseTail({ names: [path('cl.log')], steps });
    expect(shown).toEqual([
      '! missing cl.log',
      '! appeared cl.log',
      `1: ${record('a')}`,
      `2: ${record('b')}`,
    ]);
  });

  it('says once that it cannot be read, and goes on as soon as it can', async () => {
    await put('cl.log', record('a'));
    let isBroken = false;
    const files = {
      ...nodeFiles,
      stat: async (name: string) => {
        if (isBroken) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return nodeFiles.stat(name);
      },
    };
    const steps = [
      () => void (isBroken = true),
      () => add('cl.log', record('b')),
      () => void (isBroken = false),
      () => add('cl.log', record('c')),
    ];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps, files }))).toEqual([
      'a',
      '! unreadable cl.log',
      'b',
      'c',
    ]);
  });

  it('takes a line of a megabyte, and tells one that is longer', async () => {
    await put('cl.log', record('a'));
    const size = MAX_LINE_BYTES - record('').length - 8;
    const steps = [
      () => add('cl.log', record('x'.repeat(size / 2))),
      () => appendFile(path('cl.log'), 'y'.repeat(MAX_LINE_BYTES)),
      () => add('cl.log', 'y', record('b')),
    ];
    const shown = await rehearseTail({ names: [path('cl.log')], steps });
    expect(shown.map((text) => [text.slice(0, 9), text.length > MAX_LINE_BYTES / 2])).toEqual([
      ['2026-03-0', false],
      ['2026-03-0', true],
      ['malformed', true],
      ['2026-03-0', false],
    ]);
  });

  it('shows only what is wanted', async () => {
    await put('cl.log', record('a', undefined, 1), record('b'));
    const steps = [() => add('cl.log', record('c'), record('d', undefined, 1), 'rubbish')];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps, choice: failed }))).toEqual(['a', 'd']);
  });

  it('with no lines to begin with shows only what comes', async () => {
    await put('cl.log', record('a'));
    const steps = [() => add('cl.log', record('b'))];
    expect(names(await rehearseTail({ names: [path('cl.log')], steps, count: 0 }))).toEqual(['b']);
  });
});

describe('following a folder', () => {
  it('goes over midnight into the next file from its start, the old one to its end first', async () => {
    await put('cl260301.log', record('a'));
    const steps = [
      async () => {
        await put('cl260302.log', record('c'), record('d'));
        await add('cl260301.log', record('b'));
      },
      () => add('cl260302.log', record('e')),
    ];
    const shown = await rehearseTail({ names: [folder], steps });
    expect(names(shown)).toEqual(['a', '! next-file cl260302.log', 'b', 'c', 'd', 'e']);
    expect(shown[3]).toBe(`1: ${record('c')}`);
  });

  it('still shows late lines of yesterday, for ten minutes', async () => {
    await put('cl260301.log', record('a'));
    const steps = [
      () => put('cl260302.log', record('b')),
      () => add('cl260301.log', record('late')),
      (clock: { advance(ms: number): void }) => clock.advance(10 * 60_000),
      () => add('cl260301.log', record('too_late')),
      () => add('cl260302.log', record('c')),
    ];
    expect(names(await rehearseTail({ names: [folder], steps }))).toEqual([
      'a',
      '! next-file cl260302.log',
      'b',
      'late',
      'c',
    ]);
  });

  it('shows late lines of yesterday also when it began after midnight', async () => {
    await put('cl260301.log', record('old'));
    await put('cl260302.log', record('a'));
    const steps = [() => add('cl260301.log', record('late'))];
    expect(names(await rehearseTail({ names: [folder], steps, count: 1 }))).toEqual(['a', 'late']);
  });

  it('shows the files of all days that come at once, as after a sleep', async () => {
    await put('cl260301.log', record('a'));
    const steps = [
      async () => {
        await put('cl260304.log', record('d'));
        await put('cl260302.log', record('b'));
        await put('cl260303.log', record('c'));
      },
    ];
    expect(names(await rehearseTail({ names: [folder], steps })).filter((text) => text.length === 1)).toEqual(
      ['a', 'b', 'c', 'd'],
    );
  });

  it('says nothing of an old file that is put away, but tells of the present one', async () => {
    await put('cl260301.log', record('a'));
    const steps = [
      () => put('cl260302.log', record('b')),
      () => rm(path('cl260301.log')),
      () => rm(path('cl260302.log')),
      () => put('cl260302.log', record('c')),
    ];
    expect(names(await rehearseTail({ names: [folder], steps }))).toEqual([
      'a',
      '! next-file cl260302.log',
      'b',
      '! missing cl260302.log',
      '! appeared cl260302.log',
      'c',
    ]);
  });

  it('waits for a folder that does not exist yet, and for its first log', async () => {
    const logs = path('Logs');
    const steps = [
      () => mkdir(logs),
      () => writeFile(join(logs, 'cl260301.log'), `${record('a')}\n`),
      () => appendFile(join(logs, 'cl260301.log'), `${record('b')}\n`),
    ];
    expect(names(await rehearseTail({ names: [logs], steps }))).toEqual([
      '! missing Logs',
      '! appeared Logs',
      '! no-logs Logs',
      '! next-file cl260301.log',
      'a',
      'b',
    ]);
  });

  it('says that the folder has vanished, and goes on when it is back', async () => {
    const logs = path('Logs');
    await mkdir(logs);
    await copyFile(await written('cl260301.log', record('a')), join(logs, 'cl260301.log'));
    const steps = [
      () => rename(logs, path('Away')),
      () => rename(path('Away'), logs),
      () => appendFile(join(logs, 'cl260301.log'), `${record('b')}\n`),
      () => writeFile(join(logs, 'cl260302.log'), `${record('c')}\n`),
    ];
    expect(names(await rehearseTail({ names: [logs], steps }))).toEqual([
      'a',
      '! missing Logs',
      '! appeared Logs',
      'b',
      '! next-file cl260302.log',
      'c',
    ]);
  });

  it('follows several nodes at once', async () => {
    const [a, b] = [path('nodeA'), path('nodeB')];
    await mkdir(a);
    await mkdir(b);
    await writeFile(join(a, 'cl260301.log'), `${record('a1', '2026-03-01 10:00:01')}\n`);
    await writeFile(join(b, 'cl260301.log'), `${record('b1', '2026-03-01 10:00:00')}\n`);
    const steps = [
      () => appendFile(join(b, 'cl260301.log'), `${record('b2')}\n`),
      () => writeFile(join(a, 'cl260302.log'), `${record('a2')}\n`),
      () => appendFile(join(b, 'cl260301.log'), `${record('b3')}\n`),
    ];
    expect(names(await rehearseTail({ names: [a, b], steps }))).toEqual([
      'b1',
      'a1',
      'b2',
      '! next-file cl260302.log',
      'a2',
      'b3',
    ]);
  });
});

async function written(name: string, ...lines: string[]): Promise<string> {
  await put(name, ...lines);
  return path(name);
}
