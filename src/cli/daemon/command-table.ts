import type { CommandFacts } from '../command-facts.js';

/** `tally daemon` and the commands that talk to one. */
export const DAEMON_COMMANDS: readonly CommandFacts[] = [];
