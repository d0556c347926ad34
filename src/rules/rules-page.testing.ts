import { TRANSFER_KEYS } from '../settings/transfer-schema.js';
import { settingsJsonSchema } from './json-schema/settings-json-schema.js';

/** The reference page of rules, as it must stand in docs/reference/rules.md: made from the schema that checks them. */
export function renderRulesPage(): string {
  const schema = settingsJsonSchema('config') as unknown as Node;
  const { definitions = {} } = schema;
  const house = schema.properties ?? {};
  return [
    INTRO,
    table(definitions['rule']),
    TRIGGERS,
    ...section(definitions['trigger'], '###'),
    CONDITIONS,
    ...section(conditionGroup(definitions['conditions'], definitions), '###'),
    STEPS,
    ...section(definitions['step'], '###', new Set<string>(TRANSFER_KEYS)),
    EXPECTATIONS,
    ...section(groupIn(definitions['rule']?.properties?.['expect'], definitions), '###'),
    CALENDARS,
    table(definitions['calendar']),
    COMMANDS,
    table(groupIn(house['commands'], definitions)),
    MAIL,
    table(groupIn(house['mail'], definitions)),
    API,
    ...section(groupIn(house['api'], definitions), '###'),
    STORE,
    table(groupIn(house['store'], definitions)),
  ].join('\n');
}

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly items?: Node;
  readonly $ref?: string;
  readonly definitions?: Definitions;
}

type Definitions = Readonly<Record<string, Node>>;

const NOTHING: ReadonlySet<string> = new Set();

/** A table of keys, then a table for each key that holds a group of its own. */
function section(node: Node | undefined, level: string, without = NOTHING): readonly string[] {
  const groups = Object.entries(node?.properties ?? {}).flatMap(([key, value]) => {
    const group = groupIn(value, {});
    return group === undefined ? [] : [`${level} ${key}\n`, table(group, without)];
  });
  return [table(node), ...groups];
}

function table(node: Node | undefined, without = NOTHING): string {
  const { properties = {}, required = [] } = node ?? {};
  const rows = Object.entries(properties)
    .filter(([key]) => !without.has(key))
    .map(
      ([key, value]) =>
        `| \`${key}\` | ${cell(meaning(value))} | ${cell(preset(value, required.includes(key)))} |`,
    );
  const transfers = Object.keys(properties).some((key) => without.has(key))
    ? [
        '',
        'Besides: the keys of [transfers](settings.md#transfers-and-the-same-keys-within-a-connection), in place of those of the connection.',
      ]
    : [];
  return ['| key | meaning | default |', '| --- | --- | --- |', ...rows, ...transfers, ''].join('\n');
}

function meaning(node: Node): string {
  const words = (node.oneOf ?? []).filter((each) => each.const !== undefined);
  const list = words.map((each) => `\`${each.const ?? ''}\`: ${each.description ?? ''}`).join('; ');
  return list === '' ? (node.description ?? '') : `${node.description ?? ''}. ${list}`;
}

