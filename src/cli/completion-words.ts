import type { CommandFacts } from './command-facts.js';
import { COMMANDS, HELP_TOPICS, SHELLS } from './command-table.js';
import { COMMON_FLAGS, type FlagFacts } from '../settings/flag-table.js';

/** What may stand at the cursor. */
export interface Completions {
  readonly words: readonly string[];
  /** The shell adds its own file names. */
  readonly files: boolean;
}

const NOTHING: Completions = { words: [], files: false };
const FILES: Completions = { words: [], files: true };

/**
 * What can follow. `words`: those behind `tally`, the last one being the unfinished one at the cursor (maybe empty).
 * `connections`: names of the settings, fetched only where a location may stand.
 */
export function completionsFor(words: readonly string[], connections: () => readonly string[]): Completions {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandOf(before);
  const flags = command?.flags ?? COMMON_FLAGS;
  const open = openFlag(before, flags);
  if (open !== undefined) return valuesOf(open, current);
  if (current.startsWith('--') && current.includes('=')) return afterEquals(current, flags);
  if (current.startsWith('-') && !before.includes('--')) return starting(current, flagNames(flags));
  if (command === undefined) return starting(current, firstWords(before));
  const count = argumentCount(before, command);
  const last = command.args.at(-1);
  const argument = count >= command.args.length && last?.variadic ? last : command.args[count];
  switch (argument?.completes) {
    case 'location':
      return locations(current, connections);
    case 'connection':
      return starting(current, connections());
    case 'topic':
      return starting(current, [...COMMANDS.map(({ name }) => name), ...HELP_TOPICS]);
    case 'shell':
      return starting(current, SHELLS);
    case 'file':
      return FILES;
    case undefined:
      return NOTHING;
  }
}

function commandOf(before: readonly string[]): CommandFacts | undefined {
  const plain = withoutFlags(before, COMMON_FLAGS);
  return COMMANDS.find(({ name }) => name === plain[0] || name === `${plain[0]} ${plain[1]}`);
}

function firstWords(before: readonly string[]): readonly string[] {
  const [group] = withoutFlags(before, COMMON_FLAGS);
  if (group === undefined) return [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0] ?? ''))];
  return COMMANDS.filter(({ name }) => name.startsWith(`${group} `)).map(
    ({ name }) => name.split(' ')[1] ?? '',
  );
}

/** How many arguments of the command stand before the cursor. */
function argumentCount(before: readonly string[], command: CommandFacts): number {
  return withoutFlags(before, command.flags).length - command.name.split(' ').length;
}

function withoutFlags(words: readonly string[], flags: readonly FlagFacts[]): readonly string[] {
  const plain: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') return [...plain, ...words.slice(index + 1)];
    if (!word.startsWith('-') || word === '-') plain.push(word);
    else if (flagNamed(word, flags)?.value !== undefined) index += 1;
  }
  return plain;
}

function flagNamed(word: string, flags: readonly FlagFacts[]): FlagFacts | undefined {
  return flags.find(
    ({ flag, short }) => word === `--${flag}` || (short !== undefined && word === `-${short}`),
  );
}

/** The flag whose value stands at the cursor. */
function openFlag(before: readonly string[], flags: readonly FlagFacts[]): FlagFacts | undefined {
  const facts = flagNamed(before.at(-1) ?? '', flags);
  return facts?.value === undefined ? undefined : facts;
}

function valuesOf(facts: FlagFacts, current: string): Completions {
  if (facts.choices !== undefined) return starting(current, facts.choices);
  return facts.completes === undefined ? NOTHING : FILES;
}

function afterEquals(current: string, flags: readonly FlagFacts[]): Completions {
  const equals = current.indexOf('=');
  const head = current.slice(0, equals + 1);
  const facts = flagNamed(current.slice(0, equals), flags);
  if (facts?.choices === undefined) return facts?.completes === undefined ? NOTHING : FILES;
  return starting(
    current,
    facts.choices.map((choice) => head + choice),
  );
}

function flagNames(flags: readonly FlagFacts[]): readonly string[] {
  return [
    ...flags.flatMap(({ flag, negatable }) => (negatable ? [`--${flag}`, `--no-${flag}`] : [`--${flag}`])),
    '--help',
  ];
}

/** Connections first; anything that looks like a path is left to the shell. */
function locations(current: string, connections: () => readonly string[]): Completions {
  if (/[/\\:]/.test(current) || current.startsWith('.') || current.startsWith('~')) return FILES;
  return {
    words: starting(
      current,
      connections().map((name) => `${name}:`),
    ).words,
    files: true,
  };
}

function starting(current: string, words: readonly string[]): Completions {
  return { words: words.filter((word) => word.startsWith(current)), files: false };
}
