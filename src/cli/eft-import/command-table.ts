import { COMMON_FLAGS, FORMAT_FLAGS, type FlagFacts } from '../../settings/flag-table.js';
import type { CommandFacts } from '../command-facts.js';

const OUTPUT_FLAGS = [
  {
    key: 'output',
    flag: 'output',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'where the settings go (default: stdout); nothing is ever overwritten',
  },
  {
    key: 'report',
    flag: 'report',
    value: 'FILE',
    completes: 'file',
    variable: false,
    help: 'where the report goes: what became of each field',
  },
] as const satisfies readonly FlagFacts[];

const EFT_FLAGS = [
  {
    key: 'connections',
    flag: 'connections',
    value: 'FILE',
    list: 'paths',
    completes: 'file',
    variable: false,
    help: 'an export of connection profiles, besides the rules',
  },
  {
    key: 'timeZone',
    flag: 'time-zone',
    value: 'ZONE',
    variable: false,
    help: "zone of the EFT server, such as Europe/Berlin (default: this machine's)",
  },
  {
    key: 'path',
    flag: 'path',
    value: 'FROM=TO',
    list: 'paths',
    variable: false,
    help: 'where a folder of the EFT server is here, such as C:\\EFT=/data/eft',
  },
] as const satisfies readonly FlagFacts[];

/** `tally import ...`: what EFT knows, as settings of ours. */
export const IMPORT_COMMANDS: readonly CommandFacts[] = [
  {
    name: 'import eft',
    summary: "turn EFT's exported rules and connection profiles into settings",
    args: [{ name: 'FILE', variadic: true, completes: 'file' }],
    flags: [...EFT_FLAGS, ...OUTPUT_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      {
        line: 'tally import eft rules.json --connections profiles.json -o tallyman.yaml --report import.txt',
        says: 'new settings, and what became of each field',
      },
      {
        line: "tally import eft rules.json --path 'C:\\EFT=/data/eft' -o tallyman.yaml",
        says: 'for a machine that is no Windows',
      },
      { line: 'tally import eft rules.json | less', says: 'look before anything is written' },
    ],
    notes: [
      'Takes answers of EFT’s REST API as they are, one object or a list. A rule that cannot be carried as a whole is disabled, with "To do" above it. Passwords are never read: the report names the variables to set.',
    ],
    load: () => import('../commands/import-eft.js'),
  },
  {
    name: 'import advanced-properties',
    summary: "turn EFT's switches for transfers into settings",
    args: [{ name: 'FILE', completes: 'file' }],
    flags: [...OUTPUT_FLAGS, ...FORMAT_FLAGS, ...COMMON_FLAGS],
    examples: [
      { line: 'tally import advanced-properties AdvancedProperties.json', says: 'of EFT 8 and later' },
      {
        line: 'tally import advanced-properties eft.reg -o switches.yaml',
        says: 'of older versions: an export of the registry',
      },
    ],
    load: () => import('../commands/import-advanced-properties.js'),
  },
];
