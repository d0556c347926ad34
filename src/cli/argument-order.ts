import { ALL_FLAGS } from '../settings/flag-table.js';

const WITH_VALUE = new Set(
  ALL_FLAGS.filter(({ value }) => value !== undefined).flatMap(({ flag, short }) =>
    short === undefined ? [`--${flag}`] : [`--${flag}`, `-${short}`],
  ),
);

/**
 * Puts flags that stand before the command behind it, where the command knows them: `tally -v --config x copy a b`
 * becomes `tally copy -v --config x a b`. `--help` and `--version` alone stay where they are.
 */
export function flagsBehindCommand(words: readonly string[]): readonly string[] {
  let command = 0;
  while (command < words.length && isFlag(words[command])) {
    command += WITH_VALUE.has(words[command] ?? '') ? 2 : 1;
  }
  if (command === 0 || command >= words.length) return words;
  const name = words[command] ?? '';
  const second = words[command + 1];
  const verb = GROUPS.has(name) && second !== undefined && !isFlag(second) ? [name, second] : [name];
  return [...verb, ...words.slice(0, command), ...words.slice(command + verb.length)];
}

/** Their commands have two words. */
const GROUPS: ReadonlySet<string> = new Set(['config', 'log']);

function isFlag(word: string | undefined): boolean {
  return word !== undefined && word.startsWith('-') && word !== '-' && word !== '--';
}

/** `tally code -1`: the number is no flag. */
export function codesAsArguments(words: readonly string[]): readonly string[] {
  const code = words.findIndex((word) => /^-\d+$/.test(word));
  if (words[0] !== 'code' || code < 0 || words.includes('--')) return words;
  return [...words.slice(0, code), ...words.slice(code + 1), '--', words[code] ?? ''];
}
