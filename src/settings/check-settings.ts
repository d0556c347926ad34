import type { SettingsDocument } from './settings-document.js';
import { SettingsError } from './settings-error.js';
import { inFileOrder, settingsProblems } from './settings-problems.js';
import { settingsSchema, type TallySettings } from './settings-schema.js';

/** Checks parsed data against the schema. Rejects with SETTINGS_INVALID, every problem at once. */
export function checkSettings(document: SettingsDocument): TallySettings {
  const parsed = settingsSchema.safeParse(document.data);
  if (parsed.success) return parsed.data;
  throw new SettingsError(inFileOrder(settingsProblems(parsed.error.issues, document, [])));
}
