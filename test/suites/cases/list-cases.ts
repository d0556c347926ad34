import assert from 'node:assert/strict';
import type { RemoteEntry } from '../../../src/protocols/protocol-client.js';
import { collect, namesOf, noise } from '../bytes.js';
import { manyEntries } from '../many-entries.js';
import type { Case, CaseContext } from '../protocol-case.js';

/** On a full minute, and old enough that a listing may leave out the time of day. */
const LONG_AGO = Date.UTC(2021, 2, 4, 5, 6);

const cases: readonly Case[] = [
  {
    name: 'an empty folder lists nothing',
    run: async (ctx) => {
      assert.deepEqual(await collect(ctx.client.list(ctx.folder, ctx.call)), []);
    },
  },
  {
    name: '5,000 entries are listed, each once',
    run: async (ctx) => {
      const { folder, names } = manyEntries(ctx.target);
      assert.deepEqual(namesOf(await collect(ctx.client.list(folder, ctx.call))), [...names].sort());
    },
  },
  {
    name: 'a missing folder is NOT_FOUND',
    run: async (ctx) => {
      const error = await ctx.refusal(collect(ctx.client.list(ctx.at('none'), ctx.call)));
      assert.equal(error.code, 'NOT_FOUND');
      expectOneOf(ctx.target.codes.missing, error.lastCode);
    },
  },
  {
    name: 'a file where a folder should be is NOT_A_FOLDER',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      const error = await ctx.refusal(collect(ctx.client.list(ctx.at('file'), ctx.call)));
      assert.equal(error.code, 'NOT_A_FOLDER');
      expectOneOf([...ctx.target.codes.refused, ...ctx.target.codes.missing], error.lastCode);
    },
  },
  {
    name: 'who stops early gets back a session that works or says that it is lost',
    run: async (ctx) => {
      for await (const entry of ctx.client.list(manyEntries(ctx.target).folder, ctx.call)) {
        assert.match(entry.name, /^entry-/);
        break;
      }
      await expectUsableOrLost(ctx);
    },
  },
  {
    name: 'a listing that is never begun leaves the session usable',
    run: async (ctx) => {
      await ctx.client.list(ctx.folder, ctx.call)[Symbol.asyncIterator]().return?.();
      assert.equal((await ctx.client.stat(ctx.folder, ctx.call)).kind, 'folder');
    },
  },
  {
    name: 'kinds and sizes are right, and hidden files are there too',
    run: async (ctx) => {
      ctx.disk.write('file', noise(12_345));
      ctx.disk.write('.dot', '');
      ctx.disk.makeFolder('folder');
      ctx.disk.makeFolder('.dots');
      const found = await entriesByName(ctx);
      assert.deepEqual([...found.keys()].sort(), ['.dot', '.dots', 'file', 'folder']);
      assert.deepEqual(kindAndSize(found.get('file')), ['file', 12_345]);
      assert.deepEqual(kindAndSize(found.get('.dot')), ['file', 0]);
      assert.equal(found.get('folder')?.kind, 'folder');
      assert.equal(found.get('.dots')?.kind, 'folder');
    },
  },
  {
    name: 'a link is shown as one, or as what it leads to, and never as something else',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      ctx.disk.makeFolder('folder');
      ctx.disk.link('to-file', 'file');
      ctx.disk.link('to-folder', 'folder');
      ctx.disk.link('to-nothing', 'nothing');
      const found = await entriesByName(ctx);
      expectOneOf(['link', 'file'], found.get('to-file')?.kind);
      expectOneOf(['link', 'folder'], found.get('to-folder')?.kind);
      // Some servers leave out what leads nowhere.
      expectOneOf(['link', undefined], found.get('to-nothing')?.kind);
    },
  },
  {
    name: 'times are right as far as they say to be exact',
    run: async (ctx) => {
      ctx.disk.write('old', 'x');
      ctx.disk.setTime('old', LONG_AGO);
      const now = Date.now();
      ctx.disk.write('new', 'x');
      ctx.disk.setTime('new', now);
      const found = await entriesByName(ctx);
      expectTime(found.get('old'), LONG_AGO);
      expectTime(found.get('new'), now);
    },
  },
  {
    name: 'no line of a plain listing is warned about',
    run: async (ctx) => {
      ctx.disk.write('a b', 'x');
      ctx.disk.makeFolder('folder');
      const warnings: string[] = [];
      const onWarning = (text: string) => void warnings.push(text);
      await collect(ctx.client.list(ctx.folder, { ...ctx.call, onWarning }));
      assert.deepEqual(warnings, []);
    },
  },
  {
    name: 'a folder is listed again as it is then',
    run: async (ctx) => {
      ctx.disk.write('first', '');
      assert.deepEqual([...(await entriesByName(ctx)).keys()], ['first']);
      ctx.disk.write('second', '');
      assert.deepEqual([...(await entriesByName(ctx)).keys()].sort(), ['first', 'second']);
    },
  },
  {
    name: 'a folder that may not be read is refused',
    needs: 'forbidReading',
    run: async (ctx) => {
      ctx.disk.makeFolder('closed');
      ctx.onEnd(ctx.target.powers.forbidReading!(ctx.disk.at('closed')));
      const error = await ctx.refusal(collect(ctx.client.list(ctx.at('closed'), ctx.call)));
      expectOneOf(['PERMISSION_DENIED', 'REFUSED'], error.code);
      expectOneOf(ctx.target.codes.forbidden, error.lastCode);
    },
  },
];

export const listCases: readonly Case[] = cases.map((one) => ({ ...one, asks: 'listing' }));

async function entriesByName(ctx: CaseContext): Promise<Map<string, RemoteEntry>> {
  const entries = await collect(ctx.client.list(ctx.folder, ctx.call));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  assert.equal(byName.size, entries.length, 'each entry once');
  return byName;
}

function kindAndSize(entry: RemoteEntry | undefined): unknown[] {
  return [entry?.kind, entry?.sizeBytes];
}

/** The time is known, and not further off than it admits. */
export function expectTime(entry: RemoteEntry | undefined, expectedMs: number): void {
  const { modifiedMs, precisionMs } = entry ?? {};
  assert.ok(modifiedMs !== undefined && precisionMs !== undefined, 'the time is told');
  const offMs = Math.abs(modifiedMs - expectedMs);
  assert.ok(offMs <= precisionMs, `${offMs} ms off, exact to ${precisionMs} ms`);
}

export function expectOneOf<T>(allowed: readonly T[], value: T): void {
  assert.ok(allowed.includes(value), `${String(value)} is none of ${allowed.join(', ')}`);
}

/** After a call was broken off: the session answers, or says that it is lost and holds nothing open. */
export async function expectUsableOrLost(ctx: CaseContext): Promise<void> {
  try {
    await ctx.client.stat(ctx.folder, ctx.call);
  } catch (thrown) {
    const error = ctx.checked(thrown);
    assert.ok(error.sessionLost, `neither usable nor lost: ${error.message}`);
    await ctx.traffic.nothingOpen();
  }
}
