import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remotePath } from '../core/remote-path.js';
import type { Platform } from '../core/platform.js';
import { localEndpoint } from '../../test/platform/batch-fixture.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { seededRandom, testPlatform } from '../../test/platform/test-platform.js';
import { PartialJournal } from './partial-journal.js';

const partial = { kind: 'temporary', path: remotePath('/out/.a.xml.abcdefgh.tally') } as const;

/** A process of the same machine with this number; those in `alive` run. */
function processOf(pid: number, alive: readonly number[] = [], seed = pid): Platform {
  const platform = testPlatform({ random: seededRandom(seed) });
  return { ...platform, host: { ...platform.host, pid, isProcessAlive: (other) => alive.includes(other) } };
}

describe('PartialJournal', () => {
  it('tells the next process what a killed one left, once', async () => {
    const folder = await temporaryFolder();
    const killed = await PartialJournal.open(processOf(100), folder);
    await killed.begin(localEndpoint, partial);
    const next = await PartialJournal.open(processOf(200), folder);
    const [leftover, ...more] = await next.leftovers(localEndpoint);
    expect(leftover?.partial).toEqual(partial);
    expect(more).toEqual([]);
    await leftover?.settle();
    expect(await (await PartialJournal.open(processOf(300), folder)).leftovers(localEndpoint)).toEqual([]);
    expect(await readdir(join(folder, 'partials'))).toEqual([]);
  });

  it('leaves alone what a live process writes', async () => {
    const folder = await temporaryFolder();
    const live = await PartialJournal.open(processOf(100), folder);
    await live.begin(localEndpoint, partial);
    const other = await PartialJournal.open(processOf(200, [100]), folder);
    expect(await other.leftovers(localEndpoint)).toEqual([]);
  });

  it('knows a former process that had our own number, as in containers', async () => {
    const folder = await temporaryFolder();
    await (await PartialJournal.open(processOf(1, [1], 7), folder)).begin(localEndpoint, partial);
    const reborn = await PartialJournal.open(processOf(1, [1], 8), folder);
    expect(await reborn.leftovers(localEndpoint)).toHaveLength(1);
  });

  it('keeps what belongs to another endpoint for a run that goes there', async () => {
    const folder = await temporaryFolder();
    await (await PartialJournal.open(processOf(100), folder)).begin(localEndpoint, partial);
    const elsewhere = {
      ...localEndpoint,
      columns: { ...localEndpoint.columns, protocol: 'ftp' as const, host: 'acme' },
    };
    const next = await PartialJournal.open(processOf(200), folder);
    expect(await next.leftovers(elsewhere)).toEqual([]);
    expect(await next.leftovers(localEndpoint)).toHaveLength(1);
  });

  it('leaves no file behind when everything was settled', async () => {
    const folder = await temporaryFolder();
    const journal = await PartialJournal.open(processOf(100), folder);
    const settle = await journal.begin(localEndpoint, partial);
    await settle();
    await journal.close();
    expect(await readdir(join(folder, 'partials'))).toEqual([]);
  });

  it('reads past a line that a kill tore', async () => {
    const folder = await temporaryFolder();
    const platform = processOf(100);
    await (await PartialJournal.open(platform, folder)).begin(localEndpoint, partial);
    const [name] = await readdir(join(folder, 'partials'));
    const file = await platform.files.open(join(folder, 'partials', name ?? ''), 'append');
    await file.write([Buffer.from('{"begin":"x","endp')], 0);
    await file.close();
    const next = await PartialJournal.open(processOf(200), folder);
    expect(await next.leftovers(localEndpoint)).toHaveLength(1);
  });
});
