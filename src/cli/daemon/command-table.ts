import { ROLES } from '../../store/access-store.js';
import { COMMON_FLAGS, FORMAT_FLAGS, STATE_FLAGS, type FlagFacts } from '../../settings/flag-table.js';
import type { CommandFacts } from '../command-facts.js';
import { SERVER_FLAGS } from './server-flags.js';

const JSON_FLAG = FORMAT_FLAGS.filter(({ key }) => key === 'json');
const ASKING = [...SERVER_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS];
const LISTING = [...SERVER_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS];

const LOG_FLAGS = [
  {
    key: 'logFolder',
    flag: 'log-folder',
    value: 'DIR',
    completes: 'folder',
    help: 'folder of the client log (default ./logs)',
  },
] as const satisfies readonly FlagFacts[];

const WAIT_FLAGS = [
  { key: 'wait', flag: 'wait', variable: false, help: 'until nothing is under way any more' },
] as const satisfies readonly FlagFacts[];

const TOKEN_FLAGS = [
  {
    key: 'role',
    flag: 'role',
    value: 'ROLE',
    choices: ROLES,
    variable: false,
    help: 'what it may do; each may do what the one before it may (default viewer)',
  },
  { key: 'days', flag: 'days', value: 'N', variable: false, help: 'valid so long (default 90)' },
] as const satisfies readonly FlagFacts[];

const PAUSE_FLAGS = [
  {
    key: 'for',
    flag: 'for',
    value: 'SPAN',
    variable: false,
    help: 'such as 2h, or up to a time; without it until somebody resumes it',
  },
  { key: 'reason', flag: 'reason', value: 'TEXT', variable: false, help: 'stands beside the rule' },
] as const satisfies readonly FlagFacts[];

const RUN_FLAGS = [
  {
    key: 'values',
    flag: 'value',
    value: 'NAME=VALUE',
    list: 'paths',
    variable: false,
    help: 'value of a variable for this run; may be given several times',
  },
  {
    key: 'file',
    flag: 'file',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'as if a trigger had seen this file',
  },
  { key: 'wait', flag: 'wait', variable: false, help: 'follow the run; its result is the exit code' },
] as const satisfies readonly FlagFacts[];

const ALL_FLAG = [
  { key: 'all', flag: 'all', variable: false, help: 'past ones too' },
] as const satisfies readonly FlagFacts[];

const BODY_FLAG = [
  { key: 'body', flag: 'body', value: 'JSON', variable: false, help: 'what is sent' },
] as const satisfies readonly FlagFacts[];

