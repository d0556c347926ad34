import type { Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import { settingsError } from './settings-error.js';
import { fileOrigin, windowsText } from './tenth-column-file.js';
import { SWITCH_NAME, switchOf, type FoundSwitch } from './tenth-column-value.js';

/**
 * The switch in EFT's AdvancedProperties.json (EFT 8 and later), where the article writes the value as the
 * text "1". Undefined without a path, or when the file does not name the switch.
 */
export async function advancedPropertiesSwitch(
  path: string | undefined,
  files: Pick<Files, 'readAll'>,
): Promise<FoundSwitch | undefined> {
  if (path === undefined) return undefined;
  const text = await windowsText(path, files);
  const properties = objectOf(text, path);
  if (!Object.hasOwn(properties, SWITCH_NAME)) return undefined;
  return switchOf(properties[SWITCH_NAME], fileOrigin(path, lineOfKey(text)), `${path} ${SWITCH_NAME}`);
}

function objectOf(text: string, path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? printable(cause.message, 160) : 'it cannot be read';
    throw settingsError(fileOrigin(path, 1), `it is not JSON: ${reason}`, cause);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw settingsError(fileOrigin(path, 1), 'it is JSON, but not a group of properties { ... }');
}

function lineOfKey(text: string): number {
  return text.slice(0, Math.max(0, text.indexOf(`"${SWITCH_NAME}"`))).split('\n').length;
}
