import { remotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { withSession } from '../transfers/batch-plan.js';
import { hasWildcard } from '../transfers/wildcard.js';
import { findFiles } from './find-files.js';
import type { RunServices } from './run-services.js';

/**
 * True when something is at the location: a file or folder, or for a mask at least one file. Rejects where nobody can
 * tell: no connection, no right to look.
 */
export async function lookAtLocation(
  location: string,
  services: Pick<RunServices, 'placeBook' | 'platform'>,
  signal: AbortSignal,
): Promise<boolean> {
  const resolved = await services.placeBook.resolve(location);
  const { path } = resolved.place;
  if (path === '' || path === '/') return true;
  if (hasWildcard(path)) {
    const found = await findFiles(resolved, { services, signal, recursive: path.includes('**'), most: 1 });
    return found.files.length > 0;
  }
  const pool = services.placeBook.poolOf(resolved);
  try {
    await withSession(pool, signal, (session) =>
      session.stat(remotePath(path.replace(/\/+$/, '')), { signal }),
    );
    return true;
  } catch (error) {
    if (error instanceof TransferError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}
