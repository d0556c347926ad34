import { flagVariable, type FlagFacts } from '../settings/flag-table.js';
import type { ArgumentFacts, CommandFacts, Example } from './command-facts.js';
import { COMMANDS } from './command-table.js';

const LEFT_COLUMN = 28;

/** `tally --help`. */
export function programHelp(columns: number): string {
  return [
    'Moves files between your servers and your partners, and writes each one down in the client log.',
    '',
    'Examples:',
    ...exampleLines([
      { line: 'tally demo', says: 'see it work, with nothing set up' },
      { line: 'tally log find inv_0301.xml cl*.log', says: 'where is that file? In logs of ours or of EFT' },
      { line: `tally copy 'outbox/*.xml' sftp://orders@sftp.acme.example/in/`, says: 'push' },
      { line: `tally download 'acme:/out/*.csv' inbox/`, says: 'pull; acme stands in tallyman.yaml' },
      { line: 'tally code 530 --protocol ftp', says: 'what a code of the log means' },
    ]),
    '',
    'Commands:',
    ...COMMANDS.flatMap((command) => row(callOf(command), command.summary, columns)),
    '',
    'A location is a local path, connection:/path, or a URL: sftp:// ftp:// ftpes:// (explicit TLS) ftps:// (implicit TLS)',
    'http:// https:// dav:// davs:// (WebDAV) s3:// (s3://bucket/key).',
    'tally COMMAND --help tells the flags of a command.',
    '',
  ].join('\n');
}

/** `tally copy --help`: examples first. */
export function commandHelp(command: CommandFacts, columns: number): string {
  return [
    `${command.summary[0]?.toUpperCase() ?? ''}${command.summary.slice(1)}.`,
    '',
    'Examples:',
    ...exampleLines(command.examples),
    '',
    `Usage: tally ${callOf(command)} [flags]`,
    '',
    ...(command.notes ?? []).flatMap((note) => fold(note, Math.max(40, columns - 1))),
    ...(command.notes === undefined ? [] : ['']),
    'Flags:',
    ...command.flags.flatMap((flag) => row(flagCall(flag), flagHelp(flag), columns)),
    ...row('-h, --help', 'this help', columns),
    '',
    'Each flag also has a variable: tally help environment. What the exit codes mean: tally help exit-codes.',
    '',
  ].join('\n');
}

function callOf({ name, args }: CommandFacts): string {
  return [name, ...args.map(argumentCall)].join(' ');
}

/** `FILE`, `[FILE]`, `[FILE...]`. */
export function argumentCall({ name, optional, variadic }: ArgumentFacts): string {
  const shown = variadic ? `${name}...` : name;
  return optional ? `[${shown}]` : shown;
}

function flagCall(facts: FlagFacts): string {
  const long = facts.negatable ? `--[no-]${facts.flag}` : `--${facts.flag}`;
  const call = facts.value === undefined ? long : `${long} ${facts.value}`;
  return facts.short === undefined ? `    ${call}` : `-${facts.short}, ${call}`;
}

function flagHelp({ help, choices }: FlagFacts): string {
  return choices === undefined ? help : `${help}: ${choices.join(', ')}`;
}

function exampleLines(examples: readonly Example[]): readonly string[] {
  return examples.flatMap(({ line, says }) => [`  ${line}`, `      ${says}`]);
}

/** The variables of all flags, for `tally help environment`. */
export function environmentRows(flags: readonly FlagFacts[], columns: number): readonly string[] {
  return flags.flatMap((facts) => {
    const variable = flagVariable(facts);
    return variable === undefined ? [] : row(variable, `--${facts.flag}: ${facts.help}`, columns);
  });
}

/** Two columns, the right one folded at word borders. */
export function row(left: string, right: string, columns: number): readonly string[] {
  const width = Math.max(20, columns - LEFT_COLUMN - 3);
  const lines = fold(right, width);
  const head = `  ${left}`;
  const indent = ' '.repeat(LEFT_COLUMN + 2);
  if (head.length > LEFT_COLUMN) return [head, ...lines.map((line) => indent + line)];
  return [head.padEnd(LEFT_COLUMN + 2) + (lines[0] ?? ''), ...lines.slice(1).map((line) => indent + line)];
}

function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
