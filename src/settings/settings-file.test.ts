import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../engine/platform/node-files.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import type { Files } from '../core/files.js';
import { showOrigin } from './origin.js';
import { parseSettingsText } from './settings-document.js';
import { SettingsError } from './settings-error.js';
import { checkSettings } from './check-settings.js';
import { findSettingsFile, loadSettings, type SettingsSearch } from './settings-file.js';

/** `line:column text` of every problem. */
function problemsOf(yaml: string): readonly string[] {
  try {
    checkSettings(parseSettingsText(yaml, 't.yaml'));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ origin, text }) => `${showOrigin(origin).replace('t.yaml:', '')} ${text}`);
  }
  return [];
}

describe('a settings file with mistakes', () => {
  it('is told all of them at once, each with its line and column', () => {
    expect(
      problemsOf(
        [
          'clientLog: { folder: ./logs, tenthColum: true, timeZone: Mars/Base }',
          'transfers:',
          '  retries: three',
          'connections:',
          '  acme:',
          '    url: sftp://orders@sftp.acme.example',
          '    hostKeys: ["SHA256:abc"]',
          '    pasword: { env: X }',
        ].join('\n'),
      ),
    ).toEqual([
      '1:30 "tenthColum" is not a key of clientLog (did you mean "tenthColumn"?)',
      '1:58 "timeZone" must be a time zone such as Europe/Berlin; found "Mars/Base"',
      '3:12 "retries" must be a whole number from 0 to 1000, such as 3; found "three"',
      '7:15 "hostKeys" must be a fingerprint such as SHA256:AbC...; found "SHA256:abc"',
      '8:5 "pasword" is not a key of a connection (did you mean "password"?)',
    ]);
  });

  it.each([
    ['a: [1\nb: 2', '2:1'],
    ['clientLog:\n\tfolder: x', '2:1'],
    ['a: 1\na: 2', '2:1'],
    ['a: *nowhere', '1:4'],
  ])('%j is no YAML, at %s', (yaml, place) => {
    const problems = problemsOf(yaml);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.some((problem) => problem.startsWith(place))).toBe(true);
  });

  it('leaves what runs by rule to those who run rules', () => {
    expect(problemsOf('rules: { a: 1 }\ncommands: 5\napi: x')).toEqual([]);
  });

  it.each(['- a', 'text', '42'])('%j is no group of keys', (yaml) => {
    expect(problemsOf(yaml)).toEqual([expect.stringContaining('must be a group of keys')]);
  });

  it('blows up no aliases', () => {
    const level = (name: string, below: string) =>
      `${name}: &${name} [${Array(9).fill(`*${below}`).join(', ')}]`;
    const bomb = ['a: &a [x]', level('b', 'a'), level('c', 'b'), level('d', 'c'), level('e', 'd')].join('\n');
    expect(problemsOf(bomb)).toEqual([expect.stringContaining('Excessive alias count')]);
  });
});

describe('a secret in the settings', () => {
  it.each([
    'password: hunter2',
    'password: [hunter2]',
    'passphrase: hunter2',
    'password: { value: hunter2 }',
  ])('written out as %s is refused without being repeated', (line) => {
    const [problem, ...others] = problemsOf(`connections:\n  acme:\n    url: sftp://u@h\n    ${line}`);
    expect(others.length).toBeLessThanOrEqual(1);
    expect(problem).not.toContain('hunter2');
    expect(problem).toMatch(/env: NAME|is not a key of a secret/);
  });

  it('in a URL is refused without being repeated', () => {
    const [problem] = problemsOf('connections:\n  acme: { url: "sftp://u:hunter2@h" }');
    expect(problem).toContain('must not hold a password');
    expect(problem).not.toContain('hunter2');
  });

  it('comes from one place only', () => {
    const [problem] = problemsOf(
      'connections:\n  acme: { url: "sftp://u@h", password: { env: A, file: b } }',
    );
    expect(problem).toContain('must say where the secret is');
  });
});

