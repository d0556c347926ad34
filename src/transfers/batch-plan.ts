import { remoteName, joinRemote, type RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import type { BatchPlace, BatchRequest, FilePair } from './batch-request.js';
import type { EntrySpool, FoundFile } from './entry-spool.js';
import { isLocal, mannersOfEndpoint } from './endpoint.js';
import { asLogged } from './logged-code.js';
import { entryIfThere } from './overwrite.js';
import { nameTwiceError, refuseOneNameForMany, renamedTarget } from './rename-target.js';
import type { SessionPool } from './session-pool.js';
import { EVERYTHING_BELOW, walkSource, type WalkOptions } from './source-walk.js';
import { parsePattern, type PathPattern } from './wildcard.js';

/** What a batch will move, known before the first byte moves. */
export interface BatchPlan {
  readonly count: number;
  /** Payload of all files where it is known without a listing that told it already; else 0. */
  readonly bytes: number;
  /** In order; read once. */
  readonly files: AsyncIterable<FilePair>;
  /** The folder that the targets lie below; undefined where they do not lie below one. */
  readonly root: RemotePath | undefined;
}

type Destination =
  | { readonly kind: 'folder'; readonly path: RemotePath }
  | { readonly kind: 'file'; readonly path: RemotePath };

/** `many`: `FoundFile.names` lead on from the folder. */
type PlannedSource =
  | { readonly kind: 'one'; readonly path: RemotePath }
  | { readonly kind: 'many'; readonly folder: RemotePath };

export interface PlanContext extends WalkOptions {
  readonly spool: EntrySpool;
  readonly sourcePool: SessionPool;
  readonly targetPool: SessionPool;
}

/** Looks at source and destination. Rejects with the failure of whatever could not be looked at. */
export async function planBatch(request: BatchRequest, context: PlanContext): Promise<BatchPlan> {
  if (request.pairs !== undefined) return planPairs(request.pairs, context);
  const pattern = parsePattern(request.source.path, request.recursive);
  const { sourcePool, targetPool, spool } = context;
  const source = await looking(sourcePool, targetPool, context, (session) =>
    findSource(session, request, pattern, context),
  );
  const destination =
    spool.count === 0
      ? { kind: 'folder' as const, path: request.destination.path }
      : await looking(targetPool, sourcePool, context, (session) =>
          destinationOf(session, request.destination, source.kind, context.signal),
        );
  const { renameTo } = request.transfer;
  refuseOneNameForMany(renameTo, spool.count);
  return {
    count: spool.count,
    bytes: 0,
    files: spooledPairs(source, destination, spool, renameTo),
    root: destination.kind === 'folder' ? destination.path : undefined,
  };
}

/** Nothing is looked for, but both ends are opened once before several workers would do so at the same time. */
async function planPairs(pairs: readonly FilePair[], context: PlanContext): Promise<BatchPlan> {
  const { sourcePool, targetPool } = context;
  const open = async (): Promise<void> => undefined;
  if (pairs.length > 0) {
    await looking(sourcePool, targetPool, context, open);
    await looking(targetPool, sourcePool, context, open);
  }
  const bytes = pairs.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  return { count: pairs.length, bytes, files: inOrder(pairs), root: undefined };
}

async function* inOrder(pairs: readonly FilePair[]): AsyncIterable<FilePair> {
  yield* pairs;
}

async function* spooledPairs(
  source: PlannedSource,
  destination: Destination,
  spool: EntrySpool,
  renameTo: string | undefined,
): AsyncIterable<FilePair> {
  const taken = new Set<RemotePath>();
  for await (const found of spool.read()) {
    const pair = { source: sourcePath(source, found), sizeBytes: found.sizeBytes };
    const target = targetPath(destination, found);
    if (renameTo === undefined) {
      yield { ...pair, target };
      continue;
    }
    const renamed = renamedTarget(target, pair.source, renameTo);
    const refusal = taken.has(renamed) ? nameTwiceError(renamed) : undefined;
    taken.add(renamed);
    yield { ...pair, target: renamed, refusal };
  }
}

/** Both ends are opened here: a connection that cannot be made is one failure, not one for each file. */
async function looking<T>(
  pool: SessionPool,
  other: SessionPool,
  context: PlanContext,
  run: (session: ProtocolClient) => Promise<T>,
): Promise<T> {
  try {
    return await withSession(pool, context.signal, run);
  } catch (thrown) {
    const ends = { isLocal: isLocal(pool.endpoint), otherIsLocal: isLocal(other.endpoint) };
    throw asLogged(asTransferError(thrown, 'plan'), ends);
  }
}

/** The path of one file at the source. */
function sourcePath(source: PlannedSource, file: FoundFile): RemotePath {
  return source.kind === 'one' ? source.path : targetPath({ kind: 'folder', path: source.folder }, file);
}

/** The path of one file's target. */
function targetPath(destination: Destination, file: FoundFile): RemotePath {
  if (destination.kind === 'file') return destination.path;
  return file.names.reduce<RemotePath>((folder, name) => joinRemote(folder, name), destination.path);
}

async function findSource(
  session: ProtocolClient,
  request: BatchRequest,
  pattern: PathPattern,
  context: PlanContext,
): Promise<PlannedSource> {
  const { signal } = context;
  if (pattern.segments.length > 0) {
    refuseListing(request.source);
    await walkSource(session, pattern, context);
    return { kind: 'many', folder: pattern.base };
  }
  const entry = await session.stat(request.source.path, { signal });
  if (entry.kind === 'folder') {
    if (!request.recursive) throw folderNeedsRecursive(request.source);
    refuseListing(request.source);
    await walkSource(session, { base: request.source.path, segments: EVERYTHING_BELOW }, context);
    return { kind: 'many', folder: request.source.path };
  }
  await context.spool.add({ names: [remoteName(request.source.path)], sizeBytes: entry.sizeBytes });
  context.found(1, entry.sizeBytes ?? 0);
  return { kind: 'one', path: request.source.path };
}

/** Where the connection says not to list, nothing is looked up by mask or folder: rejects UNSUPPORTED. */
export function refuseListing({ endpoint, text }: BatchPlace): void {
  if (mannersOfEndpoint(endpoint).list) return;
  throw new TransferError({
    code: 'UNSUPPORTED',
    lastCode: -1,
    phase: 'plan',
    message: `${text} would have to be listed, and list is off for ${endpoint.label}`,
    side: 'us',
    advice: 'Name the file itself, without wildcard; or switch list on for the connection.',
  });
}

async function destinationOf(
  session: ProtocolClient,
  place: BatchPlace,
  sourceKind: PlannedSource['kind'],
  signal: AbortSignal,
): Promise<Destination> {
  const { path } = place;
  if (sourceKind === 'many' || path === '' || path.endsWith('/')) return { kind: 'folder', path };
  const existing = await lookIfAllowed(session, path, signal);
  return { kind: existing === 'folder' ? 'folder' : 'file', path };
}

/** A drop-box that refuses to be looked at takes the path as the file's name. */
async function lookIfAllowed(
  session: ProtocolClient,
  path: RemotePath,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await entryIfThere(session, path, signal))?.kind;
  } catch (error) {
    if (error instanceof TransferError && NO_LOOK.has(error.code) && !error.sessionLost) return undefined;
    throw error;
  }
}

const NO_LOOK: ReadonlySet<string> = new Set(['PERMISSION_DENIED', 'REFUSED', 'UNSUPPORTED']);

export async function withSession<T>(
  pool: SessionPool,
  signal: AbortSignal,
  run: (session: ProtocolClient) => Promise<T>,
): Promise<T> {
  const session = await pool.acquire(signal);
  let isLost = true;
  try {
    const result = await run(session);
    isLost = false;
    return result;
  } catch (error) {
    isLost = !(error instanceof TransferError) || error.sessionLost;
    throw error;
  } finally {
    await pool.release(session, isLost);
  }
}

function folderNeedsRecursive(place: BatchPlace): TransferError {
  return new TransferError({
    code: 'IS_A_FOLDER',
    lastCode: -1,
    phase: 'plan',
    message: `${place.text} is a folder`,
    side: 'us',
    advice:
      'Add --recursive (in a rule: recursive) to move a folder with all that is in it, or name its files with a wildcard.',
  });
}
