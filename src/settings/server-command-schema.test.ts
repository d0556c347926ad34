import { describe, expect, it } from 'vitest';
import { checkSettings } from './check-settings.js';
import { parseSettingsText } from './settings-document.js';
import { writtenServerCommand } from './server-command-schema.js';

const transfersOf = (yaml: string) =>
  checkSettings(parseSettingsText(`transfers:\n  ${yaml}\n`, 't.yaml')).transfers;

describe('before and after', () => {
  const written = [
    { command: 'SITE CHMOD 640 %FS.PATH%' },
    { rename: { from: '%FS.PATH%', to: '/in/%FS.FILE_NAME%' }, continueOnFail: true },
    { remove: '/in/old' },
    { makeFolder: '/in/new' },
  ];

  it('are read in their order and written again as they were', () => {
    const commands = transfersOf(`before: ${JSON.stringify(written)}`)?.before ?? [];
    expect(commands.map(({ kind, continueOnFail }) => [kind, continueOnFail])).toEqual([
      ['command', false],
      ['rename', true],
      ['remove', false],
      ['makeFolder', false],
    ]);
    expect(commands.map(writtenServerCommand)).toEqual(written);
  });

  it.each([
    ['[{ command: NOOP, remove: /x }]', 'exactly one of command, rename, remove and makeFolder'],
    ['[{ continueOnFail: true }]', 'exactly one of'],
    ['[{ comand: NOOP }]', 'did you mean "command"'],
    ['[{ rename: { from: /x } }]', 'must be'],
    ['[{ command: "SITE %FS.FILENAME%" }]', 'must not hold %FS.FILENAME%'],
    ['[{ command: "NOOP\\nDELE x" }]', 'line break'],
    ['NOOP', 'must be a list of commands'],
  ])('%s is refused', (value, problem) => {
    expect(() => transfersOf(`after: ${value}`)).toThrow(problem);
  });
});

describe('renameTo', () => {
  it.each(['done', '%FS.BASE_FILE_NAME%.xml', '/in/sub/%source.file_name%', '100%'])('%s is fine', (name) => {
    expect(transfersOf(`renameTo: "${name}"`)?.renameTo).toBe(name);
  });

  it.each([
    ['../up', 'names a folder above'],
    ['a//b', 'it is empty'],
    ['sub/', 'it is empty'],
    ['%FS.FOLDER_NAME%/x', 'must not hold %FS.FOLDER_NAME%'],
    ['%EVENT.NAME%', 'known are %FS.FILE_NAME%'],
  ])('%s is refused', (name, problem) => {
    expect(() => transfersOf(`renameTo: "${name}"`)).toThrow(problem);
  });

  it.each([
    ['ftp', 'command: NOOP', undefined],
    ['sftp', 'rename: { from: /a, to: /b }', undefined],
    ['https', 'remove: /a', undefined],
    ['sftp', 'command: ls', '"after" holds command, which is not for sftp'],
    ['dav', 'command: NOOP', '"after" holds command, which is not for dav'],
    ['https', 'makeFolder: /a', '"after" holds makeFolder, which is not for https: there is remove'],
  ])('over %s %s is known before anything moves', (scheme, written, problem) => {
    const yaml = `connections:\n  acme:\n    url: ${scheme}://h\n    after: [{ ${written} }]\n`;
    const check = () => checkSettings(parseSettingsText(yaml, 't.yaml'));
    if (problem === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(problem);
  });
});
