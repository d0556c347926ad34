import type { CommandFacts } from '../command-facts.js';

/** `tally rules ...`, `tally schema`, `tally init`. */
export const RULES_COMMANDS: readonly CommandFacts[] = [];
