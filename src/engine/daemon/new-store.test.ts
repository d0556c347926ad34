import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { daemonIn, surroundingsIn } from './daemon.testing.js';

const SETTINGS = 'clientLog: { folder: ./logs }\nstateFolder: ./state\napi: { enabled: false }\n';

/** Starts a daemon there and stops it: what it warned of, and its open alarms. */
async function lifeIn(folder: string) {
  const warnings: string[] = [];
  const daemon = await daemonIn(surroundingsIn(folder, (text) => void warnings.push(text)));
  const alarms = (await daemon.store.alarms.open()).map(({ cause, text }) => ({ cause, text }));
  await daemon.stop();
  return { warnings, alarms };
}

async function house(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
  await mkdir(join(folder, 'logs'));
  return folder;
}

it('a store that is begun anew beside a log of days before is told once, and stays an alarm until the next start', async () => {
  const folder = await house();
  for (const name of ['cl200107.log', 'cl200105.log', 'notes.txt']) {
    await writeFile(join(folder, 'logs', name), '');
  }
  const text = expect.stringMatching(
    /store\.sqlite was not there .*goes back to cl200105\.log: .*mount it/,
  ) as string;
  expect(await lifeIn(folder)).toEqual({ warnings: [text], alarms: [{ cause: 'storeNew', text }] });
  expect(await lifeIn(folder)).toEqual({ warnings: [], alarms: [] });
  await rm(join(folder, 'state'), { recursive: true });
  expect(await lifeIn(folder)).toMatchObject({ warnings: [text] });
});

it('the first start of all is told of nothing', async () => {
  const folder = await house();
  await writeFile(join(folder, 'logs', 'notes.txt'), '');
  expect(await lifeIn(folder)).toEqual({ warnings: [], alarms: [] });
});
