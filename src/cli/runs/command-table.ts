import type { CommandFacts } from '../command-facts.js';

/** `tally runs ...`. */
export const RUNS_COMMANDS: readonly CommandFacts[] = [];
