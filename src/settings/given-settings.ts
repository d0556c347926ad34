import { delimiter } from 'node:path';
import * as z from 'zod';
import { ALL_FLAGS, flagVariable, type FlagFacts } from './flag-table.js';
import type { Origin } from './origin.js';
import { choice, fingerprintList, onOff, pathList, text, wholeNumber } from './setting-values.js';
import { SettingsError } from './settings-error.js';
import { transferShape } from './transfer-schema.js';

/** A flag as the command line gave it: text, a list of texts, a switch, or how often it stood there. */
export type FlagValue = string | readonly string[] | boolean | number;

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
  const raw: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  for (const facts of ALL_FLAGS) {
    const given = flagValue(facts, flags) ?? variableValue(facts, environment);
    if (given === undefined) continue;
    raw[facts.key] = facts.counted ? Math.min(Number(given.value), 2) || given.value : given.value;
    origins.set(facts.key, given.origin);
  }
  const parsed = givenSchema.safeParse(raw);
  if (parsed.success) return { values: parsed.data, originOf: (key) => origins.get(key) };
  throw new SettingsError(
    parsed.error.issues.map((issue) => ({
      origin: origins.get(String(issue.path[0])) ?? { kind: 'default' },
      text: issue.message,
    })),
  );
}

interface RawGiven {
  readonly value: FlagValue;
  readonly origin: Origin;
}

function flagValue(
  facts: FlagFacts,
  flags: Readonly<Record<string, FlagValue | undefined>>,
): RawGiven | undefined {
  const value = flags[facts.key];
  if (value === undefined) return undefined;
  const name = value === false && facts.negatable ? `--no-${facts.flag}` : `--${facts.flag}`;
  return { value, origin: { kind: 'flag', name } };
}

/** An empty variable counts as not set. A list of paths is parted as in PATH. */
function variableValue(
  facts: FlagFacts,
  environment: Readonly<Record<string, string | undefined>>,
): RawGiven | undefined {
  const name = flagVariable(facts);
  const value = name === undefined ? undefined : environment[name];
  if (name === undefined || value === undefined || value === '') return undefined;
  const parts = facts.list === 'paths' ? value.split(delimiter).filter((part) => part !== '') : value;
  return { value: parts, origin: { kind: 'environment', name } };
}
