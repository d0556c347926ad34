import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../core/clock.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { ServerMemory } from './server-memory.js';

const acme = ftpEndpoint({ host: 'ftp.acme.example', port: 21, user: 'tally', password: 'x' });
const globex = ftpEndpoint({ host: 'ftp.globex.example', port: 21, user: 'tally', password: 'x' });
const DAY_MS = 86_400_000;

function platformAt(nowMs: number) {
  const platform = testPlatform();
  const clock: Clock = { ...platform.clock, now: () => nowMs };
  return { ...platform, clock };
}

describe('ServerMemory', () => {
  it('tells in a later process what was learnt of a server, and nothing of another', async () => {
    const folder = join(await temporaryFolder(), 'state');
    const first = await ServerMemory.open(testPlatform(), folder);
    first.remember(acme, { cannotResume: true });
    first.remember(acme, { connectionLimit: 2, clockOffsetMs: -3_600_000 });
    await first.close();

    const second = await ServerMemory.open(testPlatform(), folder);
    expect(second.of(acme)).toEqual({ cannotResume: true, connectionLimit: 2, clockOffsetMs: -3_600_000 });
    expect(second.of(globex)).toEqual({});
    expect(await readdir(folder)).toEqual(['servers.json']);
  });

  it('forgets after thirty days, and at once when told to', async () => {
    const folder = await temporaryFolder();
    const first = await ServerMemory.open(platformAt(0), folder);
    first.remember(acme, { cannotResume: true, connectionLimit: 3 });
    first.forget(acme, 'connectionLimit');
    expect(first.of(acme)).toEqual({ cannotResume: true });
    await first.close();

    const soon = await ServerMemory.open(platformAt(29 * DAY_MS), folder);
    expect(soon.of(acme)).toEqual({ cannotResume: true });
    const late = await ServerMemory.open(platformAt(30 * DAY_MS), folder);
    expect(late.of(acme)).toEqual({});
  });

  it('keeps what another process wrote meanwhile, and of one fact the later', async () => {
    const folder = await temporaryFolder();
    const ours = await ServerMemory.open(platformAt(1000), folder);
    const theirs = await ServerMemory.open(platformAt(2000), folder);
    theirs.remember(acme, { connectionLimit: 5 });
    theirs.remember(globex, { cannotResume: true });
    await theirs.close();
    ours.remember(acme, { connectionLimit: 2, clockOffsetMs: 7 });
    await ours.close();

    const later = await ServerMemory.open(platformAt(3000), folder);
    expect(later.of(acme)).toEqual({ connectionLimit: 5, clockOffsetMs: 7 });
    expect(later.of(globex)).toEqual({ cannotResume: true });
  });

  it.each([
    ['no JSON', 'half of {'],
    ['something else', '[1, 2]'],
    [
      'wrong kinds',
      '{"servers":{"ftp://tally@ftp.acme.example:21":{"connectionLimit":{"value":"many","seenMs":1}}}}',
    ],
  ])('takes a file that holds %s as empty and replaces it', async (_what, text) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'servers.json'), text);
    const memory = await ServerMemory.open(testPlatform(), folder);
    expect(memory.of(acme)).toEqual({});
    memory.remember(acme, { cannotResume: true });
    await memory.close();
    expect(JSON.parse(await readFile(join(folder, 'servers.json'), 'utf8'))).toMatchObject({
      servers: { 'ftp://tally@ftp.acme.example:21': { cannotResume: { value: true } } },
    });
  });

  it('goes on without its file where it cannot be written, and leaves nothing beside it', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'servers.json'));
    const memory = await ServerMemory.open(testPlatform(), folder);
    memory.remember(acme, { cannotResume: true });
    await memory.close();
    expect(memory.of(acme)).toEqual({ cannotResume: true });
    expect(await readdir(folder)).toEqual(['servers.json']);
  });
});
