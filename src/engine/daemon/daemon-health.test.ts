import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { TransferError } from '../../core/transfer-error.js';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import { nodeSurroundings } from '../surroundings.js';
import { startDaemon } from './daemon.js';
import { readRuleSettings } from './rule-settings.js';

it('the store is not well while it takes no alarm, and is again when the alarm is over', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, 'tallyman.yaml'),
    'clientLog: { folder: ./logs }\nstateFolder: ./state\napi: { enabled: false }\nrules:\n  one: { on: { manual: {} }, do: [{ fail: x }] }\n',
  );
  const surroundings = nodeSurroundings({ environment: {}, workFolder: folder, warn: () => undefined });
  const { platform } = surroundings;
  const daemon = await startDaemon({
    settings: await readRuleSettings({}, surroundings),
    surroundings,
    openStore: (file) => openSqliteStore({ file, access: 'write', platform }),
    flags: {},
    version: 'test',
    watchesSettings: false,
  });
  onTestFinished(() => daemon.stop());
  const { alarms } = daemon.store;
  const raise = alarms.raise.bind(alarms);
  const text = 'the disk is full';
  alarms.raise = () =>
    Promise.reject(new TransferError({ code: 'STORE_FAILED', lastCode: -1, phase: 'store', message: text }));
  await writeFile(join(folder, 'tallyman.yaml'), 'rules: [');
  await daemon.reload('test');
  const store = async () => (await daemon.health()).find(({ name }) => name === 'store');
  expect(await store()).toMatchObject({ isOk: false, text: expect.stringContaining('not valid') as string });
  alarms.raise = raise;
  await daemon.reload('test');
  expect(await store()).toMatchObject({ isOk: true });
});
