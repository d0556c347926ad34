import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeFileUse } from '../engine/platform/node-file-use.js';
import { nodeFolderHints } from '../engine/platform/node-folder-hints.js';
import type { FolderTrigger } from '../rules/triggers/trigger.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { folderTrigger, ruleNamed } from './folder-scene.testing.js';
import { FolderSource } from './folder-source.js';
import { LookLanes } from './look-lanes.js';
import { MemorySink } from './trigger-sink.testing.js';

/** Tells when an event came. */
class WaitingSink extends MemorySink {
  #wake = (): void => undefined;

  override async emit(events: readonly TriggerEvent[]): Promise<number> {
    const count = await super.emit(events);
    this.#wake();
    return count;
  }

  async until(count: number): Promise<readonly string[]> {
    while (this.events.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.events.map(({ file }) => file?.path ?? '');
  }
}

async function watched(
  changes: Partial<FolderTrigger>,
): Promise<{ folder: string; sink: WaitingSink; source: FolderSource }> {
  const folder = await temporaryFolder();
  const store = openMemoryStore();
  const sink = new WaitingSink();
  const source = new FolderSource({
    rule: ruleNamed('send'),
    // The sweep is far away: only the hints of the system make it look.
    trigger: folderTrigger(folder, { settleMs: 30, sweepMs: 3_600_000, ...changes }),
    sink,
    services: {
      platform: testPlatform(),
      store,
      hints: nodeFolderHints,
      fileUse: nodeFileUse,
      lanes: new LookLanes(),
    },
  });
  onTestFinished(async () => {
    await source.stop();
    await store.close();
  });
  return { folder, sink, source };
}

describe('a folder on the disk', () => {
  it('is looked at as the system tells of files, also in folders that came later', async () => {
    const { folder, sink, source } = await watched({ subfolders: true });
    await source.lookNow();
    await source.start();
    await writeFile(join(folder, 'a.xml'), 'a');
    expect(await sink.until(1)).toEqual([join(folder, 'a.xml')]);
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub/b.xml'), 'b');
    expect((await sink.until(2)).at(-1)).toBe(join(folder, 'sub/b.xml'));
    await writeFile(join(folder, 'sub/c.xml'), 'c');
    expect((await sink.until(3)).at(-1)).toBe(join(folder, 'sub/c.xml'));
  });

  it('fires once the done-file has come', async () => {
    const { folder, sink, source } = await watched({ doneFile: '%FS.BASE_FILE_NAME%.ok', settleMs: 0 });
    await writeFile(join(folder, 'a.xml'), 'a');
    await source.lookNow();
    expect(sink.events).toEqual([]);
    expect(await source.looked(10)).toMatchObject([
      { path: join(folder, 'a.xml'), state: 'notYet', reason: 'done-file a.ok is missing' },
    ]);
    await writeFile(join(folder, 'a.ok'), '');
    expect(await sink.until(1)).toEqual([join(folder, 'a.xml')]);
  });

  it('takes hostile names for what they are, and says why others do not count', async () => {
    const { folder, sink, source } = await watched({ settleMs: 0, include: ['*.xml'] });
    const long = `${'x'.repeat(251)}.xml`;
    const names = [long, 'new\nline.xml', '-rf.xml', '%FS.PATH%.xml', 'a;b.xml', 'back\\slash.xml'];
    for (const name of names) await writeFile(join(folder, name), 'x');
    await writeFile(join(folder, 'a.txt'), 'x');
    await writeFile(join(folder, '.b.xml.0a1b2c3d.tally'), 'x');
    await symlink('/etc/passwd', join(folder, 'out.xml'));
    await symlink(join(folder, 'a;b.xml'), join(folder, 'in.xml'));
    execFileSync('sh', ['-c', 'printf x > "$1/$(printf \'bad\\377.xml\')"', 'sh', folder]);
    await source.lookNow();
    const fired = sink.events.map(({ file }) => file?.path ?? '').sort();
    expect(fired).toEqual([...names, 'in.xml'].map((name) => join(folder, name)).sort());
    const reasons = new Map(
      (await source.looked(100)).map(({ path, reason }) => [path.slice(folder.length + 1), reason]),
    );
    expect(reasons.get('a.txt')).toBe('not in include *.xml');
    expect(reasons.get('.b.xml.0a1b2c3d.tally')).toBe('a copy of ours on its way');
    expect(reasons.get('out.xml')).toBe('a link that leads out of the folder, to /etc/passwd');
    expect(reasons.get('bad\ufffd.xml')).toMatch(/^its name is not UTF-8/);
  });
});
