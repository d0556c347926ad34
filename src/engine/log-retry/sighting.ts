import type { TransferError } from '../../core/transfer-error.js';

/** What stands at a path now. */
export type Sighting =
  | FileSighting
  | { readonly kind: 'missing' }
  /** Not even the folder that it would lie in. */
  | { readonly kind: 'no-folder'; readonly folder: string }
  | { readonly kind: 'folder' }
  /** A device, a socket: nothing to copy or to replace. */
  | { readonly kind: 'other' }
  /** Whoever owns the place does not let us look. */
  | { readonly kind: 'unseen'; readonly error: TransferError };

export interface FileSighting {
  readonly kind: 'file';
  /** Undefined where the server hides it. */
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
  /** How exact `modifiedMs` is. */
  readonly precisionMs: number;
}