function preset(node: Node, isRequired: boolean): string {
  if (isRequired) return 'needed';
  const { default: value } = node;
  if (value === undefined || isEmpty(value)) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

/** The group of keys among the forms of a value; not one that has a section of its own. */
function groupIn(node: Node | undefined, definitions: Definitions): Node | undefined {
  if (node === undefined) return undefined;
  if (node.properties !== undefined) return node;
  for (const form of [...(node.anyOf ?? []), ...(node.allOf ?? [])]) {
    const group = groupIn(form, definitions);
    if (group !== undefined) return group;
  }
  return undefined;
}

/** The conditions refer to their group by a name that the library gave. */
function conditionGroup(node: Node | undefined, definitions: Definitions): Node | undefined {
  for (const form of node?.anyOf ?? []) {
    const named = definitions[form.$ref?.replace('#/definitions/', '') ?? ''];
    const group = groupIn(named ?? form, definitions);
    if (group !== undefined) return group;
  }
  return undefined;
}

const INTRO = `# Rules

<!-- Made from the schemas in src/rules by \`npx vitest run src/rules/rules-page -u\`. Do not edit. -->

A rule says when it runs (\`on\`), what must hold (\`when\`) and what it does (\`do\`). Rules stand in \`tallyman.yaml\` or in a
file that it [includes](settings.md#include), each under its name (letters, digits, \`_\`, \`.\`, \`-\`). \`tally rules validate\`
tells every mistake with its line; \`tally schema\` gives editors the same.

\`\`\`yaml
rules:
  send-orders:
    on: { folder: { path: ./outbox, include: ["*.xml"] } }
    do:
      - move: { from: "%FS.PATH%", to: "acme:/in/%FS.FILE_NAME%", overwrite: fail }
        ifFailed:
          - run: [./alert.sh, "%FS.FILE_NAME%"]
          - stop: thisRule
\`\`\`

- Texts may hold [variables](variables.md) (\`%FS.FILE_NAME%\`); a text that begins with \`%\` stands in quotes. \`tally rules show NAME\` lists those of a rule.
- Relative paths count from the folder of \`tallyman.yaml\`.
- Durations: \`30s\`, \`5m\`, \`1h30m\`, \`2d\`; sizes: \`500\`, \`64k\`, \`5M\`; times of day: \`"06:00"\`; days: \`mon-fri\`, \`[sat, sun]\`.
- Where one thing is expected, a list of them may stand, and the other way round: \`on\`, \`do\`, \`when\`, \`ifFailed\`, \`include\`.
- A rule touches only the local folders that its triggers and actions name, or those in \`roots\`. None may hold the settings, the store or, to write to, the logs: what arrives must never become a rule.
- A changed file takes effect without a restart; a broken, emptied or missing one keeps the last good rules and raises an alarm. A run keeps the rule that it began with.

## A rule
`;

const TRIGGERS = `## Triggers

\`on:\` holds one trigger or a list of them. Short forms: \`folder: ./outbox\`, \`schedule: "0 6 * * 1-5"\`, \`every: 10m\`,
\`remote: acme:/out/\`, \`manual:\`, \`afterRule: other\`, \`connectionFailed: acme\`. See also [folders](folder-trigger.md) and
[schedules](schedule.md).
`;

const CONDITIONS = `## Conditions

\`when:\` and \`if:\` hold a group of conditions, or a list of groups: all of them must hold. \`any\` takes one of them, \`not\`
turns a single one round. \`\`when: { fileName: "*.xml", any: [{ size: { min: 1k } }, { weekday: sat-sun }] }\`\`
`;

const STEPS = `## Steps

\`do:\` is a list of steps, done one after another. A step is an action with what goes with it, a branch (\`if\`, \`then\`,
\`else\`) or a loop (\`each\`, \`do\`). Short forms: \`run: [./x.sh, a]\`, \`delete: PATH\`, \`makeFolder: PATH\`, \`archive: PATH\`,
\`call: RULE\`, \`systemLog: TEXT\`.

\`ifFailed\` runs exactly when the action failed (EFT: "if action FAILED"). Without it a failed copy, move or download stops
the rule, as in EFT; any other action lets it go on. \`ifFailed: []\` lets it go on in any case.

\`rename\` takes a name in the file's own folder or a path on its side. A mask without a folder, such as \`from: "*.xml"\`, is meant in
the folder of the event's file, as in EFT.
`;

const EXPECTATIONS = `## Expectations

\`expect:\` holds one or a list. An alarm is raised when it is not met, and a notice comes when it is after all.
Short forms: \`run: 20m\`, \`poll: 20m\`.
`;

const CALENDARS = `## calendars

\`calendars: { bank-holidays: { days: [2026-12-25, 05-01], weekdays: sat-sun } }\`: names for \`notOn\`, \`onlyOn\` and the
condition \`calendar\`.
`;

const COMMANDS = `## commands

In \`tallyman.yaml\` only, as are the following.
`;

const MAIL = `## mail
`;

const API = `## api
`;

const STORE = `## store
`;
