import type { KeyID, PublicKey } from 'openpgp';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';

/** One signature as the library gives it. */
export interface FoundSignature {
  readonly keyID: KeyID;
  /** Rejects for one that is wrong, or whose key is not known. */
  readonly verified: Promise<true>;
}

/** Signatures of a message, by the number of the key that made each. */
export interface SignatureVerdict {
  /** By a key that counts, and right. */
  readonly good: readonly string[];
  /** By a key that counts, and wrong. */
  readonly bad: readonly string[];
  /** By keys that we do not know. */
  readonly unknown: readonly string[];
}

/**
 * What becomes of the signatures. Call it before the content is read: they are settled when it has been read to its
 * end, and a wrong one must not go unheard meanwhile.
 */
export function judged(
  signatures: readonly FoundSignature[],
  keys: readonly PublicKey[],
): Promise<SignatureVerdict> {
  const counted = new Set(keys.flatMap((key) => key.getKeyIDs().map((id) => id.toHex())));
  const settled = signatures.map(async ({ keyID, verified }) => {
    const key = keyID.toHex();
    const isGood = await verified.then(
      () => true,
      () => false,
    );
    if (isGood) return { key, verdict: 'good' as const };
    return { key, verdict: counted.has(key) ? ('bad' as const) : ('unknown' as const) };
  });
  return Promise.all(settled).then((all) => {
    const of = (verdict: keyof SignatureVerdict) =>
      all.filter((each) => each.verdict === verdict).map(({ key }) => key);
    return { good: of('good'), bad: of('bad'), unknown: of('unknown') };
  });
}

/** Rejects SIGNATURE_INVALID for a wrong signature, and where one is wanted and none counts. */
export function refuseSignatures(
  path: string,
  { good, bad, unknown }: SignatureVerdict,
  isWanted: boolean,
): void {
  if (bad.length > 0) throw signatureInvalid(path, `the signature by ${bad.join(', ')} is wrong`);
  if (!isWanted || good.length > 0) return;
  throw signatureInvalid(
    path,
    unknown.length === 0
      ? 'it is not signed'
      : `it is signed by ${unknown.join(', ')}, and that key is not among those that count`,
  );
}

/** For the story: `signed by 0123456789abcdef`. */
export function signatureText({ good, unknown }: SignatureVerdict): string {
  if (good.length > 0) return `signed by ${good.join(', ')}`;
  return unknown.length > 0 ? `signed by ${unknown.join(', ')}, which was not checked` : 'not signed';
}

/** SIGNATURE_INVALID with the file and what is wrong. */
export function signatureInvalid(path: string, problem: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'SIGNATURE_INVALID',
    lastCode: -1,
    phase: 'action',
    message: `${printable(path)}: ${problem}`,
    cause,
  });
}
