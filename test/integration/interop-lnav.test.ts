import { spawnSync } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { contribFolder, fixturesFolder, sharedLines } from './interop-lines.js';

const FORMAT_FILE = join(contribFolder, 'lnav/tallyman-client-log.json');

let home: string;

beforeEach(async () => {
  home = await temporaryFolder();
  lnav('-i', FORMAT_FILE);
});

/** Runs lnav of Debian's packages with a home folder of its own. */
function lnav(...words: readonly string[]): string {
  const run = spawnSync('lnav', words, {
    env: { PATH: process.env['PATH'], HOME: home, TERM: 'dumb', TZ: 'UTC', LANG: 'C.UTF-8' },
    encoding: 'utf8',
    input: '',
  });
  if (run.error !== undefined) {
    throw new Error('lnav is missing. It comes with: node scripts/setup.mjs --with-servers', {
      cause: run.error,
    });
  }
  // A mistake in the format is told on stderr, and lnav goes on without it.
  expect(run.stderr).not.toMatch(/error|warning/i);
  return run.stdout;
}

function select(query: string, ...files: readonly string[]): readonly string[] {
  const text = lnav('-n', '-c', `;${query}`, '-c', ':write-csv-to -', ...files);
  return text.trimEnd().split('\n').slice(1);
}

describe('lnav with our format', () => {
  it('reads levels, protocols and codes of every line as Tallyman reads them', async () => {
    const lines = await sharedLines();
    for (const fixture of new Set(lines.map((line) => line.fixture))) {
      const records = lines.filter((line) => line.fixture === fixture).flatMap(({ record }) => record ?? []);
      const expected = records.map(({ protocol, code, result, operation }) =>
        [result === 'failed' ? 'error' : 'info', protocol, code, operation].join(),
      );
      const found = select(
        'SELECT log_level, lower(protocol), code, lower(operation) FROM tallyman_client_log',
        join(fixturesFolder, fixture),
      );
      const missing = expected.filter((each) => !found.includes(each));
      expect({ fixture, missing }).toEqual({ fixture, missing: [] });
      // Two lines that no record can be made of for certain look like one to lnav.
      expect(found.length - records.length, fixture).toBeLessThanOrEqual(1);
    }
  });

  it("counts failures of both makers' logs in one view, by host and in the order of time", async () => {
    const eft = join(home, 'cl260301.log');
    const ours = join(home, 'cl260302.log');
    await writeFile(
      eft,
      [
        'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode',
        '2026-03-01 02:07:50; ftp; 192.168.20.171; 21; ClientA; C:\\out\\a.xml; /in/a.xml; upload; 226;',
        '2026-03-01 02:09:00; ftp; 192.168.20.171; 21; ClientA; C:\\out\\b.xml; /in/b.xml; upload; 530;',
        'not a line of the log',
        '2026-03-01 02:10:00; sftp; sftp.acme.example; 22; orders; D:\\out\\c.xml; /in/c.xml; upload; 226;',
        '',
      ].join('\r\n'),
    );
    await writeFile(
      ours,
      [
        '2026-03-02 02:07:44; sftp; sftp.acme.example; 22; orders; /out/d.xml; /in/d.xml; upload; 10060; 1;',
        '2026-03-02 02:08:15; sftp; sftp.acme.example; 22; orders; /out/d.xml; /in/d.xml; upload; 0; 0;',
        '2026-03-02 02:08:16; ftp; 192.168.20.171; 21; ClientA; /out/e.xml; /in/e.xml; upload; 426; 0;',
        '',
      ].join('\n'),
    );
    const query =
      'SELECT host, log_level, count(*) FROM tallyman_client_log WHERE host <> "" GROUP BY 1, 2 ORDER BY 1, 2';
    expect(select(query, ours, eft)).toEqual([
      '192.168.20.171,info,2',
      '192.168.20.171,error,1',
      'sftp.acme.example,info,1',
      'sftp.acme.example,error,2',
    ]);
    expect(
      select(
        'SELECT log_time, code, result FROM tallyman_client_log WHERE code IN (530, 426) ORDER BY log_time',
        ours,
        eft,
      ),
    ).toEqual(['2026-03-01 02:09:00.000,530,<NULL>', '2026-03-02 02:08:16.000,426,0']);
    expect(
      select('SELECT log_level, count(*) FROM tallyman_client_log GROUP BY log_level', ours, eft),
    ).toContain('invalid,1');
  });

  it('answers what the guide says to ask', async () => {
    const guide = await readFile(join(contribFolder, '../docs/guides/lnav.md'), 'utf8');
    const queries = [...guide.matchAll(/[`'];(SELECT .*?)[`'](?: \||$| -c| cl)/gm)].map(
      ([, query = '']) => query,
    );
    expect(queries.length).toBeGreaterThan(2);
    const log = join(home, 'cl260301.log');
    await writeFile(
      log,
      '2026-03-01 02:07:44; sftp; sftp.acme.example; 22; orders; /out/orders-4711.xml; /in/orders-4711.xml; upload; 10060; 1;\n',
    );
    for (const query of queries) expect(select(query, log), query).toHaveLength(1);
  });

  it("reads the vendor's sample, and a log without its last line end", async () => {
    await copyFile(join(fixturesFolder, 'nine-columns.log'), join(home, 'cl060306.log'));
    const [line] = (await readFile(join(home, 'cl060306.log'), 'utf8')).split('\n');
    await writeFile(join(home, 'cl060306.log'), line?.trimEnd() ?? '');
    const query =
      'SELECT log_level, host, port, user, local_path, remote_path, operation, code FROM tallyman_client_log';
    expect(select(query, join(home, 'cl060306.log'))).toEqual([
      'info,192.168.20.171,21,ClientA,C:\\test1.txt,/test1.txt,download,226',
    ]);
  });
});
