import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/eft-import/${name}`, import.meta.url));
const RULES = fixture('rules.json');
const PROFILES = ['--connections', fixture('profiles.json')];
const MOVES = [
  '--path',
  'C:\\EFT=/data/eft',
  '--path',
  'D:\\Share=/data/share',
  '--path',
  'C:\\keys=/etc/keys',
];

describe('tally import eft', () => {
  it('writes settings that tally rules validate accepts, and the report', async () => {
    const folder = await temporaryFolder();
    const words = [
      RULES,
      ...PROFILES,
      ...MOVES,
      '--time-zone',
      'Europe/Berlin',
      '-o',
      't.yaml',
      '--report',
      'r.txt',
    ];
    const { exitCode, stdout, stderr } = await tally(['import', 'eft', ...words], { folder });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^wrote t\.yaml\nwrote r\.txt\n11 rules: 6 enabled, 5 disabled/);
    expect(stdout).toContain('set ACME_EU_PASSWORD: ');
    expect((await tally(['rules', 'validate', 't.yaml'], { folder })).stdout).toContain(
      'valid (11 rules, 8 connections',
    );
    const written =
      (await readFile(join(folder, 't.yaml'), 'utf8')) + (await readFile(join(folder, 'r.txt'), 'utf8'));
    expect(written + stdout).not.toContain('SECRET-');
  });

  it('gives the settings to stdout and what there is to do to stderr', async () => {
    const folder = await temporaryFolder();
    const { stdout, stderr } = await tally(['import', 'eft', RULES], { folder });
    expect(stdout).toMatch(/^# Made by tally import eft/);
    expect(stderr).toMatch(/^11 rules: /);
  });

  it('gives each field to programs', async () => {
    const folder = await temporaryFolder();
    const { stdout } = await tally(['import', 'eft', RULES, ...PROFILES, '--json'], { folder });
    const data = JSON.parse(stdout) as Record<string, unknown>;
    expect(data).toMatchObject({
      schemaVersion: 1,
      variables: { ACME_EU_PASSWORD: expect.any(String) as string },
    });
    expect(data['settings']).toMatch(/^# Made by/);
    expect(data['rules']).toHaveLength(11);
    expect(data['fields']).toContainEqual(expect.objectContaining({ outcome: 'carried' }));
    expect(stdout).not.toContain('SECRET-');
  });

  it.each(['-o', '--report'])(
    'never overwrites what %s names, nor writes the other file then',
    async (flag) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'mine'), 'mine');
      const other = flag === '-o' ? '--report' : '-o';
      const { exitCode, stderr } = await tally(['import', 'eft', RULES, flag, 'mine', other, 'new'], {
        folder,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('mine is there already');
      expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('mine');
      expect(await readdir(folder)).toEqual(['mine']);
    },
  );

  it.each<[string, readonly string[], RegExp]>([
    ['a file that is not there', ['none.json'], /none\.json.*ENOENT/s],
    [
      'a file that is no export',
      ['bad.json'],
      /bad\.json cannot be imported: it is no JSON: line 1, column 2/,
    ],
    ['a zone that is none', [RULES, '--time-zone', 'Mars'], /--time-zone.*IANA/s],
    ['a path that leads nowhere', [RULES, '--path', 'C:\\EFT'], /--path.*there and here/s],
    ['one file for both results', [RULES, '-o', 'x', '--report', './x'], /--report.*--output/s],
    ['a folder that is not there', [RULES, '-o', 'no/x'], /cannot be written \(ENOENT\)/],
  ])('refuses %s', async (_what, words, message) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'bad.json'), '{password: "SECRET-x"}');
    const { exitCode, stderr } = await tally(['import', 'eft', ...words], { folder });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('SECRET-');
    expect(await readdir(folder)).toEqual(['bad.json']);
  });
});

describe('tally import advanced-properties', () => {
  it('gives a part of the settings and says what there is to do', async () => {
    const folder = await temporaryFolder();
    const words = ['import', 'advanced-properties', fixture('AdvancedProperties.json')];
    const { exitCode, stdout, stderr } = await tally(words, { folder });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('clientLog:\n  tenthColumn: true\n');
    expect(stderr).toContain('did you mean "Enable10ColumnInClientLog"?');
    await writeFile(join(folder, 'tallyman.yaml'), stdout);
    expect((await tally(['rules', 'validate'], { folder })).exitCode).toBe(0);
  });
});
