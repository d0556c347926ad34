import { describe, expect, it } from 'vitest';
import { TransferError } from '../core/transfer-error.js';
import { FolderScene } from './folder-scene.testing.js';
import { settled } from './jumping-clock.testing.js';

describe('a watched folder', () => {
  it('fires for a file that lay there before the first start, once it stayed the same', async () => {
    const scene = new FolderScene();
    scene.write('a.xml', 7);
    const source = await scene.started();
    await scene.clock.pass(4999);
    expect(scene.fired).toEqual([]);
    await scene.clock.pass(1);
    expect(scene.sink.events).toMatchObject([
      {
        rule: 'send',
        trigger: 'folder',
        file: { connection: '', path: '/share/out/a.xml', folder: '/share/out', sizeBytes: 7 },
        values: { 'FS.MONITOR_OPERATION': 'added' },
      },
    ]);
    await scene.clock.pass(600_000);
    expect(scene.fired).toEqual(['a.xml']);
    await source.stop();
  });

  it('waits while a file grows, and as long again after it stopped', async () => {
    const scene = new FolderScene();
    const source = await scene.started();
    for (let size = 1; size <= 10; size += 1) {
      scene.write('a.xml', size);
      scene.folder.hint('/share/out/a.xml');
      await scene.clock.pass(4000);
    }
    expect(scene.fired).toEqual([]);
    await scene.clock.pass(1100);
    expect(scene.sink.events.map(({ file }) => file?.sizeBytes)).toEqual([10]);
    await source.stop();
  });

  it('fires within the settle time and a blink after a hint', async () => {
    const scene = new FolderScene();
    const source = await scene.started({ settleMs: 200 });
    await scene.clock.pass(1000);
    scene.write('a.xml');
    scene.folder.hint('/share/out/a.xml');
    await scene.clock.pass(225);
    expect(scene.fired).toEqual(['a.xml']);
    await source.stop();
  });

  it('fires again for a new version with events: changed, and never with events: new', async () => {
    for (const events of ['changed', 'new'] as const) {
      const scene = new FolderScene();
      const source = await scene.started({ events });
      scene.write('a.xml', 1);
      await scene.clock.pass(120_000);
      scene.write('a.xml', 2);
      await scene.clock.pass(120_000);
      expect(scene.fired).toEqual(events === 'changed' ? ['a.xml', 'a.xml'] : ['a.xml']);
      const operations = scene.sink.events.map(({ values }) => values['FS.MONITOR_OPERATION']);
      expect(operations).toEqual(events === 'changed' ? ['added', 'changed'] : ['added']);
      await source.stop();
    }
  });
});

describe('a share that fails', () => {
  for (const mood of ['ENOENT', 'EIO', 'EACCES'] as const) {
    it(`tells of ${mood} once, forgets nothing, and fires nothing again when it is back`, async () => {
      const scene = new FolderScene();
      scene.write('a.xml');
      const source = await scene.started();
      await scene.clock.pass(10_000);
      scene.folder.mood = mood;
      await scene.clock.pass(300_000);
      expect(scene.sink.told.filter((text) => text.startsWith('failed'))).toEqual([
        'failed send folder:/share/out FOLDER_FAILED',
      ]);
      expect(source.failure?.message).toContain('/share/out');
      scene.folder.mood = 'well';
      scene.write('b.xml');
      await scene.clock.pass(70_000);
      expect(scene.sink.told).toContain('recovered send folder:/share/out');
      expect(scene.fired).toEqual(['a.xml', 'b.xml']);
      await source.stop();
    });
  }

  it('is given up when it hangs, is left alone until it answers, and stops at once', async () => {
    const scene = new FolderScene();
    scene.folder.mood = 'hangs';
    const source = await scene.started({ scanTimeoutMs: 30_000 });
    await scene.clock.pass(29_000);
    expect(scene.sink.told).toEqual([]);
    await scene.clock.pass(600_000);
    expect(source.failure?.message).toBe('folder /share/out: it gave no answer for 30 s');
    expect(scene.folder.hanging).toBe(1);
    scene.write('a.xml');
    scene.folder.recover();
    await settled();
    await scene.clock.pass(70_000);
    expect(scene.fired).toEqual(['a.xml']);
    scene.folder.mood = 'hangs';
    await scene.clock.pass(70_000);
    scene.write('b.xml');
    await source.stop();
    scene.folder.recover();
    await scene.clock.pass(600_000);
    expect(scene.fired).toEqual(['a.xml']);
    expect(scene.clock.timers).toBe(0);
  });

  it('does not believe the empty mount point of a share that is not mounted', async () => {
    const scene = new FolderScene();
    scene.folder.device = 77;
    scene.write('a.xml');
    const source = await scene.started();
    await scene.clock.pass(10_000);
    await source.stop();
    scene.folder.entries.delete('/share/out/a.xml');
    scene.folder.device = 1;
    const after = await scene.started();
    await scene.clock.pass(70_000);
    expect(after.failure?.message).toContain('its share is not mounted');
    scene.folder.device = 78;
    scene.write('b.xml');
    await scene.clock.pass(70_000);
    expect(after.failure).toBeUndefined();
    expect(scene.fired).toEqual(['a.xml', 'b.xml']);
    await after.stop();
  });

  it('keeps what is ready when the store fails, and tells of it later', async () => {
    const scene = new FolderScene();
    scene.write('a.xml');
    scene.sink.refusal = new TransferError({
      code: 'STORE_FAILED',
      lastCode: -1,
      phase: 'store',
      message: 'disk full',
    });
    const source = await scene.started();
    await scene.clock.pass(10_000);
    expect(source.failure?.code).toBe('STORE_FAILED');
    scene.sink.refusal = undefined;
    await scene.clock.pass(2000);
    expect(scene.fired).toEqual(['a.xml']);
    await source.stop();
  });
});
