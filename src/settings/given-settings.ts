import * as z from 'zod';
import { givenTexts, type FlagValue } from './given-texts.js';
import type { Origin } from './origin.js';
import { choice, fingerprintList, onOff, pathList, text, wholeNumber, wordList } from './setting-values.js';
import { SettingsError } from './settings-error.js';
import { transferShape } from './transfer-schema.js';

export type { FlagValue };

const givenSchema = z.object({
  ...transferShape,
  logFolder: text('a folder').optional(),
  tenthColumn: onOff.optional(),
  stateFolder: text('a folder').optional(),
  user: text('a user name').optional(),
  passwordFile: text('a path').optional(),
  identities: pathList.optional(),
  hostKeys: fingerprintList.optional(),
  knownHosts: pathList.optional(),
  ca: pathList.optional(),
  pins: fingerprintList.optional(),
  proxy: wordList('the URL of a proxy, or none', () => true).optional(),
  endpoint: text('a URL').optional(),
  region: text('a region').optional(),
  trace: text('a path').optional(),
  active: onOff.optional(),
  recursive: onOff.optional(),
  dryRun: onOff.optional(),
  progress: choice(['auto', 'bar', 'line', 'json', 'none']).optional(),
  json: onOff.optional(),
  jsonl: onOff.optional(),
  config: text('a path').optional(),
  quiet: onOff.optional(),
  verbose: wholeNumber(0, 2, 1).optional(),
  noColor: onOff.optional(),
  noInput: onOff.optional(),
});

export type GivenValues = z.output<typeof givenSchema>;
export type GivenKey = keyof GivenValues;

/** What the command line and, below it, the environment say. */
export interface GivenSettings {
  readonly values: GivenValues;
  /** Undefined for what was not given. */
  readonly originOf: (key: string) => Origin | undefined;
}

/** Checks flags and variables; all problems at once as SETTINGS_INVALID, each with its flag or variable. */
export function readGivenSettings(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): GivenSettings {
  const { texts, originOf } = givenTexts(flags, environment);
  const parsed = givenSchema.safeParse(texts);
  if (parsed.success) return { values: parsed.data, originOf };
  throw new SettingsError(
    parsed.error.issues.map((issue) => ({
      origin: originOf(String(issue.path[0])) ?? { kind: 'default' },
      text: issue.message,
    })),
  );
}
