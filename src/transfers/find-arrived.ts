import { joinRemote, remoteName, remoteParent, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { mannersOfEndpoint } from './endpoint.js';
import type { DeliveredFacts, GateLook } from './file-gate.js';
import { entryIfThere } from './overwrite.js';
import { isSameContent } from './same-content.js';
import { isAscii } from './transfer-job.js';
import { transferSides, type TransferSide } from './transfer-side.js';

/** So many numerated names are looked at. */
const MOST_NAMES = 100;

/**
 * Looks whether a run that was killed had delivered the file: where it stands whole under its final name, or undefined
 * where it surely does not. `isOther`: what is known to stand there for another reason. Rejects REPLY_LOST where no
 * look can tell, since to send it once more could be twice.
 */
export async function findArrived(
  look: GateLook,
  isOther: (path: RemotePath) => Promise<boolean>,
): Promise<DeliveredFacts | undefined> {
  const { job, sourceFacts, context } = look;
  const { statAfterUpload, goneAfterUploadOk } = mannersOfEndpoint(job.target.pool.endpoint);
  if (!statAfterUpload) throw cannotTell(job.target, 'the connection forbids to look after an upload');
  for (const path of finalNames(job.target.path, context.options.overwrite === 'numerate')) {
    const existing = await job.target.use(context.signal, (session) =>
      entryIfThere(session, path, context.signal),
    );
    if (existing === undefined) break;
    if (await isOther(path)) continue;
    const facts = await compared(look, path, existing);
    if (facts !== undefined) return { ...facts, bytes: sourceFacts.sizeBytes ?? 0, finalTarget: path };
  }
  if (goneAfterUploadOk) throw cannotTell(job.target, 'the partner takes files away at once');
  return undefined;
}

function* finalNames(path: RemotePath, isNumerated: boolean): Iterable<RemotePath> {
  yield path;
  if (!isNumerated) return;
  const inFolder = (name: string) => joinRemote(remoteParent(path), name);
  yield inFolder(`Copy of ${remoteName(path)}`);
  for (let count = 2; count <= MOST_NAMES; count += 1)
    yield inFolder(`Copy (${count}) of ${remoteName(path)}`);
}

type Proven = Pick<DeliveredFacts, 'proof' | 'proofFacts'>;

/** Size alone is no proof here: what stood there before may have the same. */
async function compared(
  { job, sourceFacts, context }: GateLook,
  path: RemotePath,
  existing: RemoteEntry,
): Promise<Proven | undefined> {
  if (existing.kind === 'folder') return undefined;
  if (isAscii(job, context.options))
    throw cannotTell(job.target, 'a text that was sent as such has other bytes');
  const sizes = [existing.sizeBytes, sourceFacts.sizeBytes];
  if (!sizes.includes(undefined) && existing.sizeBytes !== sourceFacts.sizeBytes) return undefined;
  const { source, target } = transferSides(
    { pool: job.source.pool, path: job.source.path },
    { pool: job.target.pool, path },
  );
  await job.source.leave(false);
  await job.target.leave(false);
  try {
    const isSame = await isSameContent({ ...questionOf(context), sourceFacts, source, target }, 0, true);
    if (isSame === undefined) throw cannotTell(target, 'a file of that name may not be read');
    return isSame ? await proofOf(source, target, context.signal) : undefined;
  } finally {
    await source.leave(false);
    await target.leave(false);
  }
}

function questionOf({ options, memory, platform, signal }: GateLook['context']) {
  return { policy: options.overwrite, memory, files: platform.files, keepTime: options.keepTime, signal };
}

async function proofOf(source: TransferSide, target: TransferSide, signal: AbortSignal): Promise<Proven> {
  const sessions = [await source.session(signal), await target.session(signal)];
  const byServer = sessions.some(({ capabilities }) => capabilities.checksums.length > 0);
  return { proof: byServer ? 'checksum' : 'read-back', proofFacts: undefined };
}

function cannotTell({ pool, path }: TransferSide, why: string): TransferError {
  return new TransferError({
    code: 'REPLY_LOST',
    lastCode: -1,
    phase: 'verify',
    message: `${pool.endpoint.label}: ${path} was being delivered when the process ended, and no look at the target can tell whether it arrived: ${why}`,
    retry: 'permanent',
    advice:
      'Ask the partner whether they have it. It is put aside and not sent again by itself: tally quarantine release sends it.',
  });
}
