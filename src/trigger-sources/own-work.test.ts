import { describe, expect, it } from 'vitest';
import type { Delivery } from '../store/ledger-store.js';
import { FolderScene, folderTrigger, MemoryEvents, ruleNamed } from './folder-scene.testing.js';
import { knowOwnResult } from './own-results.js';

const copyBesides = ruleNamed('send', {
  steps: [
    {
      kind: 'action',
      action: {
        kind: 'copy',
        from: '%FS.PATH%',
        to: '/share/out/copy-of-%FS.FILE_NAME%',
        recursive: false,
        removeSource: false,
        options: {},
      },
      ifFailed: [],
      retries: 0,
      retryDelayMs: 0,
    },
  ],
});

function delivery(scene: FolderScene, changes: Partial<Delivery> = {}): Delivery {
  return {
    id: 1,
    rule: 'send',
    source: 'local:/share/out/a.xml',
    sourceIdentity: '1:1',
    target: 'local:/share/out/copy-of-a.xml',
    state: 'delivered',
    run: 1,
    step: '0',
    claimedMs: scene.clock.now(),
    settledMs: scene.clock.now(),
    bytes: 7,
    ...changes,
  };
}

describe('a rule that works in its own folder', () => {
  it('is not started by what it delivered there, but by what others put there later', async () => {
    const scene = new FolderScene();
    scene.rule = copyBesides;
    scene.write('copy-of-a.xml', 7);
    scene.deliveries = [delivery(scene)];
    const source = await scene.started();
    await scene.clock.pass(70_000);
    expect(scene.fired).toEqual([]);
    expect(scene.events.known.size).toBe(1);
    scene.write('copy-of-a.xml', 8);
    await scene.clock.pass(70_000);
    expect(scene.fired).toEqual(['copy-of-a.xml']);
    await source.stop();
  });

  it('waits for a delivery that is under way', async () => {
    const scene = new FolderScene();
    scene.rule = copyBesides;
    scene.write('copy-of-a.xml', 7);
    scene.deliveries = [delivery(scene, { state: 'claimed' })];
    const source = await scene.started();
    await scene.clock.pass(30_000);
    expect(await source.looked(10)).toMatchObject([
      { state: 'notYet', reason: 'this rule is delivering to this path' },
    ]);
    scene.deliveries = [delivery(scene, { state: 'failed' })];
    await scene.clock.pass(10_000);
    expect(scene.fired).toEqual(['copy-of-a.xml']);
    await source.stop();
  });

  it('knows a file that it renamed before that file has its name', async () => {
    const events = new MemoryEvents();
    const rule = ruleNamed('send', { triggers: [folderTrigger('/share/out')] });
    const file = { connection: '', path: '/share/out/a.sent', sizeBytes: 3, modifiedMs: 5 };
    await knowOwnResult(events, { rule, file, nowMs: 9 });
    expect([...events.known]).toEqual(['file:local:/share/out/a.sent', 'file:local:/share/out/a.sent:3:5']);
    await knowOwnResult(events, { rule, file: { ...file, connection: 'acme' }, nowMs: 9 });
    expect(events.known.size).toBe(2);
  });
});

describe('one hanging share', () => {
  it('holds up no other folder, and no second look goes to it', async () => {
    const hanging = new FolderScene();
    const well = new FolderScene('/data/in');
    hanging.folder.device = 50;
    const first = await hanging.started();
    const second = await hanging.started();
    hanging.folder.mood = 'hangs';
    await hanging.clock.pass(300_000);
    expect(hanging.folder.hanging).toBe(1);
    expect(second.failure?.code).toBe('FOLDER_FAILED');
    Object.assign(well, { lanes: hanging.lanes });
    well.write('a.xml');
    const other = await well.started();
    await well.clock.pass(10_000);
    expect(well.fired).toEqual(['a.xml']);
    hanging.folder.recover();
    for (const source of [first, second, other]) await source.stop();
  });
});
