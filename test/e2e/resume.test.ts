import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { startOpenssh } from '../servers/openssh.js';
import { startProftpd } from '../servers/proftpd.js';
import type { TestServer } from '../servers/test-server.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { MIB, noise } from '../suites/bytes.js';
import { tally } from './tally-process.js';

const CONTENT = noise(32 * MIB);
/** The first run is killed once it has moved so much; slow enough that it is then far from its end. */
const KILLED_AT_BYTES = 8 * MIB;
const SLOWLY = ['--bandwidth', '8M', '--progress', 'json'];

type Direction = 'upload' | 'download';

interface Kind {
  readonly name: string;
  readonly code: string;
  readonly start: () => Promise<TestServer & { readonly hostKeys?: readonly string[] }>;
}

const KINDS: readonly Kind[] = [
  { name: 'vsftpd', code: 'ftp 226', start: () => startVsftpd() },
  { name: 'ProFTPD', code: 'ftp 226', start: () => startProftpd() },
  { name: 'OpenSSH', code: 'sftp 0', start: () => startOpenssh() },
];

let folderCount = 0;

describe.each(KINDS)('killed in the middle, $name', ({ name, code, start }) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());

  async function scene(direction: Direction) {
    folderCount += 1;
    const folder = await temporaryFolder();
    const [here, there] = [join(folder, 'here'), join(server.root, `resume-${folderCount}`)];
    await mkdir(here);
    await mkdir(there);
    const [from, to] = direction === 'upload' ? [here, there] : [there, here];
    await writeFile(join(from, 'f.dat'), CONTENT);
    const scheme = code.split(' ')[0] ?? '';
    const remote = join(server.remoteRoot, `resume-${folderCount}`, 'f.dat');
    const url = `${scheme}://${server.user}@${server.host}:${server.port}${remote}`;
    const trust = server.hostKeys === undefined ? [] : ['--host-key', server.hostKeys.join(',')];
    const places = direction === 'upload' ? ['here/f.dat', url] : [url, 'here/f.dat'];
    const environment = { TALLY_PASSWORD: server.password };
    const run = (...words: readonly string[]) =>
      tally(['copy', ...places, ...trust, ...words], { folder, environment });
    const killed = () =>
      tally(['copy', ...places, ...trust, ...SLOWLY], {
        folder,
        environment,
        started: (child) => {
          let told = '';
          child.stderr?.on('data', (text: string) => {
            told += text;
            const moved = [...told.matchAll(/"movedBytes":(\d+)/g)].map(([, bytes]) => Number(bytes));
            if (Math.max(0, ...moved) >= KILLED_AT_BYTES) child.kill('SIGKILL');
          });
        },
      });
    return { folder, from, to, run, killed };
  }

  async function killedScene(direction: Direction) {
    const place = await scene(direction);
    const { exitCode } = await place.killed();
    expect(exitCode, 'it was killed').toBeNull();
    const [part = '', ...more] = await readdir(place.to);
    expect([part, more]).toEqual([expect.stringMatching(/^\.f\.dat\.\w{8}\.tally$/), []]);
    return { ...place, part: join(place.to, part) };
  }

  async function expectDelivered({ folder, to }: { folder: string; to: string }, content: Buffer) {
    expect(await readdir(to), 'nothing else is left').toEqual(['f.dat']);
    expect(sha256(await readFile(join(to, 'f.dat')))).toBe(sha256(content));
    expect(await readdir(join(folder, '.local/state/tallyman/partials'))).toEqual([]);
  }

  it.each(['upload', 'download'] as const)(
    'the next run of an %s sends only what is missing',
    async (direction) => {
      const place = await killedScene(direction);
      const run = await place.run('--json');
      expect(run.exitCode, run.stderr).toBe(0);
      await expectDelivered(place, CONTENT);
      const { movedBytes } = JSON.parse(run.stdout) as { movedBytes: number };
      expect(movedBytes).toBeLessThanOrEqual(CONTENT.length - KILLED_AT_BYTES / 2);
      expect(await loggedCodes(place.folder)).toEqual([code]);
    },
  );

  // What follows is not the server's matter: one of them is enough.
  if (name !== 'ProFTPD') return;

  it('a source that was written to since is sent from its start', async () => {
    const place = await killedScene('upload');
    const changed = Buffer.from(CONTENT).reverse();
    await writeFile(join(place.from, 'f.dat'), changed);
    await utimes(join(place.from, 'f.dat'), 1_700_000_000, 1_700_000_000);
    const run = await place.run('--json');
    expect(run.exitCode, run.stderr).toBe(0);
    await expectDelivered(place, changed);
    expect(JSON.parse(run.stdout)).toMatchObject({ movedBytes: CONTENT.length });
  });

  it('a part that somebody wrote to is not gone on with', async () => {
    const place = await killedScene('upload');
    const { size } = await stat(place.part);
    const bytes = await readFile(place.part);
    await writeFile(place.part, bytes.fill(0, size - 5_000, size - 4_000));
    const run = await place.run('--json');
    expect(run.exitCode, run.stderr).toBe(0);
    await expectDelivered(place, CONTENT);
    expect(JSON.parse(run.stdout)).toMatchObject({ movedBytes: CONTENT.length });
  });

  it('two runs at once bring the file twice over, each whole', async () => {
    const place = await killedScene('upload');
    const runs = await Promise.all([place.run('--json'), place.run('--json')]);
    expect(runs.map(({ exitCode, stderr }) => [exitCode, exitCode === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    await expectDelivered(place, CONTENT);
    const moved = runs.map(({ stdout }) => (JSON.parse(stdout) as { movedBytes: number }).movedBytes);
    expect(
      moved.filter((bytes) => bytes < CONTENT.length),
      'one of them had the part',
    ).toHaveLength(1);
  });
});

/** `protocol code` of each line. */
async function loggedCodes(folder: string): Promise<readonly string[]> {
  const [name = ''] = await readdir(join(folder, 'logs'));
  const lines = (await readFile(join(folder, 'logs', name), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const columns = line.replace(/;$/, '').split('; ');
    return `${columns[1]} ${columns[8]}`;
  });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
