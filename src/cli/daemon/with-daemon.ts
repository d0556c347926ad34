import type { CommandCall, CommandContext } from '../command-call.js';
import { openSessionToReach, type CommandSession } from '../command-session.js';
import { styleFor, type Style } from '../style.js';
import { ApiClient } from './api-client.js';
import { findDaemon } from './find-daemon.js';

/** A command that asks a daemon. */
export interface DaemonCall {
  readonly client: ApiClient;
  readonly session: CommandSession;
  readonly context: CommandContext;
  /** For what goes to stdout. */
  readonly style: Style;
  /** Lines in words on stdout; nothing with `--json`, `--jsonl` or `--quiet`. */
  readonly say: (...lines: readonly string[]) => Promise<void>;
  /** The answer for programs, as the API gave it; nothing in words. */
  readonly data: (answer: object) => Promise<void>;
}

/** Finds the daemon, asks, and closes the line. Rejects with DAEMON_UNREACHABLE and with whatever the daemon refuses. */
export async function withDaemon<Result>(
  call: CommandCall,
  context: CommandContext,
  ask: (daemon: DaemonCall) => Promise<Result>,
): Promise<Result> {
  const session = await openSessionToReach(call, context);
  const client = new ApiClient(await findDaemon(call, context, session), context.signal);
  const { stdout } = context;
  const isInWords = session.format === 'words';
  try {
    return await ask({
      client,
      session,
      context,
      style: styleFor(stdout),
      say: async (...lines) => {
        if (isInWords && !session.isQuiet) await stdout.write(lines.map((line) => `${line}\n`).join(''));
      },
      data: async (answer) => {
        if (!isInWords) await stdout.write(`${JSON.stringify(answer)}\n`);
      },
    });
  } finally {
    await client.close();
  }
}

/** Text of a flag; undefined when it was not given. */
export function flagText({ flags }: CommandCall, key: string): string | undefined {
  const value = flags[key];
  return typeof value === 'string' ? value : undefined;
}

/** A part of a path of the API. */
export function pathPart(text: string): string {
  return encodeURIComponent(text);
}
