import { printable } from '../../core/printable.js';
import type { OverwritePolicy } from '../../transfers/transfer-options.js';
import type { FileSighting, Sighting } from './sighting.js';

export interface RetryQuestion {
  readonly source: Sighting;
  readonly target: Sighting;
  /** When the last attempt ended, milliseconds since 1970. */
  readonly failedAtMs: number;
  /** The log says that the file was delivered just before the failures. */
  readonly wasDelivered: boolean;
  /** The sizes of both ends can differ though the content is the same (text mode). */
  readonly isText: boolean;
  readonly policy: RetryPolicy;
}

export interface RetryPolicy {
  /** `--overwrite`; undefined where it was not given. */
  readonly given: OverwritePolicy | undefined;
  /** Of the variable, the connection or the settings. */
  readonly configured: OverwritePolicy;
  /** `--resend-existing`: send also what may have arrived. */
  readonly resendsExisting: boolean;
}

export type RetryDecision =
  /** `overwrite` is what the transfer is told, which looks again right before it sends. */
  | { readonly action: 'send'; readonly reason: string; readonly overwrite: OverwritePolicy }
  /** It need not, or should not, be sent. */
  | { readonly action: 'leave'; readonly why: LeaveReason; readonly reason: string }
  | { readonly action: 'refuse'; readonly why: EndProblem; readonly reason: string };

export type LeaveReason = 'delivered' | 'arrived' | 'newer' | 'unseen' | 'policy';
export type EndProblem = 'source-gone' | 'source-unseen' | 'not-a-file' | 'no-folder';

/**
 * The clock of a partner and ours may differ, and an attempt may end long after its last byte: a target that is older
 * than the failed attempt by less than this may still be what that attempt brought.
 */
const SLACK_MS = 15 * 60_000;

/** What to do with one failed file, by what stands at both ends now. */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { source, target, policy, wasDelivered } = question;
  if (source.kind !== 'file') return sourceProblem(source);
  if (wasDelivered && !policy.resendsExisting) {
    return leave(
      'delivered',
      'it was delivered just before; what failed came after (as removing its source)',
    );
  }
  switch (target.kind) {
    case 'missing':
      return sendMissing(policy);
    case 'no-folder':
      return refuse(
        'no-folder',
        `the folder ${printable(target.folder)} is not there: make it, then ask again`,
      );
    case 'unseen':
      if (!policy.resendsExisting)
        return leave('unseen', 'the target cannot be looked at, so it may be there');
      return send('the target cannot be looked at', policy.given ?? 'overwrite');
    case 'folder':
    case 'other':
      return refuse('not-a-file', 'the target is no file');
    case 'file':
      return decideExisting(question, source, target);
  }
}

function sourceProblem(source: Exclude<Sighting, FileSighting>): RetryDecision {
  switch (source.kind) {
    case 'missing':
    case 'no-folder':
      return refuse('source-gone', 'the source is not there any more');
    case 'unseen':
      return refuse('source-unseen', `the source cannot be looked at: ${source.error.message}`);
    case 'folder':
    case 'other':
      return refuse('not-a-file', 'the source is no file');
  }
}

/** Who overwrites by habit has not asked to overwrite what appears between the look and the transfer. */
function sendMissing({ given, configured }: RetryPolicy): RetryDecision {
  const careful = configured === 'overwrite' ? 'skip' : configured;
  return send('it is not there', given ?? careful);
}

function decideExisting(question: RetryQuestion, source: FileSighting, target: FileSighting): RetryDecision {
  const { policy, isText } = question;
  if (policy.resendsExisting)
    return replace('it is there, and sent again as asked', question, source, target);
  const isOlder = isOlderThanAttempt(question, source, target);
  if (isText || source.sizeBytes === undefined || target.sizeBytes === undefined) {
    if (!isOlder) return leave('arrived', 'a file is there whose size tells nothing: it may have arrived');
    return replace('an older file is there', question, source, target);
  }
  if (source.sizeBytes === target.sizeBytes) {
    if (!isOlder) return leave('arrived', 'already there, same size: it may have arrived');
    return replace('an older file of the same size is there', question, source, target);
  }
  const isWanted = policy.given !== undefined && policy.given !== 'skip';
  if (!isWanted && mayBeAnotherFile(question, source, target)) {
    return leave('newer', 'another file is there, which came after the failed attempt');
  }
  const what = target.sizeBytes < source.sizeBytes ? 'a smaller file' : 'a larger file';
  return replace(`${what} is there`, question, source, target);
}

/** False also where the time is not known, or is the source's own, as a copy that keeps times has it. */
function isOlderThanAttempt(
  { failedAtMs }: RetryQuestion,
  source: FileSighting,
  target: FileSighting,
): boolean {
  if (target.modifiedMs === undefined) return false;
  if (source.modifiedMs !== undefined) {
    const precisionMs = Math.max(source.precisionMs, target.precisionMs);
    if (Math.abs(source.modifiedMs - target.modifiedMs) <= precisionMs) return false;
  }
  return target.modifiedMs < failedAtMs - Math.max(SLACK_MS, target.precisionMs);
}

/** The half file of a failed attempt is smaller than the source and no younger than the attempt. */
function mayBeAnotherFile(
  { failedAtMs }: RetryQuestion,
  source: FileSighting,
  target: FileSighting,
): boolean {
  if (target.modifiedMs === undefined) return (target.sizeBytes ?? 0) > (source.sizeBytes ?? 0);
  return target.modifiedMs > failedAtMs + Math.max(SLACK_MS, target.precisionMs);
}

/** What the policy in force makes of a target that is there. */
function replace(
  what: string,
  { policy }: RetryQuestion,
  source: FileSighting,
  target: FileSighting,
): RetryDecision {
  const overwrite = policy.given ?? policy.configured;
  switch (overwrite) {
    case 'overwrite':
      return send(`${what}: replaces it`, overwrite);
    case 'skip':
    case 'fail':
      return leave('policy', `${what}, and the policy ${overwrite} lets it be`);
    case 'numerate':
      return send(`${what}: goes beside it, as "Copy of"`, overwrite);
    case 'smart':
      return send(`${what}: compared by content, then resumed, replaced or left`, overwrite);
    case 'newer':
      return isNewer(source, target)
        ? send(`${what}, older than the source: replaces it`, overwrite)
        : leave('policy', `${what}, as new as the source, and the policy newer lets it be`);
  }
}

/** As the transfer will see it: a time that is not known is no reason to stay. */
function isNewer(source: FileSighting, target: FileSighting): boolean {
  if (source.modifiedMs === undefined || target.modifiedMs === undefined) return true;
  const precisionMs = Math.max(source.precisionMs, target.precisionMs);
  return Math.floor(source.modifiedMs / precisionMs) > Math.floor(target.modifiedMs / precisionMs);
}

function send(reason: string, overwrite: OverwritePolicy): RetryDecision {
  return { action: 'send', reason, overwrite };
}

function leave(why: LeaveReason, reason: string): RetryDecision {
  return { action: 'leave', why, reason };
}

function refuse(why: EndProblem, reason: string): RetryDecision {
  return { action: 'refuse', why, reason };
}
