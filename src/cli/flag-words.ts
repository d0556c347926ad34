import type { FlagFacts } from '../settings/flag-table.js';
import type { FlagValue } from '../settings/given-settings.js';
import { shownProxyUrls } from '../settings/proxy-url.js';
import { commandNamed } from './command-table.js';

/** Flags as they would be typed behind a command, for showing: the password of a proxy is left to who types them. */
export function commandFlagWords(
  command: string,
  flags: Readonly<Record<string, FlagValue | undefined>>,
): readonly string[] {
  return (commandNamed(command)?.flags ?? []).flatMap((facts) => flagWords(facts, flags[facts.key]));
}

function flagWords(facts: FlagFacts, value: FlagValue | undefined): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [value ? `--${facts.flag}` : `--no-${facts.flag}`];
  const values = typeof value === 'object' ? value : [String(value)];
  return values.flatMap((each) => [`--${facts.flag}`, facts.key === 'proxy' ? shownProxyUrls(each) : each]);
}
