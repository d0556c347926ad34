import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { startChecksum, type ChecksumAlgorithm, type RunningChecksum } from '../../core/checksum.js';
import type { Receipt } from '../../core/outcome.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ByteSink, ReadOptions } from '../protocol-client.js';
import { storedChecksum } from './object-facts.js';
import { WITH_CHECKSUMS } from './s3-message.js';
import type { S3Key } from './s3-path.js';
import type { S3Session, S3Task } from './s3-session.js';

/** Strongest first. MD5 of an ETag is left out: not every maker's ETag is one. */
const CHECKED: readonly ChecksumAlgorithm[] = ['sha256', 'sha1', 'crc32'];

/**
 * Reads an object from `offset`. What arrives is held against the length that the server announced, the range that
 * was asked for, the version, and against the object's own checksum when all of it is read.
 */
export async function download(
  session: S3Session,
  { bucket, key }: S3Key,
  sink: ByteSink,
  options: ReadOptions,
  task: S3Task,
): Promise<Receipt> {
  const { offset = 0, version } = options;
  const answer = await session.send(
    new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(offset > 0 ? { Range: `bytes=${offset}-` } : {}),
      ...(version === undefined ? {} : { IfMatch: version }),
    }),
    { ...task, streams: true, headers: WITH_CHECKSUMS },
  );
  const body = answer.Body as Readable;
  const problem = misfit(answer, options);
  if (problem !== undefined) {
    body.destroy();
    throw failure(session, task, problem.code, problem.text);
  }
  const expected = offset === 0 ? announcedChecksum(answer) : undefined;
  const running = expected && startChecksum(expected.algorithm);
  const bytes = await session.transport.payload(
    body,
    (chunk) => {
      running?.update(chunk);
      return sink.write(chunk);
    },
    answer.ContentLength,
    task,
  );
  checkLength(session, task, bytes, answer.ContentLength);
  if (expected !== undefined) checkContent(session, task, expected, running as RunningChecksum);
  return { lastCode: session.transport.lastHead?.status ?? 200, bytes };
}

interface Misfit {
  readonly code: 'SOURCE_CHANGED' | 'UNSUPPORTED';
  readonly text: string;
}

/** A server may pass over Range and If-Match. */
function misfit(answer: GetObjectCommandOutput, { offset = 0, version }: ReadOptions): Misfit | undefined {
  if (version !== undefined && answer.ETag !== undefined && answer.ETag !== version) {
    return { code: 'SOURCE_CHANGED', text: `has the ETag ${answer.ETag} instead of ${version} by now` };
  }
  if (offset === 0 || answer.ContentRange?.startsWith(`bytes ${offset}-`) === true) return undefined;
  return { code: 'UNSUPPORTED', text: `the server does not begin at byte ${offset}` };
}

interface Announced {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

function announcedChecksum(answer: GetObjectCommandOutput): Announced | undefined {
  for (const algorithm of CHECKED) {
    const value = storedChecksum(answer, algorithm);
    if (value !== undefined) return { algorithm, value };
  }
  return undefined;
}

function checkLength(session: S3Session, task: S3Task, bytes: number, announced: number | undefined): void {
  if (announced === undefined || bytes === announced) return;
  throw failure(session, task, 'TRUNCATED', `${bytes} bytes came, ${announced} were announced`);
}

function checkContent(session: S3Session, task: S3Task, expected: Announced, running: RunningChecksum): void {
  const value = running.digest();
  if (value === expected.value) return;
  const { algorithm } = expected;
  const text = `what came has the ${algorithm} ${value}, but the server keeps ${expected.value}`;
  throw failure(session, task, 'CONTENT_MISMATCH', text);
}

function failure(
  session: S3Session,
  { phase, operation }: S3Task,
  code: Misfit['code'] | 'TRUNCATED' | 'CONTENT_MISMATCH',
  text: string,
): TransferError {
  return new TransferError({ code, lastCode: -1, phase, message: `${session.place}: ${operation}: ${text}` });
}
