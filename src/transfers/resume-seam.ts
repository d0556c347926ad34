import { readStretch } from './read-stretch.js';
import { rememberCannotResume, type ResumePoint } from './resume-point.js';
import { startAnew } from './start-anew.js';
import type { AttemptContext, TransferJob } from './transfer-job.js';
import type { TransferState } from './transfer-state.js';
import type { WorkingFile } from './working-file.js';

/** Enough to tell zeros from content. */
const SEAM_BYTES = 64 * 1024;

/**
 * Looks once more at what stood before the place where the copy went on: servers exist that empty the file all the
 * same, and fill it with zeros up to there, so that its size is right. False = the server is remembered for that, and
 * the copy must be made from the start.
 */
export async function seamHolds(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<boolean> {
  const { target } = job;
  const working = state.working as WorkingFile;
  const { seam } = state;
  if (seam === undefined || target.isLocal || working.kind === 'whole') return true;
  if ((await sizeIsRight(job, state, context)) && (await stretchIsSame(job, working, seam, context))) {
    state.seam = undefined;
    return true;
  }
  rememberCannotResume(target, context);
  startAnew(state, 'the server did not go on from where it was told to: sent again from the start');
  return false;
}

async function sizeIsRight(
  { target }: TransferJob,
  state: TransferState,
  { signal }: AttemptContext,
): Promise<boolean> {
  const { path } = state.working as WorkingFile;
  const { sizeBytes } = await target.use(signal, (session) => session.stat(path, { signal }));
  return sizeBytes === undefined || sizeBytes === (state.sourceFacts?.sizeBytes ?? state.bytes);
}

async function stretchIsSame(
  { target }: TransferJob,
  { path }: WorkingFile,
  { offset, overlap }: ResumePoint,
  { signal }: AttemptContext,
): Promise<boolean> {
  if (overlap.standing.kind === 'checksum') return true;
  const lengthBytes = Math.min(SEAM_BYTES, overlap.lengthBytes);
  const before = overlap.standing.bytes.subarray(overlap.lengthBytes - lengthBytes);
  const now = await readStretch(target, path, { offset: offset - lengthBytes, lengthBytes }, signal);
  return Buffer.compare(before, now) === 0;
}
