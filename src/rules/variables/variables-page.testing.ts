import { VARIABLES, type VariableFacts, type VariableWhen } from './variable-catalogue.js';

/** The reference page of the variables, as it must stand in docs/reference/variables.md. */
export function renderVariablesPage(): string {
  const rows: readonly [string, VariableFacts][] = Object.entries(VARIABLES);
  const groups = [...new Set(rows.map(([, { when }]) => when))];
  return [INTRO, ...groups.map((when) => renderGroup(when, rows)), OUTRO].join('\n');
}

const WHEN: Readonly<Record<VariableWhen, string>> = {
  always: 'In every rule',
  fileEvent: 'Of the file that caused the run (folder and remote triggers)',
  hook: 'Of a webhook',
  afterRule: 'Of a trigger afterRule',
  connectionFailed: 'Of a trigger connectionFailed',
  monitorFailed: 'Of a trigger monitorFailed',
  loop: 'Within each',
  failure: 'Within ifFailed',
};

function renderGroup(when: VariableWhen, rows: readonly [string, VariableFacts][]): string {
  const own = rows.filter(([, facts]) => facts.when === when);
  return [
    `## ${WHEN[when]}`,
    '',
    '| variable | what it is | example | in EFT |',
    '| --- | --- | --- | --- |',
    ...own.map(([name, facts]) => {
      const kind = KINDS[facts.kind];
      return `| \`%${name}%\` | ${facts.text}${kind} | \`${facts.example}\` | ${facts.isEft ? 'yes' : ''} |`;
    }),
    '',
  ].join('\n');
}

const KINDS: Readonly<Record<VariableFacts['kind'], string>> = {
  word: '',
  time: ' (a time: may have a format)',
  path: ' (a whole path: may only begin a path)',
  lowerPath: ' (the end of a path: may not begin one)',
};

const INTRO = `# Variables

<!-- Made from src/rules/variables/variable-catalogue.ts by \`npx vitest run src/rules/variables/variables-page -u\`. Do not edit. -->

Texts, paths and arguments of a rule may hold \`%NAME%\`, in capitals or not. \`%%\` is one percent sign; a percent sign
that begins no name stays as it is. A time may have a format: \`%EVENT.TIME:yyyy-MM-dd%\`, with the letters of
[Luxon](https://moment.github.io/luxon/#/formatting?id=table-of-tokens), in the time zone of this machine. A name that
does not exist, or has no value in that place, is an error of \`tally rules validate\`.

A rule has variables of its own: \`variables: { region: north, MY.TARGET: "acme:/in/%region%" }\`. They may hold others,
but not in a circle; whoever runs the rule by hand may give them other values. Their names need no dot. (\`%C3%BC\` and
the like in an address stay as they are, unless the rule has a variable named \`C3\`.)
`;

const OUTRO = `## What a value may not do

A value is text, whatever stands in it, and is looked at once: percent signs in it mean nothing.

| where | refused with PATH_REFUSED |
| --- | --- |
| path or location | a value with a separator, \`..\`, a control character or a wildcard; one that leaves a name empty, or names a connection, a drive, a scheme or a host; a device name or a trailing dot on Windows |
| local path | whatever lies outside the rule's \`roots\` once it is put together (without \`roots\`: the folder of the rule's file, and those that its triggers watch) |
| argument of a program | a value that begins it with a dash (on Windows also with \`/\`): put the dash or \`./\` into the rule |

What a format of the rule writes may hold separators: \`done/%EVENT.TIME:yyyy/MM%/%FS.FILE_NAME%\`. In the \`to\` of a
transfer of several files, \`%SOURCE.FILE_NAME%\` (and \`%FS.FILE_NAME%\`, \`%FS.BASE_FILE_NAME%\` where no file caused the run) is
filled for each of them.
`;
