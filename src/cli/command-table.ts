import {
  COMMON_FLAGS,
  CONNECTION_FLAGS,
  FORMAT_FLAGS,
  MOVE_FLAGS,
  PROGRESS_FLAGS,
  TRANSFER_FLAGS,
  type FlagFacts,
} from '../settings/flag-table.js';
import type { ArgumentFacts, CommandFacts } from './command-facts.js';
import { CONNECTION_COMMANDS } from './connections/command-table.js';
import { DAEMON_COMMANDS } from './daemon/command-table.js';
import { IMPORT_COMMANDS } from './eft-import/command-table.js';
import { LOG_COMMANDS } from './log/command-table.js';
import { RULES_COMMANDS } from './rules/command-table.js';
import { RUNS_COMMANDS } from './runs/command-table.js';
import { STORE_COMMANDS } from './store/command-table.js';

const PLACES = [
  { name: 'SOURCE', completes: 'location' },
  { name: 'DESTINATION', completes: 'location' },
] as const satisfies readonly ArgumentFacts[];

const PLACE = [{ name: 'LOCATION', completes: 'location' }] as const satisfies readonly ArgumentFacts[];

const MOVING = [...TRANSFER_FLAGS, ...PROGRESS_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS];

const LOOKING = [...CONNECTION_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS];

export const LIST_FLAGS = [
  { key: 'recursive', flag: 'recursive', short: 'r', help: 'with all folders below' },
] as const satisfies readonly FlagFacts[];

const CODE_FLAGS = [
  {
    key: 'protocol',
    flag: 'protocol',
    value: 'NAME',
    choices: ['ftp', 'ftps', 'sftp', 'http', 'https', 'local', 's3'],
    variable: false,
    help: 'the Protocol column of the line',
  },
] as const satisfies readonly FlagFacts[];

const DEMO_FLAGS = [
  {
    key: 'folder',
    flag: 'folder',
    value: 'DIR',
    completes: 'folder',
    variable: false,
    help: 'where to work (default: a new temporary folder)',
  },
] as const satisfies readonly FlagFacts[];

const ORIGIN_FLAGS = [
  { key: 'origin', flag: 'origin', variable: false, help: 'with the place that each value comes from' },
] as const satisfies readonly FlagFacts[];

const JSON_FLAG = FORMAT_FLAGS.filter(({ key }) => key === 'json');

const PLACE_NOTES = [
  'A place is a local path, connection:/path, or a URL. A mask (*, ?) stands in quotes, so that the shell leaves it alone.',
  'A destination that ends with / is a folder. It must exist; only --recursive makes folders, and copies the contents of the source folder into it.',
  'Every attempt has its line in the client log (./logs unless set). Under its final name a file is whole or absent.',
];

const transferModule = () => import('./commands/transfer.js');

export const COMMANDS: readonly CommandFacts[] = [
  {
    name: 'copy',
    summary: 'push or pull files; one side is local, the other a host',
    args: PLACES,
    flags: MOVING,
    examples: [
      { line: 'tally copy report.csv sftp://orders@sftp.acme.example/in/', says: 'push one file' },
      {
        line: `tally copy 'outbox/*.xml' acme:/in/`,
        says: 'push by mask; acme is a connection of tallyman.yaml',
      },
      { line: `tally copy 'acme:/out/*.csv' inbox/ --overwrite skip`, says: 'pull what is new' },
      { line: 'tally copy outbox/ acme:/in/ --recursive --dry-run', says: 'say what would be done' },
    ],
    notes: PLACE_NOTES,
    load: transferModule,
  },
  {
    name: 'move',
    summary: 'the same, and remove each source once its copy is proven',
    args: PLACES,
    flags: [...TRANSFER_FLAGS, ...MOVE_FLAGS, ...PROGRESS_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: `tally move 'outbox/*.xml' acme:/in/`, says: 'push, then remove here' },
      { line: `tally move 'acme:/out/*' inbox/ --tenth-column`, says: 'pull, then remove there' },
    ],
    notes: PLACE_NOTES,
    load: transferModule,
  },
  {
    name: 'download',
    summary: "pull files from a host: copy, by EFT's name",
    args: PLACES,
    flags: MOVING,
    examples: [{ line: `tally download 'acme:/out/*.csv' inbox/`, says: 'pull by mask' }],
    notes: PLACE_NOTES,
    load: transferModule,
  },
  {
    name: 'list',
    summary: 'list a folder, here or on a host',
    args: PLACE,
    flags: [...LIST_FLAGS, ...LOOKING],
    examples: [
      { line: 'tally list acme:/out/', says: 'what lies there' },
      { line: `tally list 'acme:/out/*.csv' --jsonl`, says: 'by mask, for a script' },
    ],
    load: () => import('./commands/list.js'),
  },
  {
    name: 'stat',
    summary: 'say what one file or folder is',
    args: PLACE,
    flags: LOOKING,
    examples: [{ line: 'tally stat acme:/out/prices.csv', says: 'kind, size and time' }],
    load: () => import('./commands/stat.js'),
  },
  {
    name: 'code',
    summary: 'explain a code of the client log, or one of our own',
    args: [{ name: 'CODE' }],
    flags: [...CODE_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS],
    examples: [
      { line: 'tally code 10060', says: 'in words: whose side, causes, what to check' },
      { line: 'tally code 4 --protocol sftp', says: 'a number means something else on each protocol' },
      { line: 'tally code AUTH_REJECTED', says: 'a code of our own messages' },
    ],
    load: () => import('./commands/code.js'),
  },
  ...CONNECTION_COMMANDS,
  ...LOG_COMMANDS,
  ...RULES_COMMANDS,
  ...RUNS_COMMANDS,
  ...DAEMON_COMMANDS,
  ...STORE_COMMANDS,
  ...IMPORT_COMMANDS,
  {
    name: 'demo',
    summary: 'see it work: partners on this machine, real files, a client log',
    args: [],
    flags: [...DEMO_FLAGS, ...COMMON_FLAGS],
    examples: [{ line: 'tally demo', says: 'ends by itself' }],
    load: () => import('./commands/demo.js'),
  },
  {
    name: 'config show',
    summary: 'print the settings in force, secrets as references',
    args: [],
    flags: [...ORIGIN_FLAGS, ...TRANSFER_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS],
    examples: [{ line: 'tally config show --origin', says: 'with the place that each value comes from' }],
    load: () => import('./commands/config-show.js'),
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    args: [{ name: 'SHELL', completes: 'shell' }],
    flags: COMMON_FLAGS,
    examples: [
      { line: 'source <(tally completion bash)', says: 'bash; also zsh, fish, pwsh' },
      { line: 'tally completion fish > ~/.config/fish/completions/tally.fish', says: 'for good' },
    ],
    load: () => import('./commands/completion.js'),
  },
  {
    name: 'help',
    summary: 'help for a command, or: exit-codes, environment',
    args: [{ name: 'TOPIC', optional: true, completes: 'topic' }],
    flags: COMMON_FLAGS,
    examples: [{ line: 'tally help exit-codes', says: 'what the exit codes mean' }],
    load: () => import('./commands/help.js'),
  },
];

export const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const;
export const HELP_TOPICS = ['exit-codes', 'environment'] as const;

export function commandNamed(name: string): CommandFacts | undefined {
  return COMMANDS.find((command) => command.name === name);
}
