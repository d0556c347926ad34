import { settingsError } from '../../settings/settings-error.js';
import { errorFacts } from '../../core/error-codes.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import type { Method } from '../daemon/api-client.js';
import { flagText, withDaemon } from '../daemon/with-daemon.js';

const METHODS: readonly string[] = ['GET', 'POST', 'DELETE'];
const REFUSED_EXIT_CODE = errorFacts('ACCESS_REFUSED').exitCode;

/** `tally api METHOD PATH`: any route, with the token of this machine; the answer as it comes. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const [method = '', path = ''] = call.args;
  if (!METHODS.includes(method.toUpperCase())) {
    throw settingsError({ kind: 'flag', name: 'METHOD' }, `must be one of ${METHODS.join(', ')}`);
  }
  if (!path.startsWith('/')) {
    throw settingsError({ kind: 'flag', name: 'PATH' }, 'must begin with /, such as /v1/runs');
  }
  return withDaemon(call, context, async ({ client }) => {
    const answer = await client.raw(method.toUpperCase() as Method, path, flagText(call, 'body'));
    await context.stdout.write(answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`);
    return exitCodeOfStatus(answer.status);
  });
}

function exitCodeOfStatus(status: number): number {
  if (status < 400) return 0;
  if (status === 401 || status === 403) return REFUSED_EXIT_CODE;
  if (status === 404) return 3;
  return status === 429 || status >= 500 ? 5 : 7;
}
