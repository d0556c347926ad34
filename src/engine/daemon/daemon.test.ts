import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import type { LiveEvent } from '../../runs/live-events.js';
import { quarantineCause } from '../../runs/file-failures.js';
import type { Store } from '../../store/store.js';
import type { Daemon } from './daemon.js';
import { daemonIn, surroundingsIn } from './daemon.testing.js';

const HEAD = `clientLog: { folder: ./logs }
stateFolder: ./state
api: { enabled: false }
rules:
`;

interface Scene {
  readonly folder: string;
  readonly daemon: Daemon;
  readonly store: Store;
  writeRules(rules: string): Promise<void>;
}

async function scene(rules: string): Promise<Scene> {
  const folder = await temporaryFolder();
  const writeRules = (changed: string) =>
    writeFile(join(folder, 'tallyman.yaml'), `${HEAD}${changed.replaceAll('$', folder)}`);
  await writeRules(rules);
  const daemon = await daemonIn(surroundingsIn(folder));
  onTestFinished(() => daemon.stop());
  return { folder, daemon, store: daemon.store, writeRules };
}

/** Resolves with the next event that is meant. */
function heard(daemon: Daemon, isMeant: (event: LiveEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = daemon.live.listen((event) => {
      if (!isMeant(event)) return;
      stop();
      resolve();
    });
  });
}

async function openAlarms({ store }: Scene): Promise<readonly string[]> {
  return (await store.alarms.open()).map(({ kind }) => kind);
}

const watching = (path: string, description: string) => `  send:
    description: ${description}
    on: { folder: { path: ${path}, settle: 50ms, sweep: 1s } }
    do: [{ systemLog: { text: x } }]
`;

describe('settings that are read again', () => {
  it('are read the next time too where the store took nothing the time before', async () => {
    const { daemon, store, writeRules } = await scene('  one: { on: { manual: {} }, do: [{ fail: x }] }\n');
    const { runs } = store;
    const pauses = runs.pauses.bind(runs);
    runs.pauses = () => Promise.reject(new Error('the disk is full'));
    await writeRules('  two: { on: { manual: {} }, do: [{ fail: x }] }\n');
    await expect(daemon.reload('test')).rejects.toThrow('the disk is full');
    runs.pauses = pauses;
    await writeRules('  three: { on: { manual: {} }, do: [{ fail: x }] }\n');
    expect(await daemon.reload('test')).toMatchObject({ ok: true, added: ['three'] });
  }, 60_000);

  it.each([
    ['clientLog.folder', '{ folder: ./logs }', '{ folder: ./elsewhere }'],
    ['stateFolder', 'stateFolder: ./state', 'stateFolder: ./elsewhere'],
    ['store.file', 'rules:\n', 'store: { file: ./elsewhere.sqlite }\nrules:\n'],
  ])('do not move %s in silence while it is open', async (name, before, after) => {
    const rules = '  one: { on: { manual: {} }, do: [{ fail: x }] }\n';
    const { daemon, folder } = await scene(rules);
    const file = join(folder, 'tallyman.yaml');
    await writeFile(file, `${HEAD}${rules}`.replace(before, after));
    expect(await daemon.reload('test')).toMatchObject({
      ok: false,
      problems: [`${name} was changed: that takes a new start of the daemon`],
    });
    expect(daemon.status().settingsProblems).toHaveLength(1);
    await writeFile(file, `${HEAD}${rules}`);
    expect(await daemon.reload('test')).toMatchObject({ ok: true });
  });

  it('end the alarm of a folder that is not watched any more', async () => {
    const run = await scene(watching('$/missing', 'x'));
    if ((await openAlarms(run)).length === 0) await heard(run.daemon, ({ type }) => type === 'alarm.opened');
    expect(await openAlarms(run)).toEqual(['folderFailed']);
    await mkdir(join(run.folder, 'there'));
    await run.writeRules(watching('$/there', 'x'));
    await run.daemon.reload('test');
    expect(await openAlarms(run)).toEqual([]);
  }, 60_000);
});

describe('files that are put aside', () => {
  it('have their alarm until the last of them was released', async () => {
    const made = await scene('  one: { on: { manual: {} }, do: [{ fail: x }] }\n');
    const { daemon, store } = made;
    for (const fileKey of ['file:local:/a', 'file:local:/b']) {
      const facts = { path: '/a', reason: 'no right to it', failures: 3, sinceMs: 0 };
      await store.runs.quarantine({ rule: 'one', fileKey, ...facts });
    }
    const alarm = {
      kind: 'quarantine',
      cause: quarantineCause('one'),
      side: 'us',
      text: 'put aside',
    } as const;
    await store.alarms.raise(alarm, 0);
    expect(await daemon.releaseFile('one', 'file:local:/c', 'test')).toBe(false);
    expect(await daemon.releaseFile('one', 'file:local:/a', 'test')).toBe(true);
    expect(await openAlarms(made)).toEqual(['quarantine']);
    expect(await daemon.releaseFile('one', 'file:local:/b', 'test')).toBe(true);
    expect(await openAlarms(made)).toEqual([]);
  });
});