/** `tally daemon`, and the commands that ask a running one. */
export const DAEMON_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'daemon',
    summary: 'run the rules of the settings, in the foreground, until a signal',
    args: [],
    flags: [...LOG_FLAGS, ...STATE_FLAGS, ...COMMON_FLAGS],
    examples: [{ line: 'tally daemon', says: 'Ctrl-C stops it in good order' }],
    notes: [
      'SIGTERM and SIGINT stop it: files under way are finished or rolled back, the rest waits for the next start. SIGHUP reads the settings again.',
      'Its own log goes to stdout: words on a terminal, one JSON object a line elsewhere. The API listens on 127.0.0.1:4480 unless the settings say otherwise.',
    ],
    stopsInOrder: true,
    load: () => import('../commands/daemon.js'),
  },
  {
    name: 'status',
    summary: 'how the daemon stands: what runs, what waits, what is wrong',
    args: [],
    flags: ASKING,
    examples: [{ line: 'tally status', says: 'exit code 10 when none answers' }],
    load: () => import('../commands/status.js'),
  },
  {
    name: 'health',
    summary: 'whether the daemon is ready, for containers and monitors',
    args: [],
    flags: ASKING,
    examples: [{ line: 'tally health', says: 'exit code 0 when it is ready' }],
    load: () => import('../commands/health.js'),
  },
  {
    name: 'reload',
    summary: 'let the daemon read its settings again',
    args: [],
    flags: ASKING,
    examples: [
      {
        line: 'tally reload',
        says: 'what has changed; a broken file keeps the last good rules (exit code 8)',
      },
    ],
    load: () => import('../commands/reload.js'),
  },
  {
    name: 'drain',
    summary: 'let the daemon begin nothing new',
    args: [],
    flags: [...WAIT_FLAGS, ...ASKING],
    examples: [{ line: 'tally drain --wait', says: 'before the machine is taken down' }],
    load: () => import('../commands/drain.js'),
  },
  {
    name: 'rules run',
    summary: 'let the daemon run a rule now',
    args: [{ name: 'NAME' }],
    flags: [...RUN_FLAGS, ...LISTING],
    examples: [
      { line: 'tally rules run send-orders --wait', says: 'the exit code is its result' },
      { line: 'tally rules run send-orders --file outbox/a.xml --value REGION=north', says: 'for one file' },
    ],
    load: () => import('../commands/rules-run.js'),
  },
  {
    name: 'rules pause',
    summary: 'let nothing of a rule begin',
    args: [{ name: 'NAME' }],
    flags: [...PAUSE_FLAGS, ...ASKING],
    examples: [
      { line: 'tally rules pause send-orders --for 2h --reason "partner maintenance"', says: 'files wait' },
    ],
    load: () => import('../commands/rules-pause.js'),
  },
  {
    name: 'rules resume',
    summary: 'end the pause of a rule',
    args: [{ name: 'NAME' }],
    flags: ASKING,
    examples: [{ line: 'tally rules resume send-orders', says: 'what waits begins now' }],
    load: () => import('../commands/rules-resume.js'),
  },
  {
    name: 'connections release',
    summary: 'let rules try a parked or shut connection again',
    args: [{ name: 'NAME', completes: 'connection' }],
    flags: ASKING,
    examples: [{ line: 'tally connections release acme', says: 'after its password was corrected' }],
    load: () => import('../commands/connections-release.js'),
  },
  {
    name: 'quarantine list',
    summary: 'files that were put aside so that the others could go on',
    args: [{ name: 'RULE', optional: true }],
    flags: LISTING,
    examples: [{ line: 'tally quarantine list', says: 'each with its reason' }],
    load: () => import('../commands/quarantine-list.js'),
  },
  {
    name: 'quarantine release',
    summary: 'let a rule take up files again that were put aside',
    args: [{ name: 'RULE' }, { name: 'FILE', optional: true }],
    flags: ASKING,
    examples: [
      { line: 'tally quarantine release send-orders /data/outbox/a.xml', says: 'without FILE: all' },
    ],
    load: () => import('../commands/quarantine-release.js'),
  },
  {
    name: 'alarms',
    summary: 'what is wrong, by cause, and who must act',
    args: [],
    flags: [...ALL_FLAG, ...LISTING],
    examples: [{ line: 'tally alarms', says: 'the open ones; also without a daemon' }],
    load: () => import('../commands/alarms.js'),
  },
  {
    name: 'tokens create',
    summary: 'make a token for the API; it is shown this once',
    args: [{ name: 'NAME' }],
    flags: [...TOKEN_FLAGS, ...ASKING],
    examples: [
      { line: '(umask 077; tally tokens create prometheus > /etc/prometheus/tally.token)', says: 'to read' },
      { line: 'tally tokens create ops --role operator --days 30', says: 'to run, pause, retry and release' },
    ],
    load: () => import('../commands/tokens-create.js'),
  },
  {
    name: 'tokens list',
    summary: 'the tokens of the API, never their text',
    args: [],
    flags: LISTING,
    examples: [{ line: 'tally tokens list', says: 'which are valid, and when each was used' }],
    load: () => import('../commands/tokens-list.js'),
  },
  {
    name: 'tokens revoke',
    summary: 'revoke a token at once and for good',
    args: [{ name: 'ID' }],
    flags: ASKING,
    examples: [{ line: 'tally tokens revoke 3', says: 'by its number in the list' }],
    load: () => import('../commands/tokens-revoke.js'),
  },
  {
    name: 'api',
    summary: 'call any route of the API of the daemon',
    args: [{ name: 'METHOD' }, { name: 'PATH' }],
    flags: [...BODY_FLAG, ...SERVER_FLAGS, ...COMMON_FLAGS],
    examples: [
      {
        line: `tally api GET '/v1/transfers?q=result:failed'`,
        says: 'docs/reference/rest-api.md has the routes',
      },
    ],
    load: () => import('../commands/api.js'),
  },
];
