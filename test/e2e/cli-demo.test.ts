import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

/** Protocol, operation, code and result of a line with ten columns. */
function facts(line: string): string {
  const columns = line.split('; ');
  return [columns[1], columns[7], columns[8], columns[9]?.replace(';', '')].join(' ');
}

it('tally demo moves files over every protocol, fails as announced, and leaves the log', async () => {
  const folder = await temporaryFolder();
  const work = join(folder, 'demo');
  // Whatever the user has set up must stay out of it.
  const environment = { TALLY_PASSWORD: 'not this one', TALLY_CONFIG: '/none', TALLY_RETRIES: '0' };
  const { exitCode, stdout, stderr } = await tally(['demo', '--folder', work, '-c', '/dev/null'], {
    folder,
    environment,
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  const [name = ''] = await readdir(join(work, 'logs'));
  const lines = (await readFile(join(work, 'logs', name), 'utf8')).trim().split('\n');
  expect(lines.map(facts).toSorted()).toEqual(
    [
      ...Array<string>(3).fill('sftp upload 0 0'),
      ...Array<string>(3).fill('ftp upload 226 0'),
      ...Array<string>(6).fill('ftps upload 226 0'),
      'sftp download 0 0',
      'ftp download 226 0',
      ...Array<string>(2).fill('ftps download 226 0'),
      'ftp upload 530 1',
      'sftp upload 3 1',
      'ftp upload 10061 1',
      'ftp download 550 1',
      // of the rules
      ...Array<string>(2).fill('sftp upload 0 0'),
      'ftps download 226 0',
      'ftp upload 10061 1',
      'local upload 0 0',
    ].toSorted(),
  );
  for (const line of lines) expect(stdout).toContain(line);
  expect(stdout).toContain('failed: 10061 connection refused');
  expect(stdout).toContain(join(work, 'logs', name));
});

it('a daemon runs the rules: one moves, one fails and does what it says for that, one only tells', async () => {
  const folder = await temporaryFolder();
  const work = join(folder, 'demo');
  const { exitCode, stdout } = await tally(['demo', '--folder', work], { folder });
  expect(exitCode).toBe(0);
  expect(await readdir(join(work, 'rules', 'orders'))).toEqual(['notes.txt']);
  expect(await readdir(join(work, 'partners', 'sftp', 'in'))).toEqual(
    expect.arrayContaining(['order 4712.xml', 'order 4713.xml']),
  );
  expect(await readdir(join(work, 'rules', 'unsent'))).toEqual(['invoice 99.pdf']);
  const [catalogue = ''] = await readdir(join(work, 'rules', 'fetched'));
  expect(await readFile(join(work, 'rules', 'fetched', catalogue), 'utf8')).toMatch(/^from;FTPS, explicit/);
  expect(stdout).toContain('if failed: move %FS.PATH%');
  expect(stdout).toContain('would send POST https://sales.example/news');
  expect(stdout).toContain('The daemon tells people: alarm: Rule send-invoices failed');
  const listed = await tally(['runs', 'list', '--json'], { folder: work });
  const { runs } = JSON.parse(listed.stdout) as { runs: { rule: string; state: string }[] };
  expect(runs.map(({ rule, state }) => `${rule} ${state}`).toSorted()).toEqual([
    'fetch-catalogue succeeded',
    'send-invoices failed',
    'send-orders succeeded',
    'send-orders succeeded',
    'tell-sales succeeded',
  ]);
});

it('what was sent and fetched is whole on both sides', async () => {
  const folder = await temporaryFolder();
  const work = join(folder, 'demo');
  await tally(['demo', '--folder', work], { folder });
  const sent = await readdir(join(work, 'outbox'));
  for (const partner of ['sftp', 'ftp', 'ftps-explicit', 'ftps-implicit']) {
    const into = join(work, 'partners', partner, 'in');
    expect(await readdir(into)).toEqual(expect.arrayContaining(sent));
    for (const file of sent) {
      expect((await readFile(join(into, file))).equals(await readFile(join(work, 'outbox', file)))).toBe(
        true,
      );
    }
  }
  expect(await readdir(join(work, 'state', 'partials'))).toEqual([]);
});
