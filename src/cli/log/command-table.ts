import {
  COMMON_FLAGS,
  FORMAT_FLAGS,
  PROGRESS_FLAGS,
  TRANSFER_FLAGS,
  type FlagFacts,
} from '../../settings/flag-table.js';
import type { ArgumentFacts, CommandFacts } from '../command-facts.js';
import { CSV_FLAGS, LOG_READING_FLAGS, LOG_SPAN_FLAGS, LOG_WHERE_FLAGS } from './flags.js';

const FILES = { name: 'FILE', optional: true, variadic: true, completes: 'file' } as const;
const LOGS = [FILES] as const satisfies readonly ArgumentFacts[];
const QUERY_AND_LOGS = [{ name: 'QUERY' }, FILES] as const satisfies readonly ArgumentFacts[];

const FILE_NOTE =
  'A FILE is a log, a mask in quotes, a folder (its cl*.log), a packed log (.gz, .zip, .zst), or - for stdin; without one the folder of the settings is read. Logs of EFT and of Tallyman, of nine and of ten columns.';

const TAIL_NOTE =
  'A folder means its newest cl[yymmdd].log, with -f the next days too as they come; late lines of the day before are shown for ten minutes. A FILE is followed by its name through truncation, replacement and deletion. Packed logs are shown to their end; - is stdin, with -f as it comes. Where few lines match, the last 64 MiB of each log are looked through.';

const CHECK_NOTE =
  'Wrong are: malformed, too long and unfinished lines, ambiguous paths, time running backwards, lines that stand there twice, missing days, files that are no logs. To be noted, and no more: records in the file of another day, mixed columns, encodings and line ends, empty files, a last line that may be being written, clocks that were put back.';

const QUERY_NOTE =
  'A query: field:value, a space means and, a comma or, a leading - not; * and ? stand for anything; bare words are looked for in both paths. Fields: result host port user partner protocol op code path local remote file folder ext since until node (docs/reference/query.md).';

const SELECTING: readonly FlagFacts[] = [...LOG_WHERE_FLAGS, ...LOG_SPAN_FLAGS];
const READING: readonly FlagFacts[] = [...LOG_READING_FLAGS, ...COMMON_FLAGS];

const FIND_FLAGS = [
  { key: 'raw', flag: 'raw', variable: false, help: 'the lines as they stand in the file, byte for byte' },
  {
    key: 'fields',
    flag: 'fields',
    value: 'NAME,..',
    list: 'words',
    variable: false,
    help: 'only these columns, in this order',
  },
  {
    key: 'context',
    flag: 'context',
    value: 'TIME',
    variable: false,
    help: 'with what happened on the same host so long before and after, such as 5m',
  },
  { key: 'limit', flag: 'limit', value: 'N', variable: false, help: 'stop after so many records' },
  {
    key: 'exitStatus',
    flag: 'exit-status',
    variable: false,
    help: 'exit code 6 when a failed record is among them, for monitoring',
  },
] as const satisfies readonly FlagFacts[];

const GROUPS =
  'partner, host, protocol, operation, code, result, user, hour, hour-of-day, day, weekday, folder, extension';

const STATS_FLAGS = [
  {
    key: 'by',
    flag: 'by',
    value: 'GROUP,..',
    list: 'words',
    variable: false,
    help: `what to count by, several at once (default partner): ${GROUPS}`,
  },
  { key: 'limit', flag: 'limit', value: 'N', variable: false, help: 'the first so many rows' },
] as const satisfies readonly FlagFacts[];

const CHART_FLAGS = [
  {
    key: 'by',
    flag: 'by',
    value: 'GROUP',
    variable: false,
    help: `what the bars stand for (default hour or day, by the span): ${GROUPS}`,
  },
] as const satisfies readonly FlagFacts[];

const INCIDENT_FLAGS = [
  {
    key: 'gap',
    flag: 'gap',
    value: 'TIME',
    variable: false,
    help: 'failures further apart than this are two incidents (default 30m)',
  },
] as const satisfies readonly FlagFacts[];

const TAIL_FLAGS = [
  {
    key: 'follow',
    flag: 'follow',
    short: 'f',
    variable: false,
    help: 'go on with what is written, over midnight',
  },
  {
    key: 'lines',
    flag: 'lines',
    short: 'n',
    value: 'N',
    variable: false,
    help: 'how many lines to begin with, of all logs together (default 10)',
  },
  { key: 'failed', flag: 'failed', variable: false, help: 'only failures' },
  { key: 'raw', flag: 'raw', variable: false, help: 'the lines as they stand in the file' },
] as const satisfies readonly FlagFacts[];

