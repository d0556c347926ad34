import type { CommandFacts } from '../command-facts.js';

/** `tally db ...`. */
export const STORE_COMMANDS: readonly CommandFacts[] = [];
