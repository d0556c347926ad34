import type { CommandFacts } from '../command-facts.js';

/** `tally import ...`: what EFT knows, as settings of ours. */
export const IMPORT_COMMANDS: readonly CommandFacts[] = [];
