import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../cli/command-table.js';
import { checkSettings } from './check-settings.js';
import { CONNECTION_KEYS } from './connection-schema.js';
import { parseSettingsText } from './settings-document.js';
import { SETTINGS_KEYS } from './settings-schema.js';
import { TRANSFER_KEYS } from './transfer-schema.js';

const root = new URL('../../', import.meta.url);
const page = await readFile(new URL('docs/reference/eft-options.md', root), 'utf8');
/** Without the headings of the tables. */
const body = page.replaceAll(/^\| EFT .*$/gm, '');

/** All that an UploadAction or DownloadAction of eventRuleVersion 416 holds. */
const EFT_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  '': ['ConnectionProfileGUID', 'LocalPath', 'RemotePath', 'RemoveSource'],
  'Connection.': ['Protocol', 'Host', 'User', 'Password', 'Port', 'EnableAutoLogin', 'TrustedPubKey'],
  'Connection.CertificateSettings.': ['CertId', 'CertPath', 'KeyPath', 'Passphrase'],
  'Transfer.': [
    'ASCIIFileExts',
    'ClearCommandChannel',
    'ClearDataChannel',
    'ConnectionTimeout',
    'NumberOfConnectionRetries',
    'DelayBetweenRetries',
    'MaxConcurrentThreads',
    'DataPortMode',
    'PASVPortMin',
    'PASVPortMax',
    'HomeIP',
    'PreserveLocalTimeStamp',
    'PreserveRemoteTimeStamp',
    'TransferEncoding',
    'ValidateFileIntegrity',
    'UseProxy',
    'ProxyType',
    'ProxySubType',
    'ProxySeparator',
    'HostName',
    'Port',
    'UserName',
    'Password',
    'CustomProxyCommands',
  ],
  'Transfer.SOCKSSettings.': ['Use', 'Type', 'HostName', 'Port', 'Auth', 'UserName', 'Password'],
  'TransferAdditional.': [
    'OverwriteType',
    'DeleteSourceIfMoveSkipped',
    'TreatMissingSourceAsSuccess',
    'RenameDestinationFile',
    'RenameDestinationFileTo',
  ],
  'TransferAdditional.PrePostCommandSettings.': [
    'PreCommandType',
    'PreCommandArg',
    'ContinueOnFailPre',
    'PostCommandType',
    'PostCommandArg',
    'PostCommandArgDelimiter',
    'ContinueOnFailPost',
  ],
  'TransferAdditional.SyncSettings.': [
    'SyncFolders',
    'SyncDirectionType',
    'SyncIncludeSubfolders',
    'SyncDeleteFileIfNotPresent',
    'SyncOverwriteType',
  ],
};

/** Options that mean nothing for a client, or belong to another action. */
const WITHOUT_OURS = /^Connection\.EnableAutoLogin$|^TransferAdditional\.SyncSettings\./;

const rows = [
  ...body.matchAll(/^\| ([A-Z]\w+(?:\.\w+)*) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|(.*)\|$/gm),
].map(([, option = '', , ours = '', place = '', , shown = '']) => {
  const [, file = '', test = ''] = /^\s*\[[^\]]+\]\(\.\.\/\.\.\/([^)]+)\): (.*?)\s*$/.exec(shown) ?? [];
  const keys = [...ours.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key);
  return { option, keys, place: place.trim(), file, test };
});

const KEYS_OF: Readonly<Record<string, readonly string[]>> = {
  settings: SETTINGS_KEYS,
  transfers: TRANSFER_KEYS,
  connection: CONNECTION_KEYS,
  command: ['SOURCE', 'DESTINATION', ...COMMANDS.map(({ name }) => name)],
};

describe('docs/reference/eft-options.md', () => {
  it('has a row for every option of the actions, and for nothing else', () => {
    const options = Object.entries(EFT_OPTIONS).flatMap(([group, names]) =>
      names.map((name) => group + name),
    );
    expect(options.length).toBeGreaterThan(60);
    expect(rows.map(({ option }) => option).sort()).toEqual([...options].sort());
  });

  it('names keys that there are', () => {
    for (const { option, keys, place } of rows) {
      if (WITHOUT_OURS.test(option)) continue;
      expect(keys.length, option).toBeGreaterThan(0);
      for (const key of keys) expect(KEYS_OF[place], `${option}: ${key}`).toContain(key);
    }
  });

  it('names tests that there are', async () => {
    for (const { option, file, test } of rows) {
      if (WITHOUT_OURS.test(option)) continue;
      const text = await readFile(new URL(file, root), 'utf8');
      expect(text.includes(test) && test !== '', `${option}: "${test}" in ${file}`).toBe(true);
    }
  });

  it('gives EFT’s defaults as settings that are valid', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(checkSettings(parseSettingsText(example, 'x')).transfers).toMatchObject({
      retries: 0,
      retryDelay: 30_000,
      retryBackoff: 'fixed',
    });
  });
});
