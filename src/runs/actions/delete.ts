import { counted } from '../../core/counted.js';
import { remotePath, type RemotePath } from '../../core/remote-path.js';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import type { DeleteAction } from '../../rules/actions/action.js';
import type { ResolvedPlace } from '../../settings/resolve-place.js';
import { withSession } from '../../transfers/batch-plan.js';
import { isLocal } from '../../transfers/endpoint.js';
import { entryIfThere } from '../../transfers/overwrite.js';
import { byOurClock } from '../../transfers/server-clock.js';
import { hasWildcard, parsePattern } from '../../transfers/wildcard.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { findFiles, type PlacedFile } from '../find-files.js';
import { LinkedPaths } from '../linked-paths.js';
import { atPartner } from './at-partner.js';
import { makeOnce } from './settled-by-looking.js';
import { inEventFolder } from './transfer-order.js';

/** What is beyond that goes with the next run. */
const MOST_AT_ONCE = 100_000;
const MOST_NAMED = 100;

/** Deletes a file, an empty folder, or the files of a mask or folder (all, or those that are old enough). */
export async function performDelete(action: DeleteAction, context: ActionContext): Promise<ActionEnd> {
  const { services, scope, event } = context;
  const resolved = await services.placeBook.resolve(scope.location(inEventFolder(action.path, event)));
  const isMany = action.recursive || action.olderThanMs !== undefined || hasWildcard(resolved.place.path);
  return atPartner(resolved, context, async () => {
    try {
      return await (isMany && !action.folder ? deleteMany : deleteOne)(action, resolved, context);
    } catch (error) {
      const isMissing = error instanceof TransferError && error.code === 'NOT_FOUND';
      if (!isMissing || !action.missingOk) throw error;
      return { kind: 'succeeded', text: `${resolved.place.text} is not there, which counts as success` };
    }
  });
}

async function deleteOne(
  action: DeleteAction,
  resolved: ResolvedPlace,
  context: ActionContext,
): Promise<ActionEnd> {
  const { text } = resolved.place;
  const path = remotePath(resolved.place.path.replace(/(?<=.)\/+$/, ''));
  await linksOf(resolved, context)?.checkName(path);
  if (context.isShadow) {
    const { services, signal } = context;
    // Rejects NOT_FOUND as the removal would.
    await withSession(services.placeBook.poolOf(resolved), signal, (session) =>
      session.stat(path, { signal }),
    );
    return { kind: 'succeeded', text: `would delete ${text}` };
  }
  const end = await removeOnce(resolved, { path, isFolder: action.folder }, context);
  return {
    kind: 'succeeded',
    text: end === 'made' ? `deleted ${text}` : `${text} was gone when the step was begun again`,
  };
}

function removeOnce(
  resolved: ResolvedPlace,
  { path, isFolder }: { readonly path: RemotePath; readonly isFolder: boolean },
  context: ActionContext,
): Promise<'made' | 'madeBefore'> {
  const { services, signal } = context;
  return makeOnce(
    services.placeBook.poolOf(resolved),
    {
      make: (session) =>
        isFolder ? session.removeFolder(path, { signal }) : session.remove(path, { signal }),
      isDone: async (session) => (await entryIfThere(session, path, signal)) === undefined,
    },
    context,
  );
}

async function deleteMany(
  action: DeleteAction,
  resolved: ResolvedPlace,
  context: ActionContext,
): Promise<ActionEnd> {
  const { services, signal, isShadow } = context;
  const { path, text } = resolved.place;
  const { recursive } = action;
  const links = linksOf(resolved, context);
  await links?.checkThing(parsePattern(path, recursive).base);
  const found = await findFiles(resolved, { services, signal, recursive, most: MOST_AT_ONCE });
  const old = found.files.filter((file) => isOldEnough(file, action, resolved, context));
  const names = old.slice(0, MOST_NAMED).map((file) => file.path);
  const detail = { files: names, left: found.files.length - old.length, warnings: found.warnings };
  if (isShadow)
    return { kind: 'succeeded', text: `would delete ${counted(old.length, 'file')} of ${text}`, detail };
  const { count, failures } = await removeEach(old, resolved, context);
  const [error] = failures;
  const told = { ...detail, failures: failures.slice(0, MOST_NAMED).map(({ message }) => message) };
  if (error === undefined)
    return { kind: 'succeeded', text: `deleted ${counted(count, 'file')} of ${text}`, detail: told };
  return { kind: 'failed', error, detail: told, filesFailed: failures.length };
}

/** One that cannot be deleted does not keep the others; a connection that fails ends it. */
async function removeEach(
  files: readonly PlacedFile[],
  resolved: ResolvedPlace,
  context: ActionContext,
): Promise<{ readonly count: number; readonly failures: readonly TransferError[] }> {
  const links = linksOf(resolved, context);
  const failures: TransferError[] = [];
  let count = 0;
  for (const { path } of files) {
    try {
      await links?.checkName(path);
      await removeOnce(resolved, { path, isFolder: false }, context);
      count += 1;
    } catch (thrown) {
      const error = asTransferError(thrown, 'remove');
      if (error.retry !== 'permanent' || context.signal.aborted) throw error;
      // Somebody was quicker: what was wanted is so.
      if (error.code !== 'NOT_FOUND') failures.push(error);
    }
  }
  return { count, failures };
}

/** What tells no time is never old enough. */
function isOldEnough(
  { modifiedMs }: PlacedFile,
  { olderThanMs }: DeleteAction,
  { place }: ResolvedPlace,
  { services }: ActionContext,
): boolean {
  if (olderThanMs === undefined) return true;
  if (modifiedMs === undefined) return false;
  const changedMs = byOurClock(modifiedMs, place.endpoint, services.memory);
  return services.platform.clock.now() - changedMs > olderThanMs;
}

function linksOf({ place }: ResolvedPlace, { services, rule }: ActionContext): LinkedPaths | undefined {
  const { files, host } = services.platform;
  return isLocal(place.endpoint) ? new LinkedPaths(rule, files, host.os) : undefined;
}
