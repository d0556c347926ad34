import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTestBook } from '../rules/rule-book.testing.js';
import { connectionSchema } from '../settings/connection-schema.js';
import { exportOf, fixture } from './eft-export.testing.js';
import { importAdvancedProperties } from './import-advanced-properties.js';
import type { EftFile } from './read-eft-json.js';

function outcomes(file: EftFile): Readonly<Record<string, string>> {
  const { lines } = importAdvancedProperties(file).report;
  return Object.fromEntries(lines.map(({ field, outcome }) => [field.replace(/^\S+ /, ''), outcome]));
}

const refusal = (text: string) => () => importAdvancedProperties(exportOf(text, 'eft.reg'));

describe('the switches of AdvancedProperties.json', () => {
  const file = fixture('AdvancedProperties.json');

  it('are each told', () => {
    expect(outcomes(file)).toEqual({
      Enable10ColumnInClientLog: 'carried',
      ExecuteTransferActionsInParallel: 'carried',
      SFTP2_AES128CTR: 'carried',
      SFTP2_TripleDES: 'carried',
      SFTP2_MD5: 'notNeeded',
      SFTP2_ARCFOUR: 'lost',
      FolderMonitorUseIOCP: 'notNeeded',
      UploadsPerClient: 'notNeeded',
      Enable10ColumnInClientLogs: 'unknown',
      AdminPassword: 'unknown',
    });
  });

  it('are a part of the settings, with what belongs to rules and connections as comments', () => {
    const { yaml } = importAdvancedProperties(file);
    expect(parse(yaml)).toEqual({ clientLog: { tenthColumn: true } });
    expect(readTestBook(yaml).problems).toEqual([]);
    expect(yaml).toContain('#   parallelTransfers: true');
    const comment = /#   algorithms:[\s\S]*?legacyAlgorithms.*/.exec(yaml)?.[0].replace(/^#/gm, '') ?? '';
    const connection = { url: 'sftp://us@h', ...(parse(comment) as object) };
    expect(connectionSchema.parse(connection)).toMatchObject({ legacyAlgorithms: ['3des-cbc'] });
    expect(comment).not.toContain('aes128-ctr');
  });

  it('are guessed where a name is not known, and show no value', () => {
    const { report, yaml } = importAdvancedProperties(file);
    expect(report.lines.map(({ text }) => text).join()).toContain(
      'did you mean "Enable10ColumnInClientLog"?',
    );
    expect(yaml + JSON.stringify(report.lines)).not.toContain('SECRET');
  });

  it.each(['1', 1, true, 'TRUE'])('are on by %j', (value) => {
    expect(importAdvancedProperties(exportOf({ enable10columninclientlog: value })).yaml).toContain(
      'tenthColumn: true',
    );
  });

  it.each(['yes', 2, null, {}, []])('are neither on nor off by %j', (value) => {
    const { yaml, report } = importAdvancedProperties(
      exportOf({ Enable10ColumnInClientLog: value, SFTP2_MD5: value }),
    );
    expect(parse(yaml)).toBeNull();
    expect(report.lines.map(({ outcome }) => outcome)).toEqual(['lost', 'lost']);
  });

  it('that are none of ours are comments alone', () => {
    const { yaml } = importAdvancedProperties(
      exportOf({ ExecuteTransferActionsInParallel: 1, __proto__: null }),
    );
    expect(yaml.split('\n').every((line) => line === '' || line.startsWith('#'))).toBe(true);
  });
});

describe('the switches of an export of the registry', () => {
  it('count under the keys of EFT', () => {
    expect(outcomes(fixture('registry.reg'))).toEqual({
      Enable10ColumnInClientLog: 'carried',
      SFTP2_SHA1: 'carried',
      FolderMonitorUseIOCP: 'notNeeded',
    });
  });

  it('may be UTF-16, and a later line counts', () => {
    const key = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\GlobalSCAPE Inc.\\EFT Server 4.0]';
    const value = (digit: number) => `"Enable10ColumnInClientLog"=dword:0000000${digit}`;
    const text = ['\ufeffWindows Registry Editor Version 5.00', key, value(1), value(0)].join('\r\n');
    const { yaml } = importAdvancedProperties({ name: 'eft.reg', bytes: Buffer.from(text, 'utf16le') });
    expect(yaml).toContain('tenthColumn: false');
  });

  it.each([
    ['no value of EFT', 'REGEDIT4\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Other]\n"SFTP2_MD5"=dword:1'],
    ['a list', '[1]'],
    ['no JSON', 'SFTP2_MD5=1'],
    ['nothing', ''],
  ])('that hold %s are refused by name', (_what, text) => {
    expect(refusal(text)).toThrow(expect.objectContaining({ code: 'IMPORT_INVALID' }) as Error);
    expect(refusal(text)).toThrow(/^eft\.reg cannot be imported: /);
  });
});
