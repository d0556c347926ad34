import { parseLocation, showLocation } from '../../core/location.js';
import { joinRemote, remoteName, remotePath, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { TransferAction } from '../../rules/actions/action.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import { keptForTransfer } from '../../rules/variables/known-variables.js';
import { isLocalText, type ResolvedPlace } from '../../settings/resolve-place.js';
import { transferOptions, type TransferValues } from '../../settings/transfer-settings.js';
import type { BatchPlace, BatchRequest, FilePair } from '../../transfers/batch-request.js';
import { isLocal } from '../../transfers/endpoint.js';
import { fillVariables, NAME_VARIABLES } from '../../transfers/file-variables.js';
import { renamedTarget } from '../../transfers/rename-target.js';
import { hasWildcard } from '../../transfers/wildcard.js';
import type { ActionContext } from '../action-context.js';

/** What a transfer of a rule moves, and from where to where. */
export interface TransferOrder {
  readonly request: BatchRequest;
  /** Moves one file and no more. */
  readonly isSingle: boolean;
}

/** Expands and resolves both ends. Rejects for what is wrong before anybody is asked. */
export async function transferOrder(action: TransferAction, context: ActionContext): Promise<TransferOrder> {
  const from = context.scope.location(inEventFolder(action.from, context.event));
  const to = new MarkedTarget(action, { isSingle: isSingleFile(action, from), scope: context.scope });
  refuseTwoPartners(action, from, to.text);
  const source = await resolvedEnd(from, 'source', action, context);
  const isSingle = isSingleFile(action, source.place.path);
  const target = to.unmarked(await resolvedEnd(to.text, 'target', action, context));
  const remote = isLocal(source.place.endpoint) ? target : source;
  const values = transferValuesOf(remote, action);
  const ends = isSingle
    ? singleFile(source.place, target.place, values)
    : manyFiles(target.place, values.renameTo);
  const isMove = action.kind === 'move' || action.removeSource;
  const transfer = transferOptions({ ...values, renameTo: ends.renameTo }, isMove);
  const request: BatchRequest = {
    source: source.place,
    destination: { ...target.place, path: ends.path },
    ...(ends.pair === undefined ? {} : { pairs: [ends.pair] }),
    operation: isLocal(source.place.endpoint) ? 'upload' : 'download',
    recursive: action.recursive,
    missingSourceOk: values.missingSourceOk,
    dryRun: context.isShadow,
    transfer,
  };
  return { request, isSingle };
}

async function resolvedEnd(
  location: string,
  end: 'source' | 'target',
  { options: { timeout } }: TransferAction,
  { services: { placeBook } }: ActionContext,
): Promise<ResolvedPlace> {
  const resolved = await placeBook.resolve(location, end);
  return timeout === undefined ? resolved : placeBook.withTimeout(resolved, timeout);
}

/** EFT: a mask without a path is meant in the folder of the event's file. */
export function inEventFolder(template: string, event: TriggerEvent): string {
  const isBareMask = hasWildcard(template) && !/[/\\:]/.test(template);
  return isBareMask && event.file !== undefined ? `%FS.FOLDER_NAME%/${template}` : template;
}

function transferValuesOf({ transfer }: ResolvedPlace, { options }: TransferAction): TransferValues {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...transfer, ...given };
}

interface Ends {
  readonly path: RemotePath;
  /** Where nothing needs to be looked up before the file is opened. */
  readonly pair?: FilePair;
  readonly renameTo: string | undefined;
}

/**
 * The target of a single file is looked at only where it may be a folder: with a slash behind it, it is one, and with
 * the source's name, or one that is made of it, it is the file.
 */
function singleFile(source: BatchPlace, target: BatchPlace, values: TransferValues): Ends {
  const { renameTo, missingSourceOk } = values;
  const name = remoteName(source.path);
  const path = remotePath(fillVariables(target.path, source.path));
  const isFolder = path === '' || path.endsWith('/');
  const isNamed = path !== target.path || remoteName(path) === name;
  // Only a batch that looks for its source can call a missing one a success.
  if (missingSourceOk || !(isFolder || isNamed)) return { path, renameTo };
  const file = isFolder ? joinRemote(path, name) : path;
  const final = renameTo === undefined ? file : renamedTarget(file, source.path, renameTo);
  return {
    path: final,
    pair: { source: source.path, target: final, sizeBytes: undefined },
    renameTo: undefined,
  };
}

/** What is different for each file stands in the end of the path: the folder ends before it. */
function manyFiles({ path }: BatchPlace, renameTo: string | undefined): Ends {
  const names = path.split('/');
  const first = names.findIndex((name) => NAME_VARIABLES.some((variable) => name.includes(`%${variable}%`)));
  if (first < 0) return { path, renameTo };
  const folder = remotePath(`${names.slice(0, first).join('/')}/`);
  const name = names.slice(first).join('/');
  return { path: folder, renameTo: renameTo ?? name };
}

/** In an address, a question mark begins no mask; what it is in is looked at again once it is resolved. */
function isSingleFile({ recursive }: TransferAction, path: string): boolean {
  return !recursive && !hasWildcard(path);
}

/** The target as a location in which what is filled for each file stands as a mark, so that an address stays one. */
class MarkedTarget {
  readonly text: string;
  readonly #kept: readonly string[];

  constructor(
    { to }: TransferAction,
    { isSingle, scope }: Pick<ActionContext, 'scope'> & { readonly isSingle: boolean },
  ) {
    this.#kept = [...new Set([...keptForTransfer(scope), ...(isSingle ? [] : NAME_VARIABLES)])];
    this.text = this.#kept.reduce(
      (text, name, index) => text.replaceAll(`%${name}%`, MARK + index + MARK),
      scope.location(to, this.#kept),
    );
  }

  unmarked(resolved: ResolvedPlace): ResolvedPlace {
    const { place } = resolved;
    const without = (text: string) =>
      this.#kept.reduce((rest, name, index) => rest.replaceAll(MARK + index + MARK, `%${name}%`), text);
    const path = remotePath(without(place.path));
    return { ...resolved, place: { ...place, path, text: without(place.text) } };
  }
}

/** No name on any disk is made with it. */
const MARK = '\uE0F7';

function refuseTwoPartners({ kind }: TransferAction, from: string, to: string): void {
  if (isLocalText(from) || isLocalText(to)) return;
  const [source, target] = [from, to].map((text) => showLocation(parseLocation(text)).replaceAll(MARK, '%'));
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'action',
    message: `${kind} ${source ?? ''} ${target ?? ''}: both ends are remote`,
    advice: 'Download to a local folder first, then copy from there: two actions of the rule.',
  });
}
