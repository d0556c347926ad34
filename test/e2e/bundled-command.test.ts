import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { bundleCommand } from '../../scripts/bundle-command.mjs';

/** Within the project, so that the parts find the packages; new, so that none of an earlier build is among them. */
const FOLDER = `.cache/bundle-${process.pid}`;
const folder = join(import.meta.dirname, '../..', FOLDER);

/** They run as soon as they are loaded. */
const ENTRIES = ['tally.js', 'scan-worker.js'];

it('every part of the command can be loaded, those that few ever need too', async () => {
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await bundleCommand(FOLDER);
  const parts = (await readdir(folder)).filter((name) => name.endsWith('.js') && !ENTRIES.includes(name));
  const urls = parts.map((name) => pathToFileURL(join(folder, name)).href);
  const script = `for (const url of ${JSON.stringify(urls)}) await import(url).catch((error) => console.log(url, String(error)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(parts.length).toBeGreaterThan(50);
  expect(stdout).toBe('');
});
