import assert from 'node:assert/strict';
import { joinRemote, remotePath, type RemotePath } from '../../../src/core/remote-path.js';
import { TransferError } from '../../../src/core/transfer-error.js';
import { chunks, collect, KeepingSink, namesOf, noise } from '../bytes.js';
import type { Case, CaseContext } from '../protocol-case.js';

/** Names that partners give their files, and that a server, a listing or our own code may trip over. */
const NAMES: Readonly<Record<string, string>> = {
  'blanks within': 'two  blanks.txt',
  'a leading blank': ' leading.txt',
  'a trailing blank': 'trailing ',
  quotes: `it's "quoted" and \`ticked\`.txt`,
  'the marks of a URL': 'a#b?c%d&e=f+g@h.txt',
  'a semicolon': 'semi; colon;.txt',
  'what looks like an escape': 'percent%3Bname%0D%0A.txt',
  wildcards: '[a]*{b}~!$HOME.txt',
  'umlauts in normal form C': 'Größe-é-Ü.txt'.normalize('NFC'),
  'umlauts in normal form D': 'Größe-é-Ü.txt'.normalize('NFD'),
  emoji: '📦🚢 crate.txt',
  'letters of Asia': '日本語-한국어-ไทย.txt',
  'a leading dash': '-rf --help',
  'a leading dot': '.hidden',
  'a trailing dot': 'ends with a dot.',
  'two dots within': 'a..b',
  '200 bytes': 'n'.repeat(196) + '.txt',
  '200 bytes of two each': 'ü'.repeat(100),
  'what looks like a listing': '-rw-r--r-- 1 root root 5 Jan 1 00:00 x -> y',
};

const DEPTH = 30;
const CONTROL_CHARACTERS = ['\r', '\n', '\r\nDELE a', '\0', '\u001b', '\u007f', '\u0085', '\u2028'];

export const pathCases: readonly Case[] = [
  ...Object.entries(NAMES).map(([what, name]): Case => ({
    name: `a name with ${what} goes through every verb as it is`,
    run: (ctx) => fileRound(ctx, name),
  })),
  ...Object.entries(NAMES).map(([what, name]): Case => ({
    name: `a folder name with ${what} goes through every verb as it is`,
    asks: 'folders',
    run: (ctx) => folderRound(ctx, name),
  })),
  {
    name: `${DEPTH} folders in each other are made, used and removed`,
    asks: 'folders',
    run: async (ctx) => {
      const names = Array.from({ length: DEPTH }, (_, index) => `folder-${index}`);
      const paths = names.map((_, index) => names.slice(0, index + 1).join('/'));
      for (const path of paths) await ctx.client.makeFolder(ctx.at(path), ctx.call);
      const deepest = paths.at(-1)!;
      await fileRound(ctx, 'file', deepest);
      for (const path of paths.toReversed()) await ctx.client.removeFolder(ctx.at(path), ctx.call);
      assert.deepEqual(ctx.disk.names(), []);
    },
  },
  {
    name: 'a control character is refused as NAME_REFUSED before there is a path',
    run: async (ctx) => {
      for (const bad of CONTROL_CHARACTERS) {
        expectRefusedName(() => ctx.at(`a${bad}b`));
        expectRefusedName(() => joinRemote(ctx.folder, `a${bad}b`));
      }
    },
  },
  {
    name: 'a relative path begins in the login folder, whatever was listed or entered before',
    needs: 'loginFolder',
    run: async (ctx) => {
      ctx.disk.makeFolder('inner');
      for (const name of ['-la', 'plain', '.dot']) {
        if (ctx.client.capabilities.listing) await collect(ctx.client.list(ctx.at('inner'), ctx.call));
        await ctx.client.stat(ctx.at('inner'), ctx.call);
        await relativeRound(ctx, remotePath(name));
      }
    },
  },
  {
    name: 'the empty path is the login folder',
    asks: 'listing',
    needs: 'loginFolder',
    run: async (ctx) => {
      const here = namesOf(await collect(ctx.client.list(remotePath(''), ctx.call)));
      assert.ok(here.includes(ctx.folder.slice(ctx.folder.lastIndexOf('/') + 1)), here.join());
      assert.equal((await ctx.client.stat(remotePath(''), ctx.call)).kind, 'folder');
    },
  },
];

/** Every verb of a file, each compared with the disk. */
async function fileRound({ client, at, disk, call }: CaseContext, name: string, below = ''): Promise<void> {
  const inFolder = (file: string) => (below === '' ? file : `${below}/${file}`);
  const path = joinRemote(at(below === '' ? '.' : below), name);
  const content = noise(1_000);
  await client.write(path, chunks(content), call);
  assert.deepEqual(disk.names(below), [name], 'on the disk after the write');
  assert.ok(disk.read(inFolder(name)).equals(content), 'the content on the disk');

  if (client.capabilities.listing) {
    const entries = await collect(client.list(at(below === '' ? '.' : below), call));
    assert.deepEqual(
      entries.map((listed) => [listed.name, listed.kind, listed.sizeBytes]),
      [[name, 'file', 1_000]],
    );
  }
  const entry = await client.stat(path, call);
  assert.deepEqual([entry.name, entry.kind, entry.sizeBytes], [name, 'file', 1_000]);
  const sink = new KeepingSink();
  await client.read(path, sink, call);
  assert.ok(sink.bytes.equals(content), 'the content as read');

  if (client.capabilities.rename) {
    await client.rename(path, at(inFolder('plain')), { ...call, replace: false });
    assert.deepEqual(disk.names(below), ['plain'], 'on the disk after the rename');
    await client.rename(at(inFolder('plain')), path, { ...call, replace: false });
    assert.deepEqual(disk.names(below), [name], 'on the disk after the rename back');
  }
  await client.remove(path, call);
  assert.deepEqual(disk.names(below), [], 'on the disk after the removal');
}

async function folderRound({ client, folder, at, disk, call }: CaseContext, name: string): Promise<void> {
  const path = joinRemote(folder, name);
  await client.makeFolder(path, call);
  assert.ok(disk.isFolder(name));
  await client.write(joinRemote(path, 'inner'), chunks(noise(10)), call);
  assert.deepEqual(namesOf(await collect(client.list(path, call))), ['inner']);
  assert.equal((await client.stat(path, call)).kind, 'folder');
  const [entry] = await collect(client.list(folder, call));
  assert.deepEqual([entry?.name, entry?.kind], [name, 'folder']);
  await client.remove(joinRemote(path, 'inner'), call);
  await client.rename(path, at('plain'), { ...call, replace: false });
  await client.rename(at('plain'), path, { ...call, replace: false });
  await client.removeFolder(path, call);
  assert.deepEqual(disk.names(), []);
}

async function relativeRound(ctx: CaseContext, name: RemotePath): Promise<void> {
  const { client, call } = ctx;
  const onDisk = `../${name}`;
  await client.write(name, chunks(noise(77)), call);
  assert.ok(ctx.disk.read(onDisk).equals(noise(77)), `${name} lies in the login folder`);
  assert.equal((await client.stat(name, call)).sizeBytes, 77);
  const other = client.capabilities.rename ? remotePath('-other') : name;
  if (other !== name) await client.rename(name, other, { ...call, replace: false });
  const sink = new KeepingSink();
  await client.read(other, sink, call);
  assert.equal(sink.bytes.length, 77);
  await client.remove(other, call);
  assert.ok(!ctx.disk.has(`../${other}`));
}

function expectRefusedName(make: () => unknown): void {
  assert.throws(make, (error) => error instanceof TransferError && error.code === 'NAME_REFUSED');
}
