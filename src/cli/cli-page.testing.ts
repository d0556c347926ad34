import { argumentCall } from './help-text.js';
import { flagVariable } from '../settings/flag-table.js';
import type { CommandFacts } from './command-facts.js';
import { COMMANDS } from './command-table.js';

/** The reference page of the command line, as it must stand in docs/reference/cli.md. */
export function renderCliPage(): string {
  return [INTRO, ...COMMANDS.map(renderCommand)].join('\n');
}

const INTRO = `# The command line

<!-- Made from src/cli/command-table.ts by \`npx vitest run src/cli/cli-page -u\`. Do not edit. -->

Data goes to stdout, everything else to stderr. On a terminal results are aligned and coloured; in a pipe they are
plain, one record a line, parted by tabs, nothing cut; \`--json\` gives one document with \`schemaVersion\`, \`--jsonl\` one
object a line. Flags may stand anywhere. A flag wins over its variable, a variable over \`tallyman.yaml\`.
`;

function renderCommand({ name, summary, args, flags, examples, notes = [] }: CommandFacts): string {
  const call = ['tally', name, ...args.map(argumentCall)].join(' ');
  return [
    `## ${call}`,
    '',
    `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`,
    '',
    '```',
    ...examples.map(({ line, says }) => `${line}   # ${says}`),
    '```',
    '',
    ...notes.map((note) => `- ${note}`),
    ...(notes.length > 0 ? [''] : []),
    '| flag | variable | meaning |',
    '| --- | --- | --- |',
    ...flags.map((facts) => {
      const long = `--${facts.negatable ? '[no-]' : ''}${facts.flag}${facts.value === undefined ? '' : ` ${facts.value}`}`;
      const shown = facts.short === undefined ? long : `-${facts.short}, ${long}`;
      const choices = facts.choices === undefined ? '' : `: ${facts.choices.join(', ')}`;
      const variable = flagVariable(facts);
      return `| \`${shown}\` | ${variable === undefined ? '' : `\`${variable}\``} | ${facts.help}${choices} |`;
    }),
    '',
  ].join('\n');
}
