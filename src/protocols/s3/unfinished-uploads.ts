import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type CompletedPart,
  type Part as StoredPart,
} from '@aws-sdk/client-s3';
import { TransferError } from '../../core/transfer-error.js';
import type { UnfinishedWrite } from '../protocol-client.js';
import { hexOfBase64, md5OfETag } from './object-facts.js';
import { MAX_PARTS } from './part-sizes.js';
import type { S3Key } from './s3-path.js';
import type { S3Session, S3Task } from './s3-session.js';

/** An upload in parts that did not end, as the server keeps it. */
export interface UnfinishedUpload extends UnfinishedWrite {
  readonly uploadId: string;
  /** From 1 on without a gap. */
  readonly parts: readonly CompletedPart[];
}

/** One upload of a key, by the name that the server gave it: others may have theirs open on the same key. */
export interface UploadPlace extends S3Key {
  readonly uploadId: string;
}

/** The upload as far as it can be gone on with; undefined: not at all. */
export async function findUnfinished(
  session: S3Session,
  upload: UploadPlace,
  task: S3Task,
): Promise<UnfinishedUpload | undefined> {
  const { uploadId } = upload;
  // Swift lists the parts of an upload that has ended, too.
  if (!(await isOpen(session, upload, task))) return undefined;
  const parts: CompletedPart[] = [];
  let bytes = 0;
  let last: StoredPart | undefined;
  for await (const part of storedParts(session, upload, task)) {
    const { PartNumber, ETag, ChecksumSHA256, Size = 0 } = part;
    if (PartNumber !== parts.length + 1) break;
    parts.push({ PartNumber, ETag, ...(ChecksumSHA256 === undefined ? {} : { ChecksumSHA256 }) });
    bytes += Size;
    last = part;
  }
  const checksum = last && checksumOf(last);
  if (last === undefined || checksum === undefined) return undefined;
  const { Size: lengthBytes = 0 } = last;
  return { uploadId, parts, bytes, tail: { offset: bytes - lengthBytes, lengthBytes, ...checksum } };
}

/** Fine when the server no longer knows it. */
export async function abandonUpload(
  session: S3Session,
  { bucket: Bucket, key: Key, uploadId: UploadId }: UploadPlace,
  task: S3Task,
): Promise<void> {
  try {
    await session.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), task);
  } catch (error) {
    if (!(error instanceof TransferError) || error.lastCode !== 404) throw error;
  }
}

async function isOpen(
  session: S3Session,
  { bucket: Bucket, key, uploadId }: UploadPlace,
  task: S3Task,
): Promise<boolean> {
  let KeyMarker: string | undefined;
  let UploadIdMarker: string | undefined;
  // Keys come in order, and the key is the first that has itself as prefix.
  do {
    const answer = await session.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: key, KeyMarker, UploadIdMarker }),
      task,
    );
    const uploads = answer.Uploads ?? [];
    if (uploads.some(({ Key, UploadId }) => Key === key && UploadId === uploadId)) return true;
    const goesOn = answer.IsTruncated === true && uploads.at(-1)?.Key === key;
    const isStuck = answer.NextKeyMarker === KeyMarker && answer.NextUploadIdMarker === UploadIdMarker;
    if (!goesOn || isStuck) return false;
    KeyMarker = answer.NextKeyMarker;
    UploadIdMarker = answer.NextUploadIdMarker;
  } while (KeyMarker !== undefined);
  return false;
}

async function* storedParts(
  session: S3Session,
  { bucket: Bucket, key: Key, uploadId: UploadId }: UploadPlace,
  task: S3Task,
): AsyncGenerator<StoredPart> {
  let PartNumberMarker: string | undefined;
  for (let count = 0; count < MAX_PARTS;) {
    const answer = await session.send(
      new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker }),
      task,
    );
    const parts = answer.Parts ?? [];
    yield* parts;
    count += parts.length;
    if (answer.IsTruncated !== true || parts.length === 0) return;
    PartNumberMarker = answer.NextPartNumberMarker;
  }
}

function checksumOf({
  ChecksumSHA256,
  ETag,
}: StoredPart): Pick<UnfinishedWrite['tail'], 'algorithm' | 'value'> | undefined {
  if (ChecksumSHA256 !== undefined) return { algorithm: 'sha256', value: hexOfBase64(ChecksumSHA256) };
  const md5 = md5OfETag(ETag);
  return md5 === undefined ? undefined : { algorithm: 'md5', value: md5 };
}