const CONVERT_FLAGS = [
  {
    key: 'to',
    flag: 'to',
    value: 'FORM',
    choices: ['log', 'csv', 'jsonl', 'parquet'],
    variable: false,
    help: 'form of the result (default log)',
  },
  {
    key: 'columns',
    flag: 'columns',
    value: 'N',
    choices: ['9', '10'],
    variable: false,
    help: 'of a log (default: as each record has it)',
  },
  {
    key: 'toTimeZone',
    flag: 'to-time-zone',
    value: 'ZONE',
    variable: false,
    help: 'zone of the times in the result',
  },
  {
    key: 'lineEnd',
    flag: 'line-end',
    value: 'END',
    choices: ['lf', 'crlf'],
    variable: false,
    help: 'of a log (default: as each line has it)',
  },
  {
    key: 'anonymise',
    flag: 'anonymise',
    variable: false,
    help: 'replace hosts, users and names consistently, for sending to support',
  },
  {
    key: 'output',
    flag: 'output',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'write there instead of to stdout',
  },
] as const satisfies readonly FlagFacts[];

const REPORT_FLAGS = [
  {
    key: 'output',
    flag: 'output',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'where the page goes (default report.html; - for stdout)',
  },
  { key: 'title', flag: 'title', value: 'TEXT', variable: false, help: 'heading of the page' },
] as const satisfies readonly FlagFacts[];

const RETRY_FLAGS = [
  { key: 'yes', flag: 'yes', short: 'y', variable: false, help: 'send; without it the plan is only shown' },
  {
    key: 'map',
    flag: 'map',
    value: 'FROM=TO',
    list: 'paths',
    variable: false,
    help: String.raw`where a folder of the log lies now: --map 'C:\outbound=/srv/outbound'`,
  },
  {
    key: 'connection',
    flag: 'connection',
    value: 'HOST=NAME',
    list: 'paths',
    variable: false,
    help: 'send what the log has of this host through that connection; also as USER@HOST:PORT=NAME',
  },
  {
    key: 'resendExisting',
    flag: 'resend-existing',
    variable: false,
    help: 'send also what is there already and may have arrived; without it nothing is sent twice',
  },
] as const satisfies readonly FlagFacts[];

const RETRY_NOTES = [
  'A file is failed when its last attempt was: a success later in any of the logs given leaves it out, whatever the query says. Failed need not be said in the query; an empty one means all.',
  'Without --yes nothing is sent and nothing written; both ends are looked at. Exit code 0: there is something to send; 9: there is not.',
  'With --yes files are copied, also where a move had failed: no source is removed. What is there with the same size, or cannot be looked at, is left out without --resend-existing. A target that appears meanwhile is left alone unless --overwrite says otherwise.',
  'What cannot be planned is listed with its reason and never sent; with --yes it makes the exit code 6.',
];

/** What a single transfer is told of its partner and its source, a plan of many finds out by itself. */
const NOT_FOR_RETRY: readonly string[] = ['recursive', 'user', 'missingSourceOk'];

const RESEND_FLAGS: readonly FlagFacts[] = TRANSFER_FLAGS.filter(
  ({ key }) => !NOT_FOR_RETRY.includes(key),
).map((facts: FlagFacts) =>
  facts.key === 'overwrite'
    ? { ...facts, help: 'for a target that exists (default: see above, else as the settings say)' }
    : facts,
);

