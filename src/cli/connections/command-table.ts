import { COMMON_FLAGS, CONNECTION_FLAGS, FORMAT_FLAGS, type FlagFacts } from '../../settings/flag-table.js';
import type { CommandFacts } from '../command-facts.js';

const NAME_OR_URL = [{ name: 'NAME|URL', completes: 'connection' }] as const;

const TEST_FLAGS = [
  {
    key: 'write',
    flag: 'write',
    variable: false,
    help: 'also write a small file, rename it, read it back and remove it',
  },
] as const satisfies readonly FlagFacts[];

const TRUST_FLAGS = [
  { key: 'yes', flag: 'yes', short: 'y', variable: false, help: 'pin what the server shows, without asking' },
  {
    key: 'replace',
    flag: 'replace',
    variable: false,
    help: 'with --yes: also where another key is pinned or known, which then goes',
  },
  {
    key: 'add',
    flag: 'add',
    value: 'SHA256:...',
    list: 'words',
    variable: false,
    help: 'pin this key without connecting: the next one, in advance',
  },
  {
    key: 'remove',
    flag: 'remove',
    value: 'SHA256:...',
    list: 'words',
    variable: false,
    help: 'no longer trust this key',
  },
] as const satisfies readonly FlagFacts[];

const ORIGIN_FLAGS = [
  { key: 'origin', flag: 'origin', variable: false, help: 'with the place that each value comes from' },
] as const satisfies readonly FlagFacts[];

const JSON_FLAG = FORMAT_FLAGS.filter(({ key }) => key === 'json');

export const CONNECTION_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'connections list',
    summary: 'the connections of the settings',
    args: [],
    flags: [...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [{ line: 'tally connections list', says: 'where each leads, and what it trusts' }],
    load: () => import('../commands/connections-list.js'),
  },
  {
    name: 'connections show',
    summary: 'print one connection as it is in force, secrets as references',
    args: [{ name: 'NAME', completes: 'connection' }],
    flags: [...ORIGIN_FLAGS, ...CONNECTION_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS],
    examples: [{ line: 'tally connections show acme --origin', says: 'with the place of each value' }],
    load: () => import('../commands/connections-show.js'),
  },
  {
    name: 'connections test',
    summary: 'try a connection step by step: is it us or them?',
    args: NAME_OR_URL,
    flags: [...TEST_FLAGS, ...CONNECTION_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: 'tally connections test acme', says: 'up to the listing of the folder after the login' },
      { line: 'tally connections test acme:/in --write', says: 'whether files can be sent there' },
      {
        line: 'tally connections test ftpes://orders@ftp.acme.example',
        says: 'before it is in the settings',
      },
    ],
    notes: [
      'Each step is told with its time and what to do about it. The end says what the client log would have said; nothing is written there.',
      'A refused login is tried once only. A warning is no failure: the exit code is 0.',
    ],
    load: () => import('../commands/connections-test.js'),
  },
  {
    name: 'connections trust',
    summary: 'show the keys or the certificate of a server, and pin them',
    args: NAME_OR_URL,
    flags: [...TRUST_FLAGS, ...CONNECTION_FLAGS, ...JSON_FLAG, ...COMMON_FLAGS],
    examples: [
      { line: 'tally connections trust acme', says: 'what it shows now; asks before it pins' },
      { line: 'tally connections trust acme --add SHA256:...', says: 'the next key, before it is in use' },
      { line: 'tally connections trust acme --remove SHA256:...', says: 'the old one, once it is gone' },
    ],
    notes: [
      'Nothing is written without --yes or an answer at the terminal. Pins stand in the settings file, in hostKeys or pins of the connection; nothing else in the file changes.',
      'Compare fingerprints with the partner by another way than this connection.',
    ],
    load: () => import('../commands/connections-trust.js'),
  },
];
