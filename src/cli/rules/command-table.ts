import { COMMON_FLAGS, FORMAT_FLAGS, type FlagFacts } from '../../settings/flag-table.js';
import type { CommandFacts } from '../command-facts.js';

const JSON_FLAG = FORMAT_FLAGS.filter(({ key }) => key === 'json');

const VALIDATE_FLAGS = [
  {
    key: 'format',
    flag: 'format',
    value: 'FORM',
    choices: ['words', 'github', 'json'],
    variable: false,
    help: 'form of the problems (default words); github: annotations of a workflow',
  },
] as const satisfies readonly FlagFacts[];

const NEXT_FLAGS = [
  {
    key: 'count',
    flag: 'count',
    value: 'N',
    variable: false,
    help: 'so many runs (default 10, at most 1000)',
  },
  {
    key: 'from',
    flag: 'from',
    value: 'TIME',
    variable: false,
    help: 'after this time and not after now, such as 2026-10-24 or 2026-10-24T12:00+02:00',
  },
] as const satisfies readonly FlagFacts[];

const TEST_FLAGS = [
  {
    key: 'asIf',
    flag: 'as-if',
    value: 'EVENT',
    choices: [
      'folder',
      'remote',
      'schedule',
      'manual',
      'webhook',
      'afterRule',
      'daemon',
      'monitorFailed',
      'connectionFailed',
    ],
    variable: false,
    help: 'as if this trigger had spoken (default: the folder that it watches, else its first one)',
  },
  {
    key: 'file',
    flag: 'file',
    value: 'FILE',
    variable: false,
    help: 'only with this file: a local path or connection:/path',
  },
  {
    key: 'at',
    flag: 'at',
    value: 'TIME',
    variable: false,
    help: 'as if it were this time, such as 2026-12-24T06:00',
  },
  {
    key: 'values',
    flag: 'value',
    value: 'NAME=VALUE',
    list: 'paths',
    variable: false,
    help: 'value of a variable for this test; may be given several times',
  },
  {
    key: 'limit',
    flag: 'limit',
    value: 'N',
    variable: false,
    help: 'try a run with so many of the ready files (default 10, at most 1000)',
  },
] as const satisfies readonly FlagFacts[];

/** `tally rules ...`, `tally schema`, `tally init`. */
export const RULES_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'rules list',
    summary: 'the rules of the settings, each in one sentence',
    args: [],
    flags: [...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [{ line: 'tally rules list', says: 'name, state, triggers, what it does' }],
    load: () => import('../commands/rules-list.js'),
    endsAtOnce: true,
  },
  {
    name: 'rules show',
    summary: 'print one rule: what it does, its text, its next times, the variables it can use',
    args: [{ name: 'NAME' }],
    flags: [...JSON_FLAG, ...COMMON_FLAGS],
    examples: [{ line: 'tally rules show send-orders', says: 'before it is changed' }],
    load: () => import('../commands/rules-show.js'),
    endsAtOnce: true,
  },
  {
    name: 'rules validate',
    summary: 'check the settings and all rules: every mistake with file, line and column',
    args: [{ name: 'FILE', optional: true, completes: 'file' }],
    flags: [...VALIDATE_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: 'tally rules validate', says: 'the settings in force and what they include' },
      { line: 'tally rules validate tallyman.yaml --format github', says: 'in a workflow, before a merge' },
    ],
    notes: [
      'Nobody is asked: no partner, no folder, no daemon. Exit code 0: valid; 8: not. A FILE is a whole settings file; of a file that another includes, name the one that includes it.',
    ],
    load: () => import('../commands/rules-validate.js'),
    endsAtOnce: true,
  },
  {
    name: 'rules test',
    summary: 'say what a rule would do now with what really lies there, and change nothing',
    args: [{ name: 'NAME' }],
    flags: [...TEST_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS],
    examples: [
      {
        line: 'tally rules test send-orders',
        says: 'which files it takes, why not the others, what it would do',
      },
      { line: 'tally rules test send-orders --file outbox/a.xml', says: 'with this file' },
      { line: 'tally rules test nightly --at 2026-12-24T06:00', says: 'as if it were that time' },
    ],
    notes: [
      'Folders and partners are really looked at: it logs in there. No file is written, renamed or removed, nothing is sent, and neither store nor log is touched; no daemon is needed. A disabled rule can be tested too.',
      'Exit code 0: there is something to do and all of it would go well; 9: there is nothing to do; else as the first failure.',
    ],
    load: () => import('../commands/rules-test.js'),
    endsAtOnce: true,
  },
  {
    name: 'rules next',
    summary: 'the next runs by the clock, with what is left out and why',
    args: [{ name: 'NAME', optional: true }],
    flags: [...NEXT_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: 'tally rules next', says: 'of all enabled rules, the next first' },
      { line: 'tally rules next nightly --from 2026-10-24', says: 'over the change of the clocks' },
    ],
    notes: [
      'Times are those of the zone of the schedule. A random delay (jitter) comes on top. No daemon is asked: a rule that is paused is not known here.',
    ],
    load: () => import('../commands/rules-next.js'),
    endsAtOnce: true,
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of the settings, for editors and other tools',
    args: [{ name: 'PART', optional: true }],
    flags: COMMON_FLAGS,
    examples: [
      { line: 'tally schema > tallyman.schema.json', says: 'of all of tallyman.yaml' },
      { line: 'tally schema rule', says: 'of one rule; also: connection, config' },
    ],
    load: () => import('../commands/schema.js'),
    endsAtOnce: true,
  },
  {
    name: 'init',
    summary: 'write a small tallyman.yaml to begin with, and the schema for editors beside it',
    args: [{ name: 'DIR', optional: true, completes: 'file' }],
    flags: COMMON_FLAGS,
    examples: [{ line: 'tally init partners', says: 'in a new folder; nothing is ever overwritten' }],
    notes: [
      'The schema stands in .tallyman/tallyman.schema.json, so that editors complete and check without the Internet. It is written anew when this version has another; tallyman.yaml never is.',
    ],
    load: () => import('../commands/init.js'),
  },
];
