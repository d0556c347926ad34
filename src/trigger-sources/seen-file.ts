/** A file as one look at a watched place shows it. */
export interface SeenFile {
  /** Below the watched folder, parted by `/`. */
  readonly relativePath: string;
  /** As events name it: absolute in the machine's own form, or the path on the server. */
  readonly path: string;
  /** Undefined where the server hides it. */
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
  /** How exact `modifiedMs` is; a listing of a server may tell no more than the day. */
  readonly precisionMs: number;
  /** Device and inode of a local file. */
  readonly identity?: string;
}

/** What tells one version of a file from the next. */
export type FileVersion = Pick<SeenFile, 'sizeBytes' | 'modifiedMs' | 'precisionMs'>;

/** True when both looks show one version. Some servers tell older times less exactly: then the exact one lies within. */
export function isSameVersion(one: FileVersion, other: FileVersion): boolean {
  if (one.sizeBytes !== other.sizeBytes) return false;
  if (one.modifiedMs === other.modifiedMs) return true;
  if (one.modifiedMs === undefined || other.modifiedMs === undefined) return false;
  if (one.precisionMs === other.precisionMs) return false;
  const [coarse, fine] = one.precisionMs > other.precisionMs ? [one, other] : [other, one];
  const beyondMs = (fine.modifiedMs ?? 0) - (coarse.modifiedMs ?? 0);
  return beyondMs >= 0 && beyondMs < coarse.precisionMs;
}

export function nameOf(relativePath: string): string {
  return relativePath.slice(relativePath.lastIndexOf('/') + 1);
}
