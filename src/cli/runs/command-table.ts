import { COMMON_FLAGS, FORMAT_FLAGS, type FlagFacts } from '../../settings/flag-table.js';
import type { CommandFacts } from '../command-facts.js';
import { SERVER_FLAGS } from '../daemon/server-flags.js';

const JSON_FLAG = FORMAT_FLAGS.filter(({ key }) => key === 'json');
const RUN = [{ name: 'RUN' }] as const;

const LIST_FLAGS = [
  {
    key: 'states',
    flag: 'state',
    value: 'STATE,..',
    list: 'words',
    variable: false,
    help: 'only these: waiting, running, succeeded, failed, cancelled, skipped',
  },
  {
    key: 'since',
    flag: 'since',
    value: 'SPAN',
    variable: false,
    help: 'made since then, such as 24h, or a time with its zone',
  },
  { key: 'limit', flag: 'limit', value: 'N', variable: false, help: 'at most so many (default 50)' },
] as const satisfies readonly FlagFacts[];

const WAIT_FLAG = [
  { key: 'wait', flag: 'wait', variable: false, help: 'follow it to its end' },
] as const satisfies readonly FlagFacts[];

const RETRY_FLAGS = [
  { key: 'dryRun', flag: 'dry-run', short: 'n', variable: false, help: 'only say what would be done' },
  { key: 'yes', flag: 'yes', short: 'y', variable: false, help: 'also when files may be sent twice' },
  ...WAIT_FLAG,
] as const satisfies readonly FlagFacts[];

/** `tally runs ...` */
export const RUNS_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'runs list',
    summary: 'runs of rules, newest first',
    args: [{ name: 'RULE', optional: true }],
    flags: [...LIST_FLAGS, ...SERVER_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: 'tally runs list', says: 'also without a daemon' },
      { line: 'tally runs list send-orders --state failed --since 24h', says: 'what went wrong' },
    ],
    load: () => import('../commands/runs-list.js'),
  },
  {
    name: 'runs show',
    summary: 'one run as a story: steps, attempts, and the path not taken',
    args: RUN,
    flags: [...SERVER_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS],
    examples: [{ line: 'tally runs show 4711', says: 'also without a daemon' }],
    load: () => import('../commands/runs-show.js'),
  },
  {
    name: 'runs watch',
    summary: 'follow a run to its end; its result is the exit code',
    args: RUN,
    flags: [...SERVER_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [{ line: 'tally runs watch 4711', says: 'Ctrl-C ends the watching, not the run' }],
    endsAtOnce: true,
    load: () => import('../commands/runs-watch.js'),
  },
  {
    name: 'runs cancel',
    summary: 'ask a run to stop after what is under way; leave what a failed one was to send unsent',
    args: RUN,
    flags: [...WAIT_FLAG, ...SERVER_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [{ line: 'tally runs cancel 4711 --wait', says: 'until it has stopped' }],
    load: () => import('../commands/runs-cancel.js'),
  },
  {
    name: 'runs retry',
    summary: 're-run what failed, from the failed step on',
    args: RUN,
    flags: [...RETRY_FLAGS, ...SERVER_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: 'tally runs retry 4711 --dry-run', says: 'what would be done, and what might go twice' },
      { line: 'tally runs retry 4711 --wait', says: 'the exit code is its result' },
    ],
    load: () => import('../commands/runs-retry.js'),
  },
];
