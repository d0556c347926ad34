import { OVERWRITE_POLICIES, RETRY_BACKOFFS, VERIFY_MODES } from '../transfers/transfer-options.js';

/**
 * One flag of the command line, described once: commander, help, the environment, completion and the messages
 * all read this table. It loads nothing, so that `--help` answers at once.
 */
export interface FlagFacts {
  /** Name in the code and, where the settings know it, in the settings. */
  readonly key: string;
  /** Long form without dashes; the variable is `TALLY_` and this in capitals. */
  readonly flag: string;
  readonly short?: string;
  /** Placeholder of the value; absent for a switch. */
  readonly value?: string;
  /** `words`: may be given several times or parted by commas; `paths`: several times. */
  readonly list?: 'words' | 'paths';
  /** Also as `--no-...`. */
  readonly negatable?: true;
  /** `-vv` is more than `-v`. */
  readonly counted?: true;
  readonly choices?: readonly string[];
  readonly completes?: 'file' | 'folder';
  /** The protocols that it makes sense for; all when absent. */
  readonly only?: 'ssh' | 'ftp' | 'tls' | 's3';
  /** Name of its variable where it is not made from the flag; false for none. */
  readonly variable?: string | false;
  readonly help: string;
}

const LOG_FLAGS = [
  {
    key: 'logFolder',
    flag: 'log-folder',
    value: 'DIR',
    completes: 'folder',
    help: 'folder of the client log (default ./logs)',
  },
  {
    key: 'tenthColumn',
    flag: 'tenth-column',
    negatable: true,
    variable: false,
    help: 'write the result of each attempt as a tenth column',
  },
] as const satisfies readonly FlagFacts[];

/** Who we are and whom we trust. */
export const CONNECTION_FLAGS = [
  { key: 'user', flag: 'user', value: 'NAME', help: 'user name' },
  {
    key: 'passwordFile',
    flag: 'password-file',
    value: 'FILE',
    completes: 'file',
    help: 'file that holds the password (or TALLY_PASSWORD)',
  },
  {
    key: 'identities',
    flag: 'identity',
    value: 'FILE',
    list: 'paths',
    completes: 'file',
    only: 'ssh',
    help: 'private key (passphrase: TALLY_PASSPHRASE)',
  },
  {
    key: 'hostKeys',
    flag: 'host-key',
    value: 'SHA256:...',
    list: 'words',
    only: 'ssh',
    help: "fingerprint of the server's host key",
  },
  {
    key: 'knownHosts',
    flag: 'known-hosts',
    value: 'FILE',
    list: 'paths',
    completes: 'file',
    only: 'ssh',
    help: 'known_hosts file instead of the usual ones',
  },
  {
    key: 'ca',
    flag: 'ca',
    value: 'FILE',
    list: 'paths',
    completes: 'file',
    only: 'tls',
    help: 'PEM file of a CA to trust besides the usual ones',
  },
  {
    key: 'pins',
    flag: 'pin',
    value: 'SHA256:...',
    list: 'words',
    only: 'tls',
    help: "fingerprint of the certificate's public key to trust",
  },
  {
    key: 'proxy',
    flag: 'proxy',
    value: 'URL',
    list: 'words',
    help: 'way to the host: socks5://, socks4a://, socks4://, http://, or none (several: a chain)',
  },
  {
    key: 'endpoint',
    flag: 'endpoint',
    value: 'URL',
    only: 's3',
    help: 'the S3 endpoint (default: that of the region)',
  },
  { key: 'region', flag: 'region', value: 'NAME', only: 's3', help: 'the S3 region' },
  {
    key: 'trace',
    flag: 'trace',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'write every command and reply there, secrets masked',
  },
  {
    key: 'active',
    flag: 'active',
    only: 'ftp',
    help: 'the server opens the data connections (FTP active mode)',
  },
  {
    key: 'timeout',
    flag: 'timeout',
    value: 'S',
    help: 'limit of each wait, in seconds or as 5m (default 30)',
  },
] as const satisfies readonly FlagFacts[];

