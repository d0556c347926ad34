import type { Calendar } from './calendar.js';
import type { MailSettings, CommandSettings, ApiSettings, StoreSettings } from './house-settings.js';
import type { Rule } from './rule.js';

/** All rules in force and what they share. A new one is made at each reload; nobody changes one. */
export interface RuleBook {
  /** In the order of the file: rules on one event run in this order. */
  readonly rules: readonly Rule[];
  readonly calendars: Readonly<Record<string, Calendar>>;
  readonly commands: CommandSettings;
  readonly mail: MailSettings | undefined;
  readonly api: ApiSettings;
  readonly store: StoreSettings;
  /** Files that it was read from, absolute: the settings file and what it includes. */
  readonly files: readonly string[];
}
