import { joinRemote, remoteName, remoteParent, remotePath, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ArchiveAction } from '../../rules/actions/action.js';
import type { ResolvedPlace } from '../../settings/resolve-place.js';
import { withSession } from '../../transfers/batch-plan.js';
import { runBatch } from '../../transfers/batch.js';
import { endpointKey, isLocal } from '../../transfers/endpoint.js';
import { fillVariables } from '../../transfers/file-variables.js';
import { keptForTransfer } from '../../rules/variables/known-variables.js';
import { DEFAULT_TRANSFER_OPTIONS } from '../../transfers/transfer-options.js';
import { hasWildcard } from '../../transfers/wildcard.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { newPlaceValues } from '../new-place.js';
import { atPartner } from './at-partner.js';
import { makeFolders } from './make-folder.js';
import { checkLinks, renameOnce } from './rename.js';

/** So many names are tried where the first ones are taken. */
const MOST_NAMES = 10_000;

interface Archiving {
  readonly source: ResolvedPlace;
  readonly from: RemotePath;
  readonly to: RemotePath;
}

/**
 * Moves a file among the done ones, on its own side: folders are made, a name that is taken is numerated, and where the
 * done ones lie on another disk the file is copied, proven and only then removed.
 */
export async function performArchive(action: ArchiveAction, context: ActionContext): Promise<ActionEnd> {
  const { services, isShadow } = context;
  const archiving = await archivingOf(action, context);
  const { source, from, to } = archiving;
  const isHere = isLocal(source.place.endpoint);
  if (isShadow) {
    const { signal } = context;
    await withSession(services.placeBook.poolOf(source), signal, (session) => session.stat(from, { signal }));
    return { kind: 'succeeded', text: `would archive ${source.place.text} as ${to}` };
  }
  return atPartner(source, context, async () => {
    if (isHere) await checkLinks([from, to], context);
    const stands = await archiveOne(archiving, context);
    return {
      kind: 'succeeded',
      text: `archived ${source.place.text} as ${stands}`,
      ...(isHere ? { variables: newPlaceValues(stands, services.platform.host) } : {}),
    };
  });
}

async function archivingOf(action: ArchiveAction, { services, scope }: ActionContext): Promise<Archiving> {
  const source = await services.placeBook.resolve(scope.location(action.path));
  const from = source.place.path;
  if (hasWildcard(from)) throw refused(`${source.place.text}: archive takes one file at a time`);
  const { label } = source.place.endpoint;
  const isOnServer = !isLocal(source.place.endpoint) && /^\/(?!\/)/.test(action.to);
  const template = isOnServer ? `${label}${label.includes('://') ? '' : ':'}${action.to}` : action.to;
  const location = fillVariables(scope.location(template, keptForTransfer(scope)), from);
  const target = await services.placeBook.resolve(location);
  if (endpointKey(target.place.endpoint) !== endpointKey(source.place.endpoint))
    throw refused(`${source.place.text} and ${target.place.text} are not on one side: use move`);
  const { path } = target.place;
  return { source, from, to: path.endsWith('/') ? joinRemote(path, remoteName(from)) : path };
}

async function archiveOne(archiving: Archiving, context: ActionContext): Promise<RemotePath> {
  const { source, from, to } = archiving;
  const { services, signal } = context;
  const pool = services.placeBook.poolOf(source);
  await withSession(pool, signal, (session) => makeFolders(session, remoteParent(to), signal));
  for (const name of archiveNames(to)) {
    try {
      await renameOnce(source, { from, to: name, replace: false }, context);
      return name;
    } catch (error) {
      if (isOtherDisk(error)) return copyOver(archiving, context);
      if (!(error instanceof TransferError) || error.code !== 'ALREADY_EXISTS') throw error;
    }
  }
  throw refused(`${source.place.text}: ${MOST_NAMES} files of the name ${to} are archived already`);
}

function* archiveNames(to: RemotePath): Iterable<RemotePath> {
  yield to;
  const inFolder = (name: string) => joinRemote(remoteParent(to), name);
  yield inFolder(`Copy of ${remoteName(to)}`);
  for (let count = 2; count < MOST_NAMES; count += 1) yield inFolder(`Copy (${count}) of ${remoteName(to)}`);
}

/** The system says so by a code of its own. */
function isOtherDisk(error: unknown): boolean {
  const cause =
    error instanceof TransferError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === 'EXDEV';
}

/** No attempt of the client log: nothing leaves this machine, and no partner is told. */
async function copyOver({ source, from, to }: Archiving, context: ActionContext): Promise<RemotePath> {
  const { services, signal } = context;
  const { platform, journal, memory, budgets, placeBook } = services;
  const target = await placeBook.resolve(remotePath(to), 'target');
  let stands = to;
  const result = await runBatch(
    {
      source: { ...source.place, path: from },
      destination: target.place,
      pairs: [{ source: from, target: to, sizeBytes: undefined }],
      operation: 'upload',
      recursive: false,
      missingSourceOk: false,
      dryRun: false,
      transfer: {
        ...DEFAULT_TRANSFER_OPTIONS,
        overwrite: 'numerate',
        verify: 'checksum',
        keepTime: true,
        removeSource: true,
      },
    },
    {
      platform,
      journal,
      memory,
      budgets,
      pools: placeBook.pools,
      signal,
      observer: {
        attemptEnded: () => Promise.resolve(),
        fileSettled: ({ target: path }) => {
          stands = remotePath(path);
        },
      },
    },
  );
  const failure = result.stoppedBy ?? result.failures[0]?.error;
  if (failure !== undefined) throw failure;
  return stands;
}

function refused(message: string): TransferError {
  return new TransferError({
    code: 'LOCATION_INVALID',
    lastCode: -1,
    phase: 'action',
    message,
    advice: 'Archive one file, to a place on its own side; several by a list and a loop.',
  });
}
