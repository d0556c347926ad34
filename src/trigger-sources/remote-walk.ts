import { joinRemote, segmentProblem, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient, RemoteEntry } from '../protocols/protocol-client.js';
import type { FileReadiness } from './file-readiness.js';
import type { SeenFile } from './seen-file.js';

/** One thing that a look at a folder of a partner shows. */
export type RemoteFound =
  | { readonly kind: 'file'; readonly file: SeenFile }
  | { readonly kind: 'leftOut'; readonly path: string; readonly reason: string }
  /** A done-file, by its path below the folder. */
  | { readonly kind: 'doneFile'; readonly relativePath: string; readonly path: string };

export interface RemoteWalkOptions {
  readonly session: ProtocolClient;
  readonly folder: RemotePath;
  readonly readiness: FileReadiness;
  readonly signal: AbortSignal;
  /** A line of a listing that cannot be understood: a file may be missing. */
  readonly warned: (line: string) => void;
}

/** Folders deeper than this are a loop made of links or mounts. */
const MAX_DEPTH = 64;
const DAY_MS = 86_400_000;

interface Level {
  readonly path: RemotePath;
  readonly relativePath: string;
  readonly depth: number;
}

/**
 * The files of a partner's folder, one listing after the other on one session. Rejects when any of the listings fails:
 * a part of the files is not the files.
 */
export async function* walkRemote(options: RemoteWalkOptions): AsyncIterable<RemoteFound> {
  const waiting: Level[] = [{ path: options.folder, relativePath: '', depth: 0 }];
  for (let level = waiting.pop(); level !== undefined; level = waiting.pop()) {
    const links: RemoteEntry[] = [];
    const { signal, warned, session } = options;
    for await (const entry of session.list(level.path, { signal, onWarning: warned })) {
      const found = entryFound(entry, level, options.readiness);
      if (found === 'link') links.push(entry);
      else if (found === 'folder') waiting.push(below(level, entry.name));
      else if (found !== undefined) yield found;
    }
    for (const link of links) yield await linkFound(link, level, options);
  }
}

function entryFound(
  entry: RemoteEntry,
  level: Level,
  readiness: FileReadiness,
): RemoteFound | 'link' | 'folder' | undefined {
  const { name } = entry;
  const problem = segmentProblem(name);
  if (problem !== undefined)
    return {
      kind: 'leftOut',
      path: `${level.path}/${name}`,
      reason: `its name is not safe to use: ${problem}`,
    };
  const relativePath = relativeOf(level, name);
  if (entry.kind === 'folder')
    return level.depth < MAX_DEPTH && readiness.entersFolder(relativePath) ? 'folder' : undefined;
  const path = joinRemote(level.path, name);
  if (readiness.isDoneFile(name)) return { kind: 'doneFile', relativePath, path };
  const objection = readiness.nameObjection(relativePath);
  if (objection !== undefined) return { kind: 'leftOut', path, reason: objection.reason };
  if (entry.kind === 'link') return 'link';
  if (entry.kind === 'other') return { kind: 'leftOut', path, reason: 'neither a file nor a folder' };
  return { kind: 'file', file: seenFile(entry, relativePath, path) };
}

/** A link to a file is that file; where a link leads to, only the server can say. */
async function linkFound(link: RemoteEntry, level: Level, options: RemoteWalkOptions): Promise<RemoteFound> {
  const path = joinRemote(level.path, link.name);
  try {
    const target = await options.session.stat(path, { signal: options.signal });
    if (target.kind === 'file')
      return { kind: 'file', file: seenFile(target, relativeOf(level, link.name), path) };
    return { kind: 'leftOut', path, reason: 'a link to a folder, which is not followed' };
  } catch (error) {
    if (!(error instanceof TransferError) || error.code !== 'NOT_FOUND') throw error;
    return { kind: 'leftOut', path, reason: 'a link that leads nowhere' };
  }
}

function seenFile(entry: RemoteEntry, relativePath: string, path: RemotePath): SeenFile {
  const { sizeBytes, modifiedMs, precisionMs = DAY_MS } = entry;
  return { relativePath, path, sizeBytes, modifiedMs, precisionMs };
}

function below(level: Level, name: string): Level {
  return {
    path: joinRemote(level.path, name),
    relativePath: relativeOf(level, name),
    depth: level.depth + 1,
  };
}

function relativeOf({ relativePath }: Level, name: string): string {
  return relativePath === '' ? name : `${relativePath}/${name}`;
}
