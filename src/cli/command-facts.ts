import type { FlagFacts } from '../settings/flag-table.js';
import type { CommandModule } from './command-call.js';

/** One command: help, parsing and completion all read this table. The command's own code is loaded when it runs. */
export interface CommandFacts {
  /** One or two words: `copy`, `config show`. */
  readonly name: string;
  readonly summary: string;
  readonly args: readonly ArgumentFacts[];
  readonly flags: readonly FlagFacts[];
  readonly examples: readonly Example[];
  /** What must be known besides the flags, a sentence each. */
  readonly notes?: readonly string[];
  /** Nothing is under way that would have to be finished: Ctrl-C ends it without a word. */
  readonly endsAtOnce?: true;
  /** A signal is its usual end: the exit code is its own. */
  readonly stopsInOrder?: true;
  readonly load: () => Promise<CommandModule>;
}

export interface ArgumentFacts {
  readonly name: string;
  readonly optional?: true;
  /** Any number of them; only the last argument of a command can be. */
  readonly variadic?: true;
  readonly completes?: 'location' | 'connection' | 'topic' | 'shell' | 'file';
}

export interface Example {
  readonly line: string;
  readonly says: string;
}
