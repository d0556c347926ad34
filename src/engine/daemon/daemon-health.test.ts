import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { TransferError } from '../../core/transfer-error.js';
import { daemonIn, surroundingsIn } from './daemon.testing.js';

it('the store is not well while it takes no alarm, and is again when the alarm is over', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, 'tallyman.yaml'),
    'clientLog: { folder: ./logs }\nstateFolder: ./state\napi: { enabled: false }\nrules:\n  one: { on: { manual: {} }, do: [{ fail: x }] }\n',
  );
  const daemon = await daemonIn(surroundingsIn(folder));
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
