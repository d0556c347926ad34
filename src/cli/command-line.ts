import { Command, CommanderError, Option } from 'commander';
import type { FlagFacts } from '../settings/flag-table.js';
import type { FlagValue } from '../settings/given-settings.js';
import type { CommandCall } from './command-call.js';
import type { CommandFacts } from './command-facts.js';
import { COMMANDS } from './command-table.js';
import { commandHelp, programHelp } from './help-text.js';
import { codesAsArguments, flagsBehindCommand } from './argument-order.js';

/** What the words of the command line ask for. */
export type CommandLine =
  | { readonly kind: 'call'; readonly command: CommandFacts; readonly call: CommandCall }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage'; readonly command: string; readonly problem: string };

/** Parses the words behind `tally`; flags may stand anywhere. */
export function parseCommandLine(words: readonly string[], version: string, columns: number): CommandLine {
  let found: CommandLine | undefined;
  const program = new Command('tally');
  quiet(program, () => programHelp(columns))
    .version(version, '--version')
    .helpCommand(false);
  for (const facts of COMMANDS) {
    const command = declare(parentOf(program, facts), facts, columns);
    command.action(() => {
      found = {
        kind: 'call',
        command: facts,
        call: { name: facts.name, args: command.args, flags: flagValues(facts, command.opts()) },
      };
    });
  }
  try {
    program.parse(codesAsArguments(flagsBehindCommand(words)), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return outcomeOf(error, words, version, columns);
    throw error;
  }
  return found ?? { kind: 'print', text: programHelp(columns) };
}

function quiet(command: Command, help: () => string): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ formatHelp: help })
    .helpOption('-h, --help');
}

/** `config show` stands below `config`. */
function parentOf(program: Command, facts: CommandFacts): Command {
  const [group, verb] = facts.name.split(' ');
  if (verb === undefined) return program;
  const existing = program.commands.find((command) => command.name() === group);
  return existing ?? quiet(program.command(group ?? ''), () => programHelp(80)).helpCommand(false);
}

function declare(parent: Command, facts: CommandFacts, columns: number): Command {
  const name = facts.name.split(' ').at(-1) ?? facts.name;
  const command = quiet(parent.command(name), () => commandHelp(facts, columns));
  for (const { name: argument, optional, variadic } of facts.args) {
    const word = variadic ? `${argument}...` : argument;
    command.argument(optional ? `[${word}]` : `<${word}>`);
  }
  for (const flag of facts.flags) for (const option of optionsOf(flag)) command.addOption(option);
  return command;
}

function optionsOf(facts: FlagFacts): readonly Option[] {
  const long = facts.value === undefined ? `--${facts.flag}` : `--${facts.flag} <${facts.value}>`;
  const option = new Option(facts.short === undefined ? long : `-${facts.short}, ${long}`);
  if (facts.list) option.argParser((word: string, before: string[] | undefined) => [...(before ?? []), word]);
  if (facts.counted) option.argParser((_word: string, before: number | undefined) => (before ?? 0) + 1);
  return facts.negatable ? [option, new Option(`--no-${facts.flag}`)] : [option];
}

/** From commander's names to ours. `--no-color` is a flag of its own, not the contrary of one. */
function flagValues(
  facts: CommandFacts,
  options: Readonly<Record<string, FlagValue | undefined>>,
): Record<string, FlagValue | undefined> {
  return Object.fromEntries(
    facts.flags.map(({ key, flag }) => {
      if (!flag.startsWith('no-')) return [key, options[camelCase(flag)]];
      return [key, options[camelCase(flag.slice(3))] === false ? true : undefined];
    }),
  );
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function outcomeOf(
  error: CommanderError,
  words: readonly string[],
  version: string,
  columns: number,
): CommandLine {
  const named = commandOfWords(words);
  switch (error.code) {
    case 'commander.version':
      return { kind: 'print', text: `${version}\n` };
    case 'commander.helpDisplayed':
    case 'commander.help':
      return {
        kind: 'print',
        text: named === undefined ? programHelp(columns) : commandHelp(named, columns),
      };
    case 'commander.excessArguments':
      return { kind: 'usage', command: named?.name ?? '', problem: tooManyArguments(named, error) };
    default:
      return { kind: 'usage', command: named?.name ?? '', problem: plainText(error) };
  }
}

/** The usual cause is a mask that the shell has spread out. */
function tooManyArguments(command: CommandFacts | undefined, error: CommanderError): string {
  if (command?.args[0]?.completes !== 'location') return plainText(error);
  return `too many places; put a mask into quotes so that the shell leaves it alone: tally ${command.name} '*.xml' ...`;
}

function plainText(error: CommanderError): string {
  return error.message.replace(/^error: /, '').replaceAll('\n', ' ');
}

function commandOfWords(words: readonly string[]): CommandFacts | undefined {
  const [first, second] = flagsBehindCommand(words);
  return COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
}
