import { remoteParent, remotePath, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import type { MakeFolderAction } from '../../rules/actions/action.js';
import { withSession } from '../../transfers/batch-plan.js';
import { isLocal } from '../../transfers/endpoint.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { LinkedPaths } from '../linked-paths.js';
import { atPartner } from './at-partner.js';

/** Makes a folder and the missing ones above it; one that is there already is fine. */
export async function performMakeFolder(
  action: MakeFolderAction,
  context: ActionContext,
): Promise<ActionEnd> {
  const { services, signal, scope, rule, isShadow } = context;
  const { placeBook, platform } = services;
  const resolved = await placeBook.resolve(scope.location(action.path));
  const { endpoint, text } = resolved.place;
  const path = remotePath(resolved.place.path.replace(/(?<=.)\/+$/, ''));
  if (isShadow) return { kind: 'succeeded', text: `would make the folder ${text}` };
  return atPartner(resolved, context, async () => {
    if (isLocal(endpoint)) await new LinkedPaths(rule, platform.files, platform.host.os).checkName(path);
    await withSession(placeBook.poolOf(resolved), signal, (session) => makeFolders(session, path, signal));
    return { kind: 'succeeded', text: `the folder ${text} is there` };
  });
}

/** Asks for the folder itself first: most are there, or lack only the last one. */
export async function makeFolders(
  session: ProtocolClient,
  path: RemotePath,
  signal: AbortSignal,
): Promise<void> {
  if (path === '' || path === '/' || !session.capabilities.folders) return;
  try {
    await session.makeFolder(path, { signal });
  } catch (error) {
    const above = remoteParent(path);
    const mayBeAbove = error instanceof TransferError && MISSING_ABOVE.has(error.code) && !error.sessionLost;
    if (!mayBeAbove || above === path || above === '' || above === '/') throw error;
    await makeFolders(session, above, signal);
    await session.makeFolder(path, { signal });
  }
}

/** FTP servers say 550 to all of it. */
const MISSING_ABOVE: ReadonlySet<string> = new Set(['NOT_FOUND', 'REFUSED', 'PERMISSION_DENIED']);
