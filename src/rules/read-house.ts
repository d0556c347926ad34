import type * as z from 'zod';
import { settingsProblems } from '../settings/settings-problems.js';
import type { SettingsDocument } from '../settings/settings-document.js';
import type { SettingsProblem } from '../settings/settings-error.js';
import { HOUSE_SCHEMAS, usualMailPort } from './house-schema.js';
import {
  DEFAULT_API_SETTINGS,
  DEFAULT_STORE_SETTINGS,
  type ApiSettings,
  type CommandSettings,
  type MailSettings,
  type StoreSettings,
} from './house-settings.js';
import { absolutePath } from './read-location.js';
import type { TriggerDefaults } from './triggers/read-triggers.js';
import { withoutUndefined } from './without-undefined.js';

/** The parts of the settings that rules and the daemon share. */
export interface HouseSettings {
  readonly commands: CommandSettings;
  readonly mail: MailSettings | undefined;
  readonly api: ApiSettings;
  readonly store: StoreSettings;
}

type Sections = typeof HOUSE_SCHEMAS;
type Written = { readonly [Section in keyof Sections]?: z.output<Sections[Section]> | undefined };

/** `commands`, `mail`, `api` and `store` of the settings file; what is not valid is told and has its default. */
export function readHouse(
  document: SettingsDocument | undefined,
  problems: SettingsProblem[],
  defaults: TriggerDefaults,
): HouseSettings {
  const written = document === undefined ? {} : writtenHouse(document, problems);
  const path = (text: string) => absolutePath(text, defaults);
  return {
    commands: { allow: (written.commands?.allow ?? []).map(path) },
    mail: written.mail === undefined ? undefined : readMail(written.mail, path),
    api: readApi(written.api, path),
    store: readStore(written.store, path),
  };
}

function writtenHouse(document: SettingsDocument, problems: SettingsProblem[]): Written {
  const data = (document.data ?? {}) as Readonly<Record<string, unknown>>;
  const found: Record<string, unknown> = {};
  for (const [section, schema] of Object.entries(HOUSE_SCHEMAS)) {
    if (data[section] === undefined) continue;
    const parsed = schema.safeParse(data[section]);
    if (parsed.success) found[section] = parsed.data;
    else problems.push(...settingsProblems(parsed.error.issues, document, [section]));
  }
  return found;
}

type PathReader = (text: string) => string;

function readMail(written: NonNullable<Written['mail']>, path: PathReader): MailSettings {
  const { ca, port = usualMailPort(written.security) } = written;
  return withoutUndefined({ ...written, port, ca: ca === undefined ? undefined : path(ca) });
}

function readApi(written: Written['api'], path: PathReader): ApiSettings {
  if (written === undefined) return DEFAULT_API_SETTINGS;
  const { tls } = written;
  return withoutUndefined({
    ...written,
    tls: tls === undefined ? undefined : { certificate: path(tls.certificate), key: path(tls.key) },
  });
}

function readStore(written: Written['store'], path: PathReader): StoreSettings {
  if (written === undefined) return DEFAULT_STORE_SETTINGS;
  const {
    file,
    keepFailures: keepFailuresMs,
    keepSuccesses: keepSuccessesMs,
    keepAudit: keepAuditMs,
  } = written;
  return withoutUndefined({
    file: file === undefined ? undefined : path(file),
    keepFailuresMs,
    keepSuccessesMs,
    keepAuditMs,
  });
}
