import type { RemoteEntry } from '../protocols/protocol-client.js';

/** By what a file is known to be still the same: to be compared with a later look at it. */
export type SourceIdentity = Pick<RemoteEntry, 'sizeBytes' | 'modifiedMs' | 'version'>;

/**
 * True when both looks were surely at the same content: same size, and the same version or time of last change. What is
 * not told is not known to be the same.
 */
export function isSameSource(one: SourceIdentity, other: SourceIdentity): boolean {
  if (one.sizeBytes === undefined || one.sizeBytes !== other.sizeBytes) return false;
  if (one.version !== other.version) return false;
  if (one.modifiedMs !== other.modifiedMs) return false;
  return one.version !== undefined || one.modifiedMs !== undefined;
}

/** True when a later look can tell whether it is the same. */
export function isRecognisable(source: SourceIdentity): boolean {
  return isSameSource(source, source);
}