const MOVING_FLAGS = [
  {
    key: 'recursive',
    flag: 'recursive',
    short: 'r',
    help: 'with all folders below; ** in a mask stands for any of them',
  },
  {
    key: 'overwrite',
    flag: 'overwrite',
    value: 'POLICY',
    choices: OVERWRITE_POLICIES,
    help: 'when the target exists (default overwrite)',
  },
  {
    key: 'verify',
    flag: 'verify',
    value: 'HOW',
    choices: VERIFY_MODES,
    help: 'how the copy is proven (default size)',
  },
  { key: 'keepTime', flag: 'keep-time', help: "give the copy the source's time of last change" },
  {
    key: 'ascii',
    flag: 'ascii',
    value: 'EXT,..',
    list: 'words',
    help: 'extensions that go in text mode over FTP',
  },
  {
    key: 'resume',
    flag: 'resume',
    negatable: true,
    help: 'go on with what an earlier attempt or run left on the target (default on)',
  },
  {
    key: 'renameTo',
    flag: 'rename-to',
    value: 'NAME',
    help: 'final name of the copy, such as %FS.BASE_FILE_NAME%.done',
  },
  { key: 'retries', flag: 'retries', value: 'N', help: 'attempts after the first (default 3)' },
  {
    key: 'retryDelay',
    flag: 'retry-delay',
    value: 'S',
    help: 'wait before the first retry, then doubling (default 2)',
  },
  {
    key: 'retryBackoff',
    flag: 'retry-backoff',
    value: 'HOW',
    choices: RETRY_BACKOFFS,
    help: 'whether that wait grows (default doubling)',
  },
  { key: 'parallel', flag: 'parallel', value: 'N', help: 'files at a time (default 4)' },
  {
    key: 'bandwidth',
    flag: 'bandwidth',
    value: 'RATE',
    help: 'bytes per second over all files, such as 500k or 5M',
  },
  { key: 'missingSourceOk', flag: 'missing-source-ok', help: 'a source that is not there counts as success' },
  { key: 'dryRun', flag: 'dry-run', short: 'n', help: 'say what would be done and write nothing' },
] as const satisfies readonly FlagFacts[];

export const MOVE_FLAGS = [
  {
    key: 'removeSkippedSource',
    flag: 'remove-skipped-source',
    help: 'remove the source also when its target exists and is skipped',
  },
] as const satisfies readonly FlagFacts[];

export const PROGRESS_FLAGS = [
  {
    key: 'progress',
    flag: 'progress',
    value: 'FORM',
    choices: ['auto', 'bar', 'line', 'json', 'none'],
    help: 'progress on stderr (default auto)',
  },
] as const satisfies readonly FlagFacts[];

export const FORMAT_FLAGS = [
  { key: 'json', flag: 'json', help: 'the result as one JSON document on stdout' },
  { key: 'jsonl', flag: 'jsonl', help: 'the result as JSON, one object a line, as it comes' },
] as const satisfies readonly FlagFacts[];

/** Every command has these. */
export const COMMON_FLAGS = [
  {
    key: 'config',
    flag: 'config',
    short: 'c',
    value: 'FILE',
    completes: 'file',
    help: 'settings file instead of the one found',
  },
  { key: 'quiet', flag: 'quiet', short: 'q', help: 'only errors' },
  { key: 'verbose', flag: 'verbose', short: 'v', counted: true, help: 'say more; -vv for stack traces' },
  { key: 'noColor', flag: 'no-color', help: 'no colours (or NO_COLOR)' },
  { key: 'noInput', flag: 'no-input', help: 'never ask for a password' },
] as const satisfies readonly FlagFacts[];

export const STATE_FLAGS = [
  {
    key: 'stateFolder',
    flag: 'state-folder',
    value: 'DIR',
    completes: 'folder',
    help: 'folder of our own notes about unfinished files',
  },
] as const satisfies readonly FlagFacts[];

export const TRANSFER_FLAGS = [...MOVING_FLAGS, ...CONNECTION_FLAGS, ...LOG_FLAGS, ...STATE_FLAGS] as const;

/** All flags that may also be given by a variable. */
export const ALL_FLAGS: readonly FlagFacts[] = [
  ...TRANSFER_FLAGS,
  ...MOVE_FLAGS,
  ...PROGRESS_FLAGS,
  ...FORMAT_FLAGS,
  ...COMMON_FLAGS,
];

/** The variable of a flag, for example `TALLY_LOG_FOLDER`; undefined where it has none. */
export function flagVariable(facts: FlagFacts): string | undefined {
  if (facts.variable === false) return undefined;
  return facts.variable ?? `TALLY_${facts.flag.toUpperCase().replaceAll('-', '_')}`;
}
