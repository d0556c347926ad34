import { printable } from '../../core/printable.js';
import { joinRemote, remoteName, remoteParent, remotePath, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import type { RenameAction } from '../../rules/actions/action.js';
import type { ResolvedPlace } from '../../settings/resolve-place.js';
import { withSession } from '../../transfers/batch-plan.js';
import { endpointKey, isLocal } from '../../transfers/endpoint.js';
import { entryIfThere } from '../../transfers/overwrite.js';
import { hasWildcard } from '../../transfers/wildcard.js';
import { knowOwnResult, watchesSide } from '../../trigger-sources/own-results.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { newPlaceValues } from '../new-place.js';
import { LinkedPaths } from '../linked-paths.js';
import { atPartner } from './at-partner.js';
import { makeOnce } from './settled-by-looking.js';

/** Renames or moves one file or folder on its own side. */
export async function performRename(action: RenameAction, context: ActionContext): Promise<ActionEnd> {
  const { services, scope, isShadow } = context;
  const resolved = await services.placeBook.resolve(scope.location(action.from));
  const { endpoint } = resolved.place;
  const from = remotePath(resolved.place.path.replace(/(?<=.)\/+$/, ''));
  if (hasWildcard(from)) throw oneAtATime(resolved.place.text);
  const to = await newPath(action.to, resolved, from, context);
  const what = `${resolved.place.text} to ${printable(to)}`;
  if (isShadow) {
    if (isLocal(endpoint)) await checkLinks([from, to], context);
    const over = await lookBeforeRename(resolved, { from, to, replace: action.replace }, context);
    return { kind: 'succeeded', text: `would rename ${what}${over}` };
  }
  return atPartner(resolved, context, async () => {
    if (isLocal(endpoint)) await checkLinks([from, to], context);
    const end = await renameOnce(resolved, { from, to, replace: action.replace }, context);
    const variables = isLocal(endpoint) ? newPlaceValues(to, services.platform.host) : undefined;
    return {
      kind: 'succeeded',
      text: end === 'made' ? `renamed ${what}` : `${what}: was renamed before the step was begun again`,
      ...(variables === undefined ? {} : { variables }),
    };
  });
}

export interface NewName {
  readonly from: RemotePath;
  readonly to: RemotePath;
  readonly replace: boolean;
}

/** Gives the name, or finds that it was given before. Rejects ALREADY_EXISTS where the name is taken. */
export async function renameOnce(
  resolved: ResolvedPlace,
  { from, to, replace }: NewName,
  context: ActionContext,
): Promise<'made' | 'madeBefore'> {
  const { services, signal } = context;
  const isThere = async (session: ProtocolClient, path: RemotePath) =>
    (await entryIfThere(session, path, signal)) !== undefined;
  return makeOnce(
    services.placeBook.poolOf(resolved),
    {
      make: async (session) => {
        const isRefusing = session.capabilities.exclusiveRename;
        if (!replace && !isRefusing && (await isThere(session, to))) throw taken(resolved, to);
        await knowRenamed(session, { resolved, from, to }, context);
        if (!replace || session.capabilities.replacingRename)
          return session.rename(from, to, { signal, replace });
        return replaceBySteps(session, { from, to }, context);
      },
      isDone: async (session) => !(await isThere(session, from)) && (await isThere(session, to)),
    },
    context,
  );
}

/** Rejects as the rename would: NOT_FOUND, ALREADY_EXISTS. */
async function lookBeforeRename(
  resolved: ResolvedPlace,
  { from, to, replace }: NewName,
  { services, signal }: ActionContext,
): Promise<string> {
  return withSession(services.placeBook.poolOf(resolved), signal, async (session) => {
    await session.stat(from, { signal });
    if (remoteParent(to) !== remoteParent(from)) await session.stat(remoteParent(to), { signal });
    if ((await entryIfThere(session, to, signal)) === undefined) return '';
    if (!replace) throw taken(resolved, to);
    return ', in place of the file that has this name';
  });
}

/** Under its new name the file must not start the rule that gave it. */
async function knowRenamed(
  session: ProtocolClient,
  { resolved, from, to }: Pick<NewName, 'from' | 'to'> & { readonly resolved: ResolvedPlace },
  { services, rule, signal }: ActionContext,
): Promise<void> {
  const { endpoint } = resolved.place;
  const connection = isLocal(endpoint) ? '' : endpoint.label;
  if (!watchesSide(rule, connection)) return;
  const entry = await entryIfThere(session, from, signal);
  if (entry?.kind !== 'file') return;
  const file = { connection, path: to, sizeBytes: entry.sizeBytes, modifiedMs: entry.modifiedMs };
  await knowOwnResult(services.store.events, { rule, file, nowMs: services.platform.clock.now() });
}

/** For servers that do not replace: the old one steps aside, and comes back where the new one cannot take its name. */
async function replaceBySteps(
  session: ProtocolClient,
  { from, to }: Pick<NewName, 'from' | 'to'>,
  { services, signal }: ActionContext,
) {
  if ((await entryIfThere(session, to, signal)) === undefined)
    return session.rename(from, to, { signal, replace: false });
  const aside = joinRemote(remoteParent(to), `.${remoteName(to)}.${services.platform.random.token(8)}.tally`);
  await session.rename(to, aside, { signal, replace: false });
  try {
    const receipt = await session.rename(from, to, { signal, replace: false });
    await session.remove(aside, { signal });
    return receipt;
  } catch (error) {
    if ((await entryIfThere(session, to, signal)) === undefined)
      await session.rename(aside, to, { signal, replace: false });
    throw error;
  }
}

/** A name in the same folder, a path from there, or a whole path on the same side. */
async function newPath(
  template: string,
  { place }: ResolvedPlace,
  from: RemotePath,
  { scope, services }: ActionContext,
): Promise<RemotePath> {
  const isName = !/[/\\:]/.test(template.replaceAll(/%[^%]*%/g, ''));
  const isWhole = isName && /^%[^%]*(?:PATH|FOLDER_NAME)%$/i.test(template);
  if (isName && !isWhole) return joinRemote(remoteParent(from), scope.text(template));
  const isOnServer = !isLocal(place.endpoint) && /^\/(?!\/)/.test(template);
  const location = isOnServer ? serverLocation(place.endpoint.label, template) : template;
  const resolved = await services.placeBook.resolve(scope.location(location));
  if (endpointKey(resolved.place.endpoint) !== endpointKey(place.endpoint))
    throw twoSides(place.text, resolved);
  const { path } = resolved.place;
  return path.endsWith('/') ? joinRemote(path, remoteName(from)) : path;
}

/** `/done/a.csv` beside `acme:/in/a.csv`. */
function serverLocation(label: string, path: string): string {
  return label.includes('://') ? label + path : `${label}:${path}`;
}

export async function checkLinks(
  paths: readonly string[],
  { services, rule }: Pick<ActionContext, 'services' | 'rule'>,
): Promise<void> {
  const { files, host } = services.platform;
  const links = new LinkedPaths(rule, files, host.os);
  for (const path of paths) await links.checkName(path);
}

function taken({ place }: ResolvedPlace, to: RemotePath): TransferError {
  return new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: -1,
    phase: 'rename',
    message: `${place.endpoint.label}: ${to} exists already`,
    side: 'us',
    advice: 'Choose another name, or allow to replace it: replace: true.',
  });
}

function oneAtATime(text: string): TransferError {
  return new TransferError({
    code: 'LOCATION_INVALID',
    lastCode: -1,
    phase: 'action',
    message: `${text}: a rename takes one file at a time`,
    advice: 'List the files into a data set and rename each in a loop.',
  });
}

function twoSides(from: string, { place }: ResolvedPlace): TransferError {
  return new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'action',
    message: `${from} cannot be renamed to ${place.text}, which is somewhere else`,
    advice: 'Use move to bring a file from one side to another.',
  });
}
