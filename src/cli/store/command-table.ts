import { COMMON_FLAGS, FORMAT_FLAGS, type FlagFacts } from '../../settings/flag-table.js';
import type { CommandFacts } from '../command-facts.js';

const STORE_FLAGS = [
  {
    key: 'store',
    flag: 'store',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'another store than that of the settings, such as a back-up',
  },
] as const satisfies readonly FlagFacts[];

const PRUNE_FLAGS = [
  { key: 'dryRun', flag: 'dry-run', variable: false, help: 'say what would go, and remove nothing' },
] as const satisfies readonly FlagFacts[];

const FLAGS = [...STORE_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS];

/** `tally db ...`. */
export const STORE_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'db check',
    summary: 'look for damage in the store of the daemon',
    args: [],
    flags: FLAGS,
    examples: [
      { line: 'tally db check', says: 'also while the daemon runs; exit code 7 when something is wrong' },
      { line: 'tally db check --store backup.sqlite', says: 'whether a back-up is sound' },
    ],
    notes: ['Reads the whole file: some seconds for each million transfers. Nothing is changed.'],
    load: () => import('../commands/db-check.js'),
  },
  {
    name: 'db backup',
    summary: 'copy the store while it is in use',
    args: [{ name: 'FILE', completes: 'file' }],
    flags: FLAGS,
    examples: [{ line: 'tally db backup /backup/tally-monday.sqlite', says: 'whole, or not there at all' }],
    notes: [
      'The copy is checked before it gets its name. An older back-up of that name is replaced; any other file is left alone.',
      'To restore, stop the daemon, put the copy in the place of the store and remove the files NAME-wal and NAME-shm beside it.',
    ],
    load: () => import('../commands/db-backup.js'),
  },
  {
    name: 'db migrate',
    summary: 'bring the store to the version of this program',
    args: [],
    flags: FLAGS,
    examples: [{ line: 'tally db migrate', says: 'the daemon does the same when it starts' }],
    notes: ['There is no way back: make a back-up first (tally db backup).'],
    load: () => import('../commands/db-migrate.js'),
  },
  {
    name: 'db prune',
    summary: 'remove runs and transfers that are older than their retention',
    args: [],
    flags: [...PRUNE_FLAGS, ...FLAGS],
    examples: [{ line: 'tally db prune --dry-run', says: 'how many would go' }],
    notes: [
      'How long what is kept stands in the settings (store.keepFailures, keepSuccesses, keepAudit). A running daemon does it by itself, and then only --dry-run is possible.',
      'What was delivered is remembered for as long as its source is seen, however old it is.',
    ],
    load: () => import('../commands/db-prune.js'),
  },
];
