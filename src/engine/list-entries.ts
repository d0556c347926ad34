import { joinRemote, remoteName, remotePath, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient, RemoteEntry } from '../protocols/protocol-client.js';
import { parsePattern } from '../transfers/wildcard.js';

export interface ListOrder {
  /** A folder, a file, or a folder with a mask as its last part. */
  readonly path: RemotePath;
  readonly recursive: boolean;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
}

/** A row of a listing with the folder it was found in, relative to where the listing began. */
export interface ListedEntry {
  readonly entry: RemoteEntry;
  /** Names from there to here parted by `/`; as the server gave them. */
  readonly relativePath: string;
}

/** Lists a folder, or tells the one file that the path names. Memory stays flat but for the folders still to visit. */
export async function* listEntries(client: ProtocolClient, order: ListOrder): AsyncIterable<ListedEntry> {
  const { base, segments } = parsePattern(order.path, order.recursive);
  const mask = segments.at(-1);
  if (mask === undefined) {
    yield* listFolderOrFile(client, order);
    return;
  }
  const isDeep = segments[0] === '**';
  if (mask === '**' || segments.length > (isDeep ? 2 : 1)) {
    throw new TransferError({
      code: 'LOCATION_INVALID',
      lastCode: -1,
      phase: 'plan',
      message: `"${order.path}": a listing takes a mask in its last part only`,
      advice: 'Name the folder and put the mask behind it, with --recursive for the folders below.',
    });
  }
  for await (const listed of listFolder(client, { ...order, path: base })) {
    if (mask(listed.entry.name)) yield listed;
  }
}

/** Servers say in many ways that a folder is none: whatever they say, a file of that name settles it. */
async function* listFolderOrFile(client: ProtocolClient, order: ListOrder): AsyncIterable<ListedEntry> {
  let hasBegun = false;
  try {
    for await (const listed of listFolder(client, order)) {
      hasBegun = true;
      yield listed;
    }
  } catch (error) {
    if (hasBegun || !mayBeFile(error, order.path)) throw error;
    const entry = await fileOrUndefined(client, order);
    if (entry === undefined) throw error;
    yield { entry, relativePath: entry.name };
  }
}

function mayBeFile(error: unknown, path: RemotePath): boolean {
  if (path === '' || path.endsWith('/')) return false;
  if (!(error instanceof TransferError) || error.sessionLost) return false;
  return ['NOT_A_FOLDER', 'NOT_FOUND', 'REFUSED'].includes(error.code);
}

async function fileOrUndefined(
  client: ProtocolClient,
  { path, signal }: ListOrder,
): Promise<RemoteEntry | undefined> {
  try {
    const entry = await client.stat(path, { signal });
    return entry.kind === 'folder' ? undefined : { ...entry, name: remoteName(path) };
  } catch (error) {
    // The listing's own refusal is what the user asked about.
    if (error instanceof TransferError && !error.sessionLost) return undefined;
    throw error;
  }
}

async function* listFolder(client: ProtocolClient, order: ListOrder): AsyncIterable<ListedEntry> {
  const { recursive, signal, warn } = order;
  const waiting: { readonly path: RemotePath; readonly prefix: string }[] = [
    { path: order.path, prefix: '' },
  ];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for await (const entry of client.list(folder.path, { signal, onWarning: warn })) {
      yield { entry, relativePath: folder.prefix + entry.name };
      if (!recursive || entry.kind !== 'folder') continue;
      const below = pathBelow(folder.path, entry.name, warn);
      if (below !== undefined) waiting.push({ path: below, prefix: `${folder.prefix}${entry.name}/` });
    }
  }
}

function pathBelow(folder: RemotePath, name: string, warn: (text: string) => void): RemotePath | undefined {
  try {
    return joinRemote(folder, name);
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    warn(`${error.message}; it is not entered`);
    return undefined;
  }
}

/** One entry by its path; the login folder and the root are known without asking. */
export async function statEntry(
  client: ProtocolClient,
  path: RemotePath,
  signal: AbortSignal,
): Promise<RemoteEntry> {
  if (path === '' || path === '/') return { name: path, kind: 'folder' };
  return client.stat(remotePath(path.replace(/\/+$/, '')), { signal });
}
