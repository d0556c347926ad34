import * as openpgp from 'openpgp';
import type { TransferError } from '../../core/transfer-error.js';
import { readBlocks, type FileContext } from './own-file.js';
import { guarded, resultBytes, withPgpSource, type PgpSource } from './pgp-bytes.js';
import { isArmored } from './pgp-keys.js';
import { judged, signatureInvalid, type FoundSignature, type SignatureVerdict } from './pgp-signatures.js';

/** By which keys, and as of when. */
export interface VerifyOrder {
  readonly verificationKeys: openpgp.PublicKey[];
  readonly date: Date;
}

/** The signatures within a file: of OpenPGP packets, or of a text with its signature below. */
export async function verifyWhole(
  path: string,
  order: VerifyOrder,
  context: FileContext,
): Promise<SignatureVerdict> {
  const failed = (cause: unknown) =>
    signatureInvalid(path, 'it is no signed OpenPGP file, or is damaged', cause);
  if (await isCleartext(path, context)) return verifyCleartext(path, order, context);
  return withPgpSource(path, context, async (source) => {
    const result = await guarded(source, failed, async () =>
      openpgp.verify({ ...order, message: await source.message(), format: 'binary' }),
    );
    return read(result, source, { failed, keys: order.verificationKeys });
  });
}

/** The signatures in a file of their own. */
export async function verifyDetached(
  path: string,
  { signature: signaturePath, ...order }: VerifyOrder & { readonly signature: string },
  context: FileContext,
): Promise<SignatureVerdict> {
  const failed = (cause: unknown) => signatureInvalid(signaturePath, 'it is no OpenPGP signature', cause);
  const bytes = await smallFile(signaturePath, context);
  return withPgpSource(path, context, async (source) => {
    const result = await guarded(source, failed, async () => {
      const signature = isArmored(bytes)
        ? await openpgp.readSignature({ armoredSignature: bytes.toString('latin1') })
        : await openpgp.readSignature({ binarySignature: bytes });
      const message = await source.content();
      return openpgp.verify({ ...order, message, signature, format: 'binary' });
    });
    return read(result, source, { failed, keys: order.verificationKeys });
  });
}

interface Verified {
  readonly data: unknown;
  readonly signatures: readonly FoundSignature[];
}

interface Reading {
  readonly failed: (cause: unknown) => TransferError;
  readonly keys: readonly openpgp.PublicKey[];
}

/** Signatures are known when all content has gone by. */
async function read(
  result: Verified,
  source: PgpSource,
  { failed, keys }: Reading,
): Promise<SignatureVerdict> {
  const judging = judged(result.signatures, keys);
  const bytes = resultBytes(result.data, source, failed);
  while ((await bytes.next()).done !== true);
  return judging;
}

/** A text that can be read without OpenPGP, its signature below it: never large. */
async function verifyCleartext(
  path: string,
  order: VerifyOrder,
  context: FileContext,
): Promise<SignatureVerdict> {
  const text = (await smallFile(path, context)).toString('utf8');
  try {
    const message = await openpgp.readCleartextMessage({ cleartextMessage: text });
    const { signatures } = await openpgp.verify({ ...order, message });
    return await judged(signatures, order.verificationKeys);
  } catch (error) {
    throw signatureInvalid(path, 'it is no signed text, or is damaged', error);
  }
}

async function isCleartext(path: string, context: FileContext): Promise<boolean> {
  for await (const block of readBlocks(path, context, { start: 0, end: 1024 }))
    return /^\ufeff?\s*-----BEGIN PGP SIGNED MESSAGE/.test(block.toString('utf8'));
  return false;
}

const MAX_SMALL_FILE_BYTES = 16 * 1024 * 1024;

async function smallFile(path: string, context: FileContext): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let bytes = 0;
  for await (const block of readBlocks(path, context)) {
    bytes += block.byteLength;
    if (bytes > MAX_SMALL_FILE_BYTES)
      throw signatureInvalid(path, `it is longer than ${MAX_SMALL_FILE_BYTES} bytes`);
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}
