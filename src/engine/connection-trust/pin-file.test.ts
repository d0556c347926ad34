import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { SettingsError } from '../../settings/settings-error.js';
import { preparePins, writePins } from './pin-file.js';

const A = `SHA256:${'a'.repeat(43)}`;
const TEXT = 'connections:\n  acme:   # ours\n    url: sftp://a@b\n';
const edit = { connection: 'acme', key: 'hostKeys', fingerprints: [A] } as const;

async function settingsIn(folder: string, text: string | Buffer = TEXT): Promise<string> {
  const file = join(folder, 'tallyman.yaml');
  await writeFile(file, text);
  return file;
}

it('the file is replaced in one step, with its rights, and nothing else stays in the folder', async () => {
  const folder = await temporaryFolder();
  const file = await settingsIn(folder);
  await chmod(file, 0o640);
  await writePins(await preparePins({ file }, edit));
  expect(await readFile(file, 'utf8')).toBe(`${TEXT}    hostKeys: ["${A}"]\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(await readdir(folder)).toEqual(['tallyman.yaml']);
});

it('a link stays a link', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'real'));
  const real = await settingsIn(join(folder, 'real'));
  const file = join(folder, 'tallyman.yaml');
  await symlink(real, file);
  await writePins(await preparePins({ file }, edit));
  expect(await readlink(file)).toBe(real);
  expect(await readFile(real, 'utf8')).toContain(A);
});

it('what somebody changed meanwhile is left as it is', async () => {
  const folder = await temporaryFolder();
  const file = await settingsIn(folder);
  const change = await preparePins({ file }, edit);
  await writeFile(file, `${TEXT}# new\n`);
  await expect(writePins(change)).rejects.toThrow(/changed the file meanwhile/);
  expect(await readFile(file, 'utf8')).toBe(`${TEXT}# new\n`);
  expect(await readdir(folder)).toEqual(['tallyman.yaml']);
});

it('a file that cannot be replaced is told, and left', async () => {
  const folder = await temporaryFolder();
  const file = await settingsIn(folder);
  const change = await preparePins({ file }, edit);
  const gone = { ...change, file: join(folder, 'gone', 'tallyman.yaml') };
  await expect(writePins(gone)).rejects.toThrow(SettingsError);
  expect(await readFile(file, 'utf8')).toBe(TEXT);
});

it('bytes that are no UTF-8 are not touched', async () => {
  const file = await settingsIn(await temporaryFolder(), Buffer.from(`${TEXT}# M\xfcller\n`, 'latin1'));
  await expect(preparePins({ file }, edit)).rejects.toThrow(/not UTF-8/);
});
