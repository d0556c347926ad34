import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const SETTINGS = `stateFolder: ./state
clientLog: { folder: ./logs }
rules:
  send:
    enabled: false
    on: { folder: { path: ./in, include: ["*.csv"], settle: 2s } }
    roots: [./in, ./out]
    when: { size: { min: 1 } }
    do:
      - move: { from: "%FS.PATH%", to: ./out/, overwrite: fail }
  nightly:
    on: { schedule: { cron: "0 6 * * *", timeZone: UTC } }
    do: [{ systemLog: "it is %EVENT.TIME%" }]
`;

it('tally rules test tells files, reasons and plans, leaves all as it is, and its exit code says what to expect', async () => {
  const folder = await temporaryFolder();
  for (const name of ['in', 'out']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
  const run = (...words: string[]) => tally(['rules', 'test', ...words], { folder });

  expect((await run('send')).exitCode).toBe(9);

  await writeFile(join(folder, 'in', 'a.csv'), 'a');
  await writeFile(join(folder, 'in', 'readme.txt'), 'no');
  const good = await run('send');
  expect([good.exitCode, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toContain('It is disabled');
  expect(good.stdout).toContain('readme.txt left out: not in include *.csv');
  expect(good.stdout).toContain('the daemon takes one when it saw it the same for 2.0 s');
  expect(good.stdout).toMatch(/would move \S+in\/a\.csv to \S+out\/a\.csv: new on the target/);

  await writeFile(join(folder, 'out', 'a.csv'), 'stands');
  const bad = await run('send', '--json');
  const told = JSON.parse(bad.stdout) as { runs: { story: { state: string }; errorCode: string }[] };
  expect(bad.exitCode).not.toBe(0);
  expect(told.runs.map(({ story, errorCode }) => [story.state, errorCode])).toEqual([
    ['failed', 'ALREADY_EXISTS'],
  ]);

  const early = await run('nightly', '--at', '2026-12-24T05:00Z');
  expect(early.stdout).toContain('the schedule runs next at 2026-12-24T06:00:00.000Z');
  const wrong = await run('sned');
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "send"?')]);
  expect((await readdir(folder)).toSorted()).toEqual(['in', 'out', 'tallyman.yaml']);
});

it('tally rules test says of a place that cannot be read whose side it is, and never that there is nothing to do', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
  const { stdout, exitCode } = await tally(['rules', 'test', 'send'], { folder });
  expect(stdout).toMatch(/in: cannot be looked at: .*\[FOLDER_FAILED\]\n {2}Our side: \S/);
  expect(stdout).toContain('No run was tried: what lies there is not known');
  expect(stdout).not.toContain('nothing to do');
  expect(exitCode).toBe(5);
  const { stdout: json } = await tally(['rules', 'test', 'send', '--json'], { folder });
  expect(JSON.parse(json)).toMatchObject({
    looks: [
      { failure: { code: 'FOLDER_FAILED', side: 'us', advice: expect.stringMatching(/\S/) as string } },
    ],
  });
});

it('tally rules test and tally rules next show the offset of each time', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
  const berlin = { folder, environment: { TZ: 'Europe/Berlin' } };
  for (const [at, shown] of [
    ['2026-12-24T05:00', '2026-12-24 05:00:00 +01:00'],
    ['2026-06-24T05:00Z', '2026-06-24 07:00:00 +02:00'],
  ] as const) {
    const { stdout } = await tally(['rules', 'test', 'nightly', '--at', at], berlin);
    expect(stdout).toContain(`nightly at ${shown}.`);
  }
  const { stdout } = await tally(
    ['rules', 'next', 'nightly', '--from', '2026-12-24T05:00', '--count', '1'],
    berlin,
  );
  expect(stdout).toMatch(/2026-12-24 06:00:00\s+\+00:00/);
});

it('tally rules run without a daemon says how to start one and how to see what the rule would do', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
  const { stderr, exitCode } = await tally(['rules', 'run', 'send'], { folder });
  expect(stderr).toContain('Start one: tally daemon.');
  expect(stderr).toContain('tally rules test send');
  expect(exitCode).toBe(10);
});
