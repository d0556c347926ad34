import type { FlagFacts } from '../../settings/flag-table.js';
import { STATE_FLAGS } from '../../settings/flag-table.js';

/** Which daemon is asked: without them the one of this machine's settings. */
export const SERVER_FLAGS = [
  {
    key: 'server',
    flag: 'server',
    value: 'URL',
    help: 'another daemon than the one of this machine',
  },
  {
    key: 'tokenFile',
    flag: 'token-file',
    value: 'FILE',
    completes: 'file',
    help: 'file that holds the token for it (or TALLY_TOKEN)',
  },
  ...STATE_FLAGS,
] as const satisfies readonly FlagFacts[];
