import { isObject } from './eft-fields.js';
import { decodeText, invalidImport, parseJsonFile, type EftFile } from './read-eft-json.js';

/** One named switch of EFT's. */
export interface Property {
  readonly name: string;
  readonly value: unknown;
  /** File and name, for the report. */
  readonly place: string;
}

const REGISTRY_HEAD = /^(Windows Registry Editor Version \d+\.\d+|REGEDIT4)/;
const KEY = /^\[(-?)(.*)\]$/;
/** Whatever the version of the product, the keys hold this name. */
const EFT_KEY = /\\GlobalSCAPE Inc\.\\EFT Server/i;
const VALUE = /^"((?:[^"\\]|\\.)*)"\s*=\s*(.*)$/;

/** The properties of AdvancedProperties.json or of a `.reg` file. Throws IMPORT_INVALID with file and place. */
export function readProperties(file: EftFile): readonly Property[] {
  const text = decodeText(file);
  if (REGISTRY_HEAD.test(text)) return registryProperties(file, text);
  const value = parseJsonFile(file);
  if (!isObject(value)) throw invalidImport(file, 'it is JSON, but not a group of properties { ... }');
  return Object.entries(value).map(([name, each]) => ({ name, value: each, place: `${file.name} ${name}` }));
}

/** As when the file is imported, a later line overrides an earlier one. */
function registryProperties(file: EftFile, text: string): readonly Property[] {
  const found = new Map<string, Property>();
  let isOfEft = false;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    const section = KEY.exec(line);
    if (section !== null) isOfEft = section[1] === '' && EFT_KEY.test(section[2] ?? '');
    const [, name, written = ''] = VALUE.exec(line) ?? [];
    if (name === undefined || !isOfEft) continue;
    const key = name.toLowerCase();
    found.delete(key);
    if (written !== '-') {
      found.set(key, { name, value: registryValue(written), place: `${file.name}:${index + 1} ${name}` });
    }
  }
  if (found.size === 0) throw invalidImport(file, 'it holds no value under a key of EFT Server');
  return [...found.values()];
}

/** `dword:0000000a` as a number, a text without its quotes; anything else stays as it is written. */
function registryValue(written: string): unknown {
  const hex = /^dword:([0-9a-f]{1,8})$/i.exec(written)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return /^"(.*)"$/.exec(written)?.[1] ?? written;
}
