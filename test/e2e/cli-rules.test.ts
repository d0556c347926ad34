import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const guide = await readFile(new URL('../../docs/guides/first-rule.md', import.meta.url), 'utf8');

describe('the guide of the first rule', () => {
  it('begins as it says', async () => {
    const folder = await temporaryFolder();
    const lines = [...guide.matchAll(/^tally (init|rules) .*$/gm)].map(([line]) => line.split(' ').slice(1));
    expect(lines.map((words) => words.slice(0, 2).join(' '))).toEqual([
      'init partners',
      'rules validate',
      'rules list',
      'rules show',
    ]);
    const [init = [], ...rest] = lines;
    expect((await tally(init, { folder })).exitCode).toBe(0);
    for (const words of rest) {
      const { exitCode, stderr } = await tally(words, { folder: join(folder, 'partners') });
      expect([exitCode, stderr]).toEqual([0, '']);
    }
  });

  it('ends with settings that are valid', async () => {
    const folder = await temporaryFolder();
    const yaml = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
    await writeFile(join(folder, 'tallyman.yaml'), yaml);
    const { exitCode, stdout } = await tally(['rules', 'validate'], { folder });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('valid (1 rule, 1 connection, 1 file)');
  });
});

describe('tally init', () => {
  it('never overwrites settings, and renews its schema', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'tallyman.yaml'), '# mine\n');
    expect((await tally(['init'], { folder })).exitCode).toBe(0);
    expect(await readFile(join(folder, 'tallyman.yaml'), 'utf8')).toBe('# mine\n');
    const schema: unknown = JSON.parse(
      await readFile(join(folder, '.tallyman/tallyman.schema.json'), 'utf8'),
    );
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
  });

  it('says where it cannot write', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const { exitCode, stderr } = await tally(['init', 'file/below'], { folder });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/cannot be written there \((ENOTDIR|EEXIST)\)/);
  });
});

const BROKEN =
  'rules:\n  a:\n    on: { every: 1m }\n    do: { cpy: x }\nconnections: { acme: { urll: x } }\n';

describe('tally rules validate', () => {
  it('tells the mistakes of settings and rules at once, in three forms', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'tallyman.yaml'), BROKEN);
    const words = await tally(['rules', 'validate'], { folder });
    expect(words.exitCode).toBe(8);
    expect(words.stderr).toContain('tallyman.yaml:4:11  "cpy" is not a key of a step (did you mean "copy"?)');
    expect(words.stderr).toContain('tallyman.yaml:5:24  "urll" is not a key of a connection');
    const github = await tally(['rules', 'validate', '--format', 'github'], { folder });
    expect(github.exitCode).toBe(8);
    expect(github.stdout.split('\n')[0]).toBe(
      '::error file=tallyman.yaml,line=4,col=11::"cpy" is not a key of a step (did you mean "copy"?)',
    );
    const json = await tally(['rules', 'validate', '--format', 'json'], { folder });
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      valid: false,
      problems: [
        { line: 4, column: 11 },
        { line: 5, column: 24 },
      ],
    });
  });

  it('says of a file that is not there that the command is at fault', async () => {
    const folder = await temporaryFolder();
    const { exitCode, stderr } = await tally(['rules', 'validate', 'none.yaml'], { folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no such settings file');
  });
});

it('a single copy works beside rules, even broken ones, and with the connections of included files', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'a.txt'), 'x');
  await writeFile(join(folder, 'tallyman.yaml'), 'include: p.yaml\nrules: { a: { on: 5 } }\n');
  await writeFile(join(folder, 'p.yaml'), 'connections: { acme: { url: "sftp://a@acme.example" } }\n');
  expect((await tally(['copy', 'a.txt', 'out/'], { folder })).exitCode).toBe(0);
  const shown = await tally(['connections', 'list'], { folder });
  expect(shown.stdout).toContain('acme.example');
  await rm(join(folder, 'p.yaml'));
  expect((await tally(['copy', 'a.txt', 'out/'], { folder })).exitCode).toBe(8);
});

it('tally schema knows its parts', async () => {
  const folder = await temporaryFolder();
  expect(JSON.parse((await tally(['schema', 'connection'], { folder })).stdout)).toHaveProperty('$schema');
  const { exitCode, stderr } = await tally(['schema', 'rul'], { folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean "rule"?');
});
