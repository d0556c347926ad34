import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { SettingsError } from '../../settings/settings-error.js';
import { openTraceFile } from './trace-file.js';

it('is made for its owner only, and each line is there at once', async () => {
  const path = join(await temporaryFolder(), 'wire.log');
  const write = openTraceFile(path, () => undefined);
  write('one\n');
  expect(await readFile(path, 'utf8')).toBe('one\n');
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('is appended to', async () => {
  const path = join(await temporaryFolder(), 'wire.log');
  await writeFile(path, 'of yesterday\n');
  openTraceFile(path, () => undefined)('of today\n');
  expect(await readFile(path, 'utf8')).toBe('of yesterday\nof today\n');
});

it('a file that cannot be written is refused before anything moves, by the name of the flag', async () => {
  const path = join(await temporaryFolder(), 'a-folder');
  await mkdir(path);
  await chmod(path, 0o700);
  expect(() => openTraceFile(path, () => undefined)).toThrow(SettingsError);
  expect(() => openTraceFile(path, () => undefined)).toThrow(
    /^--trace {2}cannot write .*a-folder \(EISDIR\)$/,
  );
});

it.runIf(process.platform === 'linux')('a full disk is told once, and nothing breaks', () => {
  const warnings: string[] = [];
  const write = openTraceFile('/dev/full', (text) => warnings.push(text));
  write('one\n');
  write('two\n');
  expect(warnings).toEqual(['the trace ends here: /dev/full cannot be written (ENOSPC)']);
});
