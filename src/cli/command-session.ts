import {
  lookAtSettings,
  nodeSurroundings,
  readSettings,
  type SettingsInForce,
  type Surroundings,
} from '../engine/surroundings.js';
import { settingsError } from '../settings/settings-error.js';
import type { CommandCall, CommandContext } from './command-call.js';
import { promptWithoutEcho } from './password-prompt.js';
import { styleFor, type Style } from './style.js';

/** How a command gives its result. */
export type DataFormat = 'words' | 'json' | 'jsonl';

/** A command with its settings read. */
export interface CommandSession {
  readonly inForce: SettingsInForce;
  readonly surroundings: Surroundings;
  readonly format: DataFormat;
  readonly isQuiet: boolean;
  /** 0, 1 for `-v`, 2 for `-vv`. */
  readonly verbosity: number;
  /** For what goes to stderr. */
  readonly style: Style;
}

/** Reads flags, variables and settings. Rejects with SETTINGS_INVALID. */
export function openSession(call: CommandCall, context: CommandContext): Promise<CommandSession> {
  return openSessionBy(readSettings, call, context);
}

/**
 * The same for a command that only has to find the running daemon: of settings that were broken since its start, what
 * can be read counts.
 */
export function openSessionToReach(call: CommandCall, context: CommandContext): Promise<CommandSession> {
  const read: typeof readSettings = async (flags, surroundings) =>
    (await lookAtSettings(flags, surroundings)).inForce;
  return openSessionBy(read, call, context);
}

async function openSessionBy(
  read: typeof readSettings,
  call: CommandCall,
  context: CommandContext,
): Promise<CommandSession> {
  const style = styleFor(context.stderr);
  let isQuiet = false;
  const surroundings = nodeSurroundings({
    environment: context.environment,
    warn: (text) => {
      if (!isQuiet) void context.stderr.write(`${style.warning('warning')}: ${text}\n`);
    },
    ...(context.canAsk
      ? { prompt: (question: string) => promptWithoutEcho(question, process.stdin, process.stderr) }
      : {}),
  });
  const inForce = await read(call.flags, surroundings);
  const { values } = inForce.given;
  isQuiet = values.quiet === true;
  return {
    inForce,
    surroundings,
    format: dataFormat(inForce),
    isQuiet,
    verbosity: values.verbose ?? 0,
    style,
  };
}

function dataFormat({ given }: SettingsInForce): DataFormat {
  const { json, jsonl } = given.values;
  if (json === true && jsonl === true) {
    throw settingsError({ kind: 'flag', name: '--json' }, 'and --jsonl exclude each other');
  }
  if (json === true) return 'json';
  return jsonl === true ? 'jsonl' : 'words';
}
