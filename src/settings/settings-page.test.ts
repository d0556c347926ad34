import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CONNECTION_KEYS } from './connection-schema.js';
import { parseSettingsText } from './settings-document.js';
import { checkSettings } from './check-settings.js';
import { CLIENT_LOG_KEYS, EFT_KEYS, SETTINGS_KEYS } from './settings-schema.js';
import { TRANSFER_KEYS } from './transfer-schema.js';

const page = await readFile(new URL('../../docs/reference/settings.md', import.meta.url), 'utf8');

describe('docs/reference/settings.md', () => {
  it('names every key that the settings know', () => {
    const keys = [...SETTINGS_KEYS, ...CLIENT_LOG_KEYS, ...TRANSFER_KEYS, ...CONNECTION_KEYS];
    for (const key of keys) expect(page).toMatch(new RegExp(`\`${key}\`|## .*\\b${key}\\b`));
    for (const key of EFT_KEYS) expect(page).toContain(`\`eft.${key}\``);
  });

  it('names no key that the settings do not know', () => {
    const known = new Set<string>([
      ...SETTINGS_KEYS,
      ...CLIENT_LOG_KEYS,
      ...TRANSFER_KEYS,
      ...CONNECTION_KEYS,
      ...EFT_KEYS.map((key) => `eft.${key}`),
    ]);
    const named = [...page.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key),
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((key) => !known.has(key))).toEqual([]);
  });

  it('has an example that is valid', () => {
    const example = /```yaml\n([\s\S]*?)```/
      .exec(page)?.[1]
      ?.replace('SHA256:...', `SHA256:${'a'.repeat(43)}`);
    expect(Object.keys(checkSettings(parseSettingsText(example ?? '', 'x')).connections ?? {})).toEqual([
      'acme',
      'globex',
    ]);
  });
});
