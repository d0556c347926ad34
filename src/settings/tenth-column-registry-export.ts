import type { Files } from '../core/files.js';
import { settingsError } from './settings-error.js';
import { fileOrigin, windowsText } from './tenth-column-file.js';
import { REGISTRY_KEYS, SWITCH_NAME, shownValue, switchOf, type FoundSwitch } from './tenth-column-value.js';

const HEADER = /^(Windows Registry Editor Version \d+\.\d+|REGEDIT4)$/;
const KEY = /^\[(-?)(.*)\]$/;
const VALUE = /^"((?:[^"\\]|\\.)*)"\s*=\s*(.*)$/;
const DWORD = /^dword:([0-9a-f]{1,8})$/i;

interface RawValue {
  /** `dword:00000001`, as it stands behind the equals sign. */
  readonly text: string;
  readonly line: number;
}

/**
 * The switch in a registry export. Only a value directly under one of the two keys counts; as when the file
 * is imported, a later section overrides an earlier one. Undefined without a path, or when it is not there.
 */
export async function registryExportSwitch(
  path: string | undefined,
  files: Pick<Files, 'readAll'>,
): Promise<FoundSwitch | undefined> {
  if (path === undefined) return undefined;
  const lines = (await windowsText(path, files)).split(/\r\n|\n|\r/);
  if (!HEADER.test((lines[0] ?? '').trim())) {
    throw settingsError(
      fileOrigin(path, 1),
      'it is not a registry export: its first line is not that of a .reg file',
    );
  }
  const values = switchValues(lines);
  for (const key of REGISTRY_KEYS) {
    const value = values.get(key.toLowerCase());
    if (value !== undefined) return dwordSwitch(value, path, key);
  }
  return undefined;
}

/** The switch's value by key, both in small letters: names of the registry know no case. */
function switchValues(lines: readonly string[]): ReadonlyMap<string, RawValue> {
  const values = new Map<string, RawValue>();
  let key = '';
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    const section = KEY.exec(line);
    if (section !== null) {
      key = (section[2] ?? '').toLowerCase();
      if (section[1] === '-') forget(values, key);
      continue;
    }
    const [, name = '', text = ''] = VALUE.exec(line) ?? [];
    if (name.toLowerCase() !== SWITCH_NAME.toLowerCase()) continue;
    if (text === '-') values.delete(key);
    else values.set(key, { text, line: index + 1 });
  }
  return values;
}

/** `[-KEY]` removes the key and all below it. */
function forget(values: Map<string, RawValue>, key: string): void {
  for (const each of values.keys()) if (each === key || each.startsWith(`${key}\\`)) values.delete(each);
}

function dwordSwitch(value: RawValue, path: string, key: string): FoundSwitch {
  const origin = fileOrigin(path, value.line);
  const hex = DWORD.exec(value.text)?.[1];
  if (hex === undefined)
    throw settingsError(origin, `${SWITCH_NAME} must be a DWORD, not ${shownValue(value.text)}`);
  return switchOf(Number.parseInt(hex, 16), origin, `${path} [${key}]`);
}
