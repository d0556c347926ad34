import { dirname } from 'node:path';
import { readRuleBook } from '../../rules/load-rule-book.js';
import type { ProtectedPlace } from '../../rules/rule-roots.js';
import type { RuleBook } from '../../rules/rule-book.js';
import { logFolder, stateFolder } from '../../settings/client-log-settings.js';
import type { FlagValue } from '../../settings/given-settings.js';
import { SettingsError, type SettingsProblem } from '../../settings/settings-error.js';
import { inFileOrder } from '../../settings/settings-problems.js';
import { lookAtSettings, type SettingsInForce, type Surroundings } from '../surroundings.js';

/** Settings with their rules: one reading of the files, never changed afterwards. */
export interface RuleSettings {
  readonly inForce: SettingsInForce;
  readonly book: RuleBook;
}

/** Rejects with SETTINGS_INVALID: every problem of settings and rules at once. */
export async function readRuleSettings(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  surroundings: Surroundings,
): Promise<RuleSettings> {
  const { settings, problems } = await checkRuleSettings(flags, surroundings);
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** The same with what can be read in spite of problems. */
export async function checkRuleSettings(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  surroundings: Surroundings,
): Promise<{ readonly settings: RuleSettings; readonly problems: readonly SettingsProblem[] }> {
  const { inForce, problems: ofSettings } = await lookAtSettings(flags, surroundings);
  const { platform, homeFolder } = surroundings;
  const { book, problems: ofRules } = readRuleBook(inForce.loaded, {
    os: platform.host.os,
    homeFolder,
    timeZone: platform.host.timeZone,
    protectedPlaces: protectedPlaces(inForce),
  });
  return { settings: { inForce, book }, problems: inFileOrder([...ofSettings, ...ofRules]) };
}

function protectedPlaces({ places }: SettingsInForce): readonly ProtectedPlace[] {
  return [
    { path: stateFolder(places).value, what: 'the state folder', mayBeRead: false },
    { path: logFolder(places).value, what: 'the log folder', mayBeRead: true },
  ];
}

/** Absolute path of the store. */
export function storeFile({ inForce, book }: RuleSettings): string {
  return book.store.file ?? `${stateFolder(inForce.places).value}/store.sqlite`;
}

/** Folder of the settings file; relative names in it count from here. */
export function settingsFolder({ loaded, places }: SettingsInForce): string {
  return loaded.file === undefined ? places.workFolder : dirname(loaded.file);
}
