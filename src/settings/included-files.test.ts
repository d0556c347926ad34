import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../engine/platform/node-files.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { showOrigin } from './origin.js';
import { loadSettings, readSettingsFile, type SettingsSearch } from './settings-file.js';

async function searchIn(
  files: Readonly<Record<string, string>>,
): Promise<SettingsSearch & { readonly root: string }> {
  const root = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return {
    root,
    files: nodeFiles,
    os: 'linux',
    userId: process.getuid?.(),
    environment: {},
    workFolder: root,
    homeFolder: join(root, 'home'),
  };
}

const partner = (name: string) => `connections: { ${name}: { url: "sftp://u@${name}.example" } }\n`;

async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const search = await searchIn(files);
  const { problems } = await readSettingsFile(search);
  return problems.map(({ origin, text }) =>
    `${showOrigin(origin)} ${text}`.replaceAll(`${search.root}/`, ''),
  );
}

describe('include', () => {
  it('takes files and masks in, by name, also from files that are included; relative to each', async () => {
    const search = await searchIn({
      'tallyman.yaml': `include: [partners/*.yaml, more.yaml]\n${partner('first')}`,
      'partners/b.yaml': partner('bb'),
      'partners/a.yaml': partner('aa'),
      'partners/.c.yaml': 'half written by an edit',
      'partners/d.yaml~': 'kept by an editor',
      'more.yaml': `include: deep/er.yaml\n`,
      'deep/er.yaml': partner('deep'),
    });
    const loaded = await loadSettings(search);
    expect(Object.keys(loaded.settings.connections ?? {})).toEqual(['first', 'aa', 'bb', 'deep']);
    expect(loaded.documents.map(({ file }) => file.slice(search.root.length + 1))).toEqual([
      'tallyman.yaml',
      'partners/a.yaml',
      'partners/b.yaml',
      'more.yaml',
      'deep/er.yaml',
    ]);
    expect(showOrigin(loaded.originOf(['connections', 'deep', 'url']))).toBe(
      `${search.root}/deep/er.yaml:1:29`,
    );
    expect(loaded.written['connections']).toHaveProperty('deep');
  });

  it('tells the problems of all files at once', async () => {
    expect(
      await problemsOf({
        'tallyman.yaml': 'include: ["*.inc", none.yaml]\nclientLgo: {}\n',
        'a.inc': 'connections: { aa: { url: 5 } }\n',
        'b.inc': 'x: [1\n',
        'c.inc': 'api: {}\n',
      }),
    ).toEqual([
      expect.stringMatching(/^b\.inc:2:1 /),
      'tallyman.yaml:1:20 none.yaml does not exist',
      'tallyman.yaml:2:1 "clientLgo" is not a key of the settings (did you mean "clientLog"?)',
      expect.stringMatching(/^a\.inc:1:27 "url" must be a URL/),
      expect.stringMatching(/^c\.inc:1:1 "api" is not a key of an included file/),
    ]);
  });

  it('says where includes go round in a circle, and what is included twice', async () => {
    expect(
      await problemsOf({
        'tallyman.yaml': 'include: [a.yaml, a.yaml]\n',
        'a.yaml': 'include: b.yaml\n',
        'b.yaml': 'include: [./tallyman.yaml, "*.yaml"]\n',
      }),
    ).toEqual([
      'b.yaml:1:11 includes go round in a circle: tallyman.yaml -> a.yaml -> b.yaml -> tallyman.yaml',
      'tallyman.yaml:1:19 a.yaml is included already at tallyman.yaml:1:11',
    ]);
  });

  it('takes each connection once, and names the other place', async () => {
    expect(
      await problemsOf({ 'tallyman.yaml': `include: a.yaml\n${partner('acme')}`, 'a.yaml': partner('acme') }),
    ).toEqual(['a.yaml:1:16 "acme" stands already at tallyman.yaml:2:16']);
  });

  it('does not pass over a folder that is not there: all its rules would be gone', async () => {
    expect(await problemsOf({ 'tallyman.yaml': 'include: rules/*.yaml\n' })).toEqual([
      'tallyman.yaml:1:10 rules does not exist',
    ]);
  });

  it('refuses a file that everybody can change', async () => {
    const search = await searchIn({ 'tallyman.yaml': 'include: a.yaml\n', 'a.yaml': partner('acme') });
    await chmod(join(search.root, 'a.yaml'), 0o666);
    const { problems } = await readSettingsFile(search);
    expect(problems.map(({ text }) => text)).toEqual([
      expect.stringContaining('can be changed by every user, so it is not included'),
    ]);
  });

  it('passes over a link that leads nowhere only when it is no settings file', async () => {
    const search = await searchIn({ 'tallyman.yaml': 'include: r/*.yaml\n', 'r/a.yaml': partner('acme') });
    await symlink(join(search.root, 'nowhere'), join(search.root, 'r', 'b.yaml'));
    const { problems } = await readSettingsFile(search);
    expect(problems.map(({ text }) => text)).toEqual([expect.stringContaining('does not exist')]);
  });

  it('follows a file that was renamed into its place', async () => {
    const search = await searchIn({ 'tallyman.yaml': 'include: r/*.yaml\n', 'r/a.yaml': partner('acme') });
    await writeFile(join(search.root, 'r', 'new'), partner('other'));
    await rename(join(search.root, 'r', 'new'), join(search.root, 'r', 'a.yaml'));
    const loaded = await loadSettings(search);
    expect(Object.keys(loaded.settings.connections ?? {})).toEqual(['other']);
  });
});
