import { delimiter } from 'node:path';
import { ALL_FLAGS, flagVariable, type FlagFacts } from './flag-table.js';
import type { Origin } from './origin.js';

/** A flag as the command line gave it: text, a list of texts, a switch, or how often it stood there. */
export type FlagValue = string | readonly string[] | boolean | number;

/** What flags and variables say, by key, not yet checked. */
export interface GivenTexts {
  readonly texts: Readonly<Record<string, unknown>>;
  /** Undefined for what was not given. */
  readonly originOf: (key: string) => Origin | undefined;
}

/** Gathers what the command line and, below it, the environment say. */
export function givenTexts(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): GivenTexts {
  const texts: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  for (const facts of ALL_FLAGS) {
    const given = flagValue(facts, flags) ?? variableValue(facts, environment);
    if (given === undefined) continue;
    texts[facts.key] = facts.counted ? Math.min(Number(given.value), 2) || given.value : given.value;
    origins.set(facts.key, given.origin);
  }
  return { texts, originOf: (key) => origins.get(key) };
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
