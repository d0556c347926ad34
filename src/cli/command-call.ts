import type { FlagValue } from '../settings/given-settings.js';
import type { Output } from './output.js';

/** One call of a command, parsed but not yet checked. */
export interface CommandCall {
  readonly name: string;
  readonly args: readonly string[];
  /** Undefined for a flag that was not given. */
  readonly flags: Readonly<Record<string, FlagValue | undefined>>;
}

/** What a command has around it. */
export interface CommandContext {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True when somebody sits there who can be asked. */
  readonly canAsk: boolean;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** The code of a command, loaded when it is run. Resolves with the exit code. */
export interface CommandModule {
  run(call: CommandCall, context: CommandContext): Promise<number>;
}
