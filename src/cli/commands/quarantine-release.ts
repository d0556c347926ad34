import { nameUnknown } from '../../core/name-unknown.js';
import type { QuarantinedJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import type { TransferError } from '../../core/transfer-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { withDaemon } from '../daemon/with-daemon.js';

/** `tally quarantine release RULE [FILE]`: by path, by key, or all files of the rule. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const [rule = '', wanted] = call.args;
  return withDaemon(call, context, async ({ client, say, data }) => {
    const { files } = await client.get<{ readonly files: readonly QuarantinedJson[] }>('/v1/quarantine', {
      rule,
    });
    const meant = files.filter(
      ({ path, fileKey }) => wanted === undefined || path === wanted || fileKey === wanted,
    );
    if (meant.length === 0) throw noneThere(rule, wanted);
    for (const { fileKey } of meant) await client.post<object>('/v1/quarantine/release', { rule, fileKey });
    await data({ schemaVersion: 1, released: meant });
    await say(...meant.map(({ path }) => `${printable(path, Infinity)} is taken up again at the next look.`));
    return 0;
  });
}

function noneThere(rule: string, wanted: string | undefined): TransferError {
  const what = wanted === undefined ? 'no file' : `no file "${printable(wanted)}"`;
  return nameUnknown(`${what} of ${printable(rule)} is put aside`, 'tally quarantine list shows them.');
}
