import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../core/checksum.js';
import { TransferError } from '../core/transfer-error.js';
import type { OverwriteQuestion } from './overwrite.js';
import { serverChecksum } from './prove-content.js';
import { checksumByReading } from './read-back.js';
import type { TransferSide } from './transfer-side.js';

/**
 * True when the target's bytes are the source's first `lengthBytes` (all of it with `isWhole`): by a checksum of the
 * server where it computes one, else by reading. Undefined where one of the two may not be read.
 */
export async function isSameContent(
  question: OverwriteQuestion,
  lengthBytes: number,
  isWhole: boolean,
): Promise<boolean | undefined> {
  const { source, target, signal } = question;
  const algorithm =
    (await serverAlgorithm(source, isWhole, signal)) ?? (await serverAlgorithm(target, true, signal));
  const by = { algorithm: algorithm ?? 'sha256', signal } as const;
  try {
    const here = await checksumOf(source, { ...by, lengthBytes: isWhole ? undefined : lengthBytes });
    return here === (await checksumOf(target, { ...by, lengthBytes: undefined }));
  } catch (error) {
    if (error instanceof TransferError && CANNOT_READ.has(error.code)) return undefined;
    throw error;
  }
}

const CANNOT_READ: ReadonlySet<string> = new Set(['PERMISSION_DENIED', 'REFUSED', 'UNSUPPORTED']);

interface ChecksumQuestion {
  readonly algorithm: ChecksumAlgorithm;
  /** Undefined = of all of it. */
  readonly lengthBytes: number | undefined;
  readonly signal: AbortSignal;
}

async function serverAlgorithm(
  side: TransferSide,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<ChecksumAlgorithm | undefined> {
  const { checksums, headChecksums } = (await side.session(signal)).capabilities;
  if (!isWhole && !headChecksums) return undefined;
  return CHECKSUM_ALGORITHMS.findLast((algorithm) => checksums.includes(algorithm));
}

async function checksumOf(side: TransferSide, question: ChecksumQuestion): Promise<string> {
  const { algorithm, lengthBytes, signal } = question;
  const { capabilities } = await side.session(signal);
  if (
    capabilities.checksums.includes(algorithm) &&
    (lengthBytes === undefined || capabilities.headChecksums)
  ) {
    const told = await serverChecksum(side, side.path, algorithm, signal, lengthBytes);
    if (told !== undefined) return told;
  }
  const { value, stoppedEarly } = await side.use(
    signal,
    (session) => checksumByReading(session, side.path, { algorithm, signal, limitBytes: lengthBytes }),
    'read',
  );
  if (stoppedEarly) await side.leave(true);
  return value;
}
