import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEndpoint, runBatchFixture, type BatchFixture } from '../../test/platform/batch-fixture.js';
import { LimitedPools, type LimitedHooks, type Limits } from '../../test/platform/limited-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { TransferError } from '../core/transfer-error.js';
import type { Endpoint } from './endpoint.js';

const CONTENT = 'content '.repeat(1000);

/** A server without renames, as the partner sees it. */
const server: Endpoint = { ...localEndpoint, label: 'limited' };

async function scene(limits: Limits, hooks: LimitedHooks = {}) {
  const root = await temporaryFolder();
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await mkdir(from);
  await mkdir(to);
  await writeFile(join(from, 'a.xml'), CONTENT);
  const platform = testPlatform();
  const pools = new LimitedPools(server, platform, limits, hooks);
  const copy = (changes: Partial<BatchFixture> = {}) =>
    runBatchFixture(platform, {
      source: `${from}/a.xml`,
      destination: `${to}/a.xml`,
      destinationEndpoint: server,
      pools,
      ...changes,
    });
  return { from, to, copy };
}

const cut = () =>
  new TransferError({ code: 'CONNECTION_LOST', lastCode: 10054, phase: 'write', message: 'cut' });
const refusal = () => new TransferError({ code: 'REFUSED', lastCode: 403, phase: 'write', message: 'no' });

/** Lets the first write through up to its middle, and cuts it then. */
function cutOnce(error: () => TransferError): { readonly hooks: LimitedHooks; readonly wrote: string[] } {
  const wrote: string[] = [];
  const hooks: LimitedHooks = {
    before: async (verb, path) => {
      if (verb !== 'write') return;
      wrote.push(path);
      if (wrote.length > 1) return;
      await writeFile(path, CONTENT.slice(0, 100));
      throw error();
    },
  };
  return { hooks, wrote };
}

describe('a server that cannot rename', () => {
  const limits = { rename: false, resumeWrite: false };

  it('gets the file under its final name at once, and the outcome says so', async () => {
    const notes: string[] = [];
    const { to, copy } = await scene(limits);
    const run = await copy({
      observer: { fileSettled: (_, outcome) => void ('notes' in outcome && notes.push(...outcome.notes)) },
    });
    expect(run.lines).toEqual(['0 0']);
    expect(await readdir(to)).toEqual(['a.xml']);
    expect(notes.join()).toContain('under its final name at once');
  });

  it('keeps its old file when the write is refused before it began', async () => {
    const { to, copy } = await scene(limits, {
      before: (verb) => {
        if (verb === 'write') throw refusal();
      },
    });
    await writeFile(join(to, 'a.xml'), 'the old one');
    const run = await copy();
    expect(run.lines).toEqual(['1 403']);
    expect(await readFile(join(to, 'a.xml'), 'utf8')).toBe('the old one');
  });

  it('gets rid of our half when there is no further attempt', async () => {
    const { to, copy } = await scene(limits, cutOnce(cut).hooks);
    const run = await copy();
    expect(run.lines).toEqual(['1 10054']);
    expect(await readdir(to)).toEqual([]);
    expect(run.result.leftovers).toEqual([]);
  });

  it.each(['skip', 'fail', 'numerate'] as const)(
    'does not take our own half for a file of the partner (%s)',
    async (overwrite) => {
      const { to, copy } = await scene(limits, cutOnce(cut).hooks);
      const run = await copy({ transfer: { retries: 1, overwrite } });
      expect(run.lines).toEqual(['1 10054', '0 0']);
      expect(await readdir(to)).toEqual(['a.xml']);
      expect(await readFile(join(to, 'a.xml'), 'utf8')).toBe(CONTENT);
    },
  );

  it.each([
    ['skip', ['a.xml'], { skipped: 1 }],
    ['fail', ['a.xml'], { failed: 1 }],
    ['numerate', ['Copy of a.xml', 'a.xml'], { succeeded: 1 }],
  ] as const)(
    'a name that is taken in the last moment is not overwritten (%s)',
    async (overwrite, names, result) => {
      let isTaken = false;
      const { to, copy } = await scene(limits, {
        before: async (verb, path) => {
          if (verb !== 'write' || isTaken) return;
          isTaken = true;
          await writeFile(path, 'the other one');
        },
      });
      const run = await copy({ transfer: { overwrite } });
      expect(run.result).toMatchObject(result);
      expect((await readdir(to)).sort()).toEqual(names);
      expect(await readFile(join(to, 'a.xml'), 'utf8')).toBe('the other one');
    },
  );
});

describe('a server whose writes show only once they are whole', () => {
  const limits = { rename: false, wholeWrites: true, folders: false };

  it('gets the file without a temporary name, and no folder is made', async () => {
    const verbs: string[] = [];
    const { from, to, copy } = await scene(limits, { before: (verb) => void verbs.push(verb) });
    const run = await copy({ source: from, destination: to, recursive: true });
    expect(run.lines).toEqual(['0 0']);
    expect(verbs).toEqual(['write']);
    expect(await readdir(to)).toEqual(['a.xml']);
  });

  it('keeps its old file, untouched, through a failure', async () => {
    const removed: string[] = [];
    const { to, copy } = await scene(limits, {
      before: (verb, path) => {
        if (verb === 'remove') removed.push(path);
        if (verb === 'write') throw cut();
      },
    });
    await writeFile(join(to, 'a.xml'), 'the old one');
    await copy({ transfer: { retries: 1 } });
    expect(await readFile(join(to, 'a.xml'), 'utf8')).toBe('the old one');
    expect(removed).toEqual([]);
  });
});
