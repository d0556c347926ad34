import { settingsError } from '../../settings/settings-error.js';
import { didYouMean } from '../../core/did-you-mean.js';
import { ALL_FLAGS } from '../../settings/flag-table.js';
import { COMMANDS, HELP_TOPICS, commandNamed } from '../command-table.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { EXIT_CODES } from '../exit-codes.js';
import { commandHelp, environmentRows, programHelp, row } from '../help-text.js';

/** `tally help [TOPIC]`. */
export async function run(call: CommandCall, { stdout }: CommandContext): Promise<number> {
  await stdout.write(helpText(call.args[0], stdout.size().columns));
  return 0;
}

function helpText(topic: string | undefined, columns: number): string {
  if (topic === undefined) return programHelp(columns);
  if (topic === 'exit-codes') return exitCodesHelp();
  if (topic === 'environment') return environmentHelp(columns);
  const command = commandNamed(topic) ?? COMMANDS.find(({ name }) => name.startsWith(`${topic} `));
  if (command !== undefined) return commandHelp(command, columns);
  const known = [...COMMANDS.map(({ name }) => name), ...HELP_TOPICS];
  throw settingsError(
    { kind: 'location', text: topic },
    `is no topic${didYouMean(topic, known)}: ${known.join(', ')}`,
  );
}

function exitCodesHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code.padStart(5)}  ${meaning}\n`);
  return `Exit codes (they do not change):\n\n${rows.join('')}`;
}

/** Variables that are no flags. */
const OTHER_VARIABLES = [
  ['TALLY_PASSWORD', 'the password for the host'],
  ['TALLY_PASSPHRASE', 'the passphrase of the private keys'],
  ['TALLY_ENABLE10COLUMNINCLIENTLOG', '1 = the tenth column, by the name that EFT gives it'],
  ['SSH_AUTH_SOCK', 'the ssh-agent, asked when neither password nor key is given'],
  ['NO_COLOR, FORCE_COLOR, TERM', 'as everywhere'],
] as const;

function environmentHelp(columns: number): string {
  const head =
    'A flag wins over its variable, a variable over tallyman.yaml. Switches take 1 or 0; lists of files are parted as in PATH.';
  return [
    head,
    '',
    ...environmentRows(ALL_FLAGS, columns),
    ...OTHER_VARIABLES.flatMap(([name, meaning]) => row(name, meaning, columns)),
    '',
  ].join('\n');
}