describe('a connection', () => {
  const problemsWith = (body: string) => problemsOf(`connections:\n  acme: { ${body} }`);

  it.each([
    ['url: "sftp://u@h", port: 22, host: h', 'host" stands in url already'],
    ['url: "sftp://u@h:22", port: 22', 'port" stands in url already'],
    ['host: h', 'must say where to connect'],
    ['url: "sftp://u@h/in"', 'a path belongs into the location'],
    ['url: "./x"', 'must be a URL'],
    ['url: "ftp://u@h", hostKeys: []', 'hostKeys" is not for ftp'],
    ['url: "sftp://u@h", active: true', 'active" is not for sftp'],
    ['url: "sftp://u@h", algorithms: { cipher: rot13 }', 'cipher" must be one of aes128-gcm@openssh.com, '],
    ['url: "sftp://u@h", algorithms: { cipher: 3des-cbc }', 'found "3des-cbc"'],
    [
      'url: "sftp://u@h", algorithms: { ciphers: [] }',
      '"ciphers" is not a key of algorithms (did you mean "cipher"?)',
    ],
    ['url: "sftp://u@h", legacyAlgorithms: rot13', 'legacyAlgorithms" must be one of diffie-hellman-'],
    ['url: "ftp://u@h", pins: []', 'pins" is for TLS'],
    ['url: "ftps://u@h", security: explicit', 'security" contradicts ftps'],
    ['url: "ftpes://u@h", tls: { minVersion: 1.3, maxVersion: 1.2 }', 'minVersion above its maxVersion'],
    ['url: "ftp://u@h", activePorts: 60000-50000', 'activePorts" must be a port range'],
    ['url: "ftp://u@h", listingZone: CET', 'listingZone" must be UTC or an offset'],
    ['url: "ftp://u@h", temporaryName: x', 'temporaryName" it must hold {id}'],
    ['url: "ftp://u@h", port: 70000', 'port" must be a whole number from 1 to 65535'],
    ['url: "ftp://u@h", user: 7', 'user" must be a user name (numbers in quotes); found 7'],
  ])('{ %s } is refused: %s', (body, reason) => {
    expect(problemsWith(body).join('\n')).toContain(reason);
  });

  it.each([
    'url: "sftp://u@h", hostKeys: "SHA256:abcdefghijabcdefghijabcdefghijabcdefghij123", sequential: yes',
    'protocol: ftp, host: h, security: explicit, pins: [], activePorts: 50000-50100, listingZone: "-0530"',
    'protocol: ftps, host: h, security: implicit, tls: { minVersion: 1.2 }, clearDataChannel: true',
    'url: "ftp://h", epsv: false, mlsd: no, keepAlive: 1m, finalName: direct, retries: 0, overwrite: skip',
  ])('{ %s } is sound', (body) => {
    expect(problemsWith(body)).toEqual([]);
  });

  it('has a name that no drive letter can be taken for', () => {
    expect(problemsOf('connections:\n  c: { url: "sftp://u@h" }')).toEqual([
      expect.stringMatching(/^2:3 a connection has a name of two or more/),
    ]);
  });
});

it('whatever the text, it parses or is refused with a place', () => {
  const words = fc.constantFrom(
    'connections:',
    'acme:',
    '  ',
    '{',
    '}',
    '[',
    '- ',
    '*a',
    '&a ',
    '"',
    '\n',
    'url: ',
    '\t',
    '#',
    ': ',
    '%',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((parts) => parts.join('')),
      ),
      (text) => {
        for (const problem of problemsOf(text)) expect(problem).toMatch(/^\d+:\d+ ./);
      },
    ),
    { numRuns: 300 },
  );
});

describe('where the settings are found', () => {
  async function search(changes: Partial<SettingsSearch> = {}): Promise<SettingsSearch & { root: string }> {
    const root = await temporaryFolder();
    const workFolder = join(root, 'a', 'b');
    await mkdir(workFolder, { recursive: true });
    await mkdir(join(root, 'home', '.config', 'tallyman'), { recursive: true });
    return {
      root,
      files: nodeFiles,
      os: 'linux',
      userId: process.getuid?.(),
      environment: {},
      workFolder,
      homeFolder: join(root, 'home'),
      ...changes,
    };
  }

  it('by flag, then by variable, then upward, then the user’s own', async () => {
    const found = await search();
    const userFile = join(found.homeFolder, '.config', 'tallyman', 'tallyman.yaml');
    await writeFile(userFile, '');
    expect(await findSettingsFile(found)).toBe(userFile);
    const upward = join(found.root, 'a', 'tallyman.yaml');
    await writeFile(upward, '');
    expect(await findSettingsFile(found)).toBe(upward);
    expect(await findSettingsFile({ ...found, environment: { TALLY_CONFIG: 'v.yaml' } })).toBe(
      join(found.workFolder, 'v.yaml'),
    );
    const both = { ...found, environment: { TALLY_CONFIG: 'v.yaml' }, file: '/f.yaml' };
    expect(await findSettingsFile(both)).toBe('/f.yaml');
  });

  it('a named file that is not there is an error, not an empty one', async () => {
    const found = await search({ file: 'none.yaml' });
    await expect(loadSettings(found)).rejects.toThrow('--config none.yaml  there is no such settings file');
  });

  it('none at all means defaults', async () => {
    const { settings, file } = await loadSettings(await search());
    expect({ settings, file }).toEqual({ settings: {}, file: undefined });
  });

  it('an upward file that every user can change is not trusted', async () => {
    const found = await search();
    const file = join(found.root, 'tallyman.yaml');
    await writeFile(file, '');
    await chmod(file, 0o666);
    await expect(loadSettings(found)).rejects.toThrow('can be changed by every user');
    expect((await loadSettings({ ...found, file })).file).toBe(file);
  });

  it('an upward file of another user is not trusted', async () => {
    const found = await search();
    await writeFile(join(found.root, 'tallyman.yaml'), '');
    const files: Files = {
      ...nodeFiles,
      stat: async (path) => ({ ...(await nodeFiles.stat(path)), access: { mode: 0o644, ownerId: 4711 } }),
    };
    await expect(loadSettings({ ...found, files })).rejects.toThrow('belongs to another user');
  });

  it('a byte order mark and an empty file are fine', async () => {
    const found = await search();
    await writeFile(join(found.workFolder, 'tallyman.yaml'), '\ufefftransfers: { retries: 1 }');
    expect((await loadSettings(found)).settings).toEqual({ transfers: { retries: 1 } });
    await writeFile(join(found.workFolder, 'tallyman.yaml'), '');
    expect((await loadSettings(found)).settings).toEqual({});
  });
});