/** `tally log ...`: logs of ours and of EFT's, with nothing set up. */
export const LOG_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'log find',
    summary: 'find records: where is my file?',
    args: QUERY_AND_LOGS,
    flags: [...FIND_FLAGS, ...LOG_SPAN_FLAGS, ...FORMAT_FLAGS, ...CSV_FLAGS, ...READING],
    examples: [
      { line: 'tally log find inv_0301.xml cl*.log', says: 'every attempt at that file' },
      { line: `tally log find 'result:failed since:24h host:acme*'`, says: 'in the folder of the settings' },
      { line: `tally log find 'code:530,10060 op:upload' cl2603*.log --raw`, says: 'the lines themselves' },
    ],
    notes: [QUERY_NOTE, FILE_NOTE],
    load: () => import('../commands/log/find.js'),
    endsAtOnce: true,
  },
  {
    name: 'log stats',
    summary: 'count records and failures by partner, code, hour, ...',
    args: LOGS,
    flags: [...STATS_FLAGS, ...SELECTING, ...FORMAT_FLAGS, ...CSV_FLAGS, ...READING],
    examples: [
      { line: 'tally log stats cl*.log', says: 'by partner: counts, failure rate, first and last seen' },
      { line: 'tally log stats --by code,partner cl*.log', says: 'which partner fails with which code' },
      { line: `tally log stats --by hour --where result:failed --since 7d`, says: 'when it fails' },
    ],
    notes: [FILE_NOTE],
    load: () => import('../commands/log/stats.js'),
    endsAtOnce: true,
  },
  {
    name: 'log chart',
    summary: 'draw how many records and failures there were, over time or by any group',
    args: LOGS,
    flags: [...CHART_FLAGS, ...SELECTING, ...READING],
    examples: [
      { line: 'tally log chart cl*.log', says: 'bars over time, failures marked' },
      { line: 'tally log chart --by partner cl*.log', says: 'who fails most' },
    ],
    notes: [FILE_NOTE],
    load: () => import('../commands/log/chart.js'),
    endsAtOnce: true,
  },
  {
    name: 'log explain',
    summary: 'say what one line means: what happened, whose side, what to check',
    args: [{ name: 'FILE:LINE', optional: true, completes: 'file' }],
    flags: [...FORMAT_FLAGS.filter(({ key }) => key === 'json'), ...READING],
    examples: [
      { line: 'tally log explain cl260301.log:4711', says: 'with what happened around it' },
      { line: `tail -1 cl260301.log | tally log explain -`, says: 'a pasted line' },
    ],
    notes: [
      'Of several pasted lines the last one is explained, with the others as what stands around it. A log within an archive is named archive.zip/cl260301.log:LINE.',
      'What is looked at around a line: five minutes of the same file before and after, and the same file of the line in the whole log.',
    ],
    load: () => import('../commands/log/explain.js'),
    endsAtOnce: true,
  },
  {
    name: 'log incidents',
    summary: 'group failures: what went wrong, from when to when, recovered or not, who must act',
    args: LOGS,
    flags: [...INCIDENT_FLAGS, ...SELECTING, ...FORMAT_FLAGS, ...CSV_FLAGS, ...READING],
    examples: [
      { line: 'tally log incidents cl*.log --since 7d', says: '500 files, one cause, one line' },
      { line: 'tally log incidents cl*.log -v', says: 'with the files that have not arrived since' },
    ],
    notes: [
      'One incident is one partner, one code, and no longer a pause than --gap. A file has recovered when the same remote path of the same host succeeded later; --where, --since and --until choose failures only.',
      FILE_NOTE,
    ],
    load: () => import('../commands/log/incidents.js'),
    endsAtOnce: true,
  },
  {
    name: 'log tail',
    summary: 'show the last lines in words, and follow the log',
    args: LOGS,
    flags: [
      ...TAIL_FLAGS,
      ...LOG_WHERE_FLAGS,
      ...FORMAT_FLAGS.filter(({ key }) => key === 'jsonl'),
      ...READING,
    ],
    examples: [
      { line: 'tally log tail -f', says: 'the folder of the settings, over midnight' },
      { line: 'tally log tail -f --failed nodeA/Logs nodeB/Logs', says: 'several nodes at once' },
      { line: 'ssh eft1 tail -f cl260301.log | tally log tail -f -', says: 'what comes by stdin' },
    ],
    notes: [TAIL_NOTE],
    endsAtOnce: true,
    load: () => import('../commands/log/tail.js'),
  },
  {
    name: 'log check',
    summary: 'find what is wrong with the logs themselves',
    args: LOGS,
    flags: [...FORMAT_FLAGS, ...READING],
    examples: [
      { line: 'tally log check cl*.log', says: 'exit code 6 when something is wrong' },
      { line: 'tally log check Logs -v', says: 'every finding, not the first of each kind' },
    ],
    notes: [CHECK_NOTE, FILE_NOTE],
    endsAtOnce: true,
    load: () => import('../commands/log/check.js'),
  },
  {
    name: 'log convert',
    summary: 'write logs anew: columns, zone, line ends, CSV, JSONL, Parquet, anonymised',
    args: LOGS,
    flags: [...CONVERT_FLAGS, ...SELECTING, ...READING],
    examples: [
      { line: 'tally log convert cl*.log --to csv -o march.csv', says: 'for a spreadsheet' },
      { line: 'tally log convert cl260301.log --anonymise -o support.log', says: 'same shape, no names' },
    ],
    notes: [FILE_NOTE],
    load: () => import('../commands/log/convert.js'),
  },
  {
    name: 'log report',
    summary: 'make one HTML page of the logs: what failed, why, since when, whose side',
    args: LOGS,
    flags: [...REPORT_FLAGS, ...SELECTING, ...READING],
    examples: [{ line: 'tally log report cl*.log -o march.html', says: 'needs no network to be read' }],
    notes: [FILE_NOTE],
    load: () => import('../commands/log/report.js'),
    endsAtOnce: true,
  },
  {
    name: 'log retry',
    summary: 'send again what failed and has not arrived since',
    args: QUERY_AND_LOGS,
    flags: [
      ...RETRY_FLAGS,
      ...LOG_SPAN_FLAGS,
      ...LOG_READING_FLAGS,
      ...RESEND_FLAGS,
      ...PROGRESS_FLAGS,
      ...FORMAT_FLAGS,
      ...COMMON_FLAGS,
    ],
    examples: [
      { line: `tally log retry 'result:failed since:24h'`, says: 'the plan; nothing is sent' },
      { line: `tally log retry 'host:acme* since:24h' --yes`, says: 'and send' },
      {
        line: String.raw`tally log retry since:24h cl260301.log --map 'C:\outbound=/srv/outbound'`,
        says: "files of EFT's log, which lie elsewhere now",
      },
    ],
    notes: [...RETRY_NOTES, QUERY_NOTE, FILE_NOTE],
    load: () => import('../commands/log/retry.js'),
  },
];
