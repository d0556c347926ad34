import { printable } from '../../core/printable.js';
import { remoteName, remoteParent, type RemotePath } from '../../core/remote-path.js';
import { throwIfCancelled, TransferError } from '../../core/transfer-error.js';
import { WSAECONNABORTED } from '../../core/winsock.js';
import type { ListOptions, RemoteEntry } from '../protocol-client.js';
import { entryOf } from './http-entry.js';
import { statusError } from './http-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HttpResponse } from './http-message.js';
import type { HttpSession } from './http-session.js';
import {
  MultistatusError,
  MultistatusLimitError,
  MultistatusReader,
  type DavResource,
} from './multistatus.js';
import { folderTargetOf, targetOf } from './request-target.js';
import { ResourceQueue } from './resource-queue.js';

const MULTI_STATUS = 207;
const PROPERTIES = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?>' +
    '<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/><getetag/></prop></propfind>',
);

/** PROPFIND (RFC 4918, section 9.1); rejects with what the server says instead of a multistatus. */
async function propfind(
  session: HttpSession,
  target: string,
  depth: '0' | '1',
  call: HttpCall,
): Promise<HttpResponse> {
  const headers = [['depth', depth] as const, ['content-type', 'application/xml; charset=utf-8'] as const];
  const body = { kind: 'bytes', bytes: PROPERTIES } as const;
  const { response } = await session.ask({ method: 'PROPFIND', target, headers, body }, call);
  if (response.status === MULTI_STATUS) return response;
  const isNoDav = response.status === 405 || response.status === 501 || response.status < 300;
  const advice = 'There is no WebDAV at this address; https:// moves single files.';
  throw await statusError(response, session.place, call, isNoDav ? { code: 'UNSUPPORTED', advice } : {});
}

/** What stands at the path. */
export async function davStat(session: HttpSession, path: RemotePath, call: HttpCall): Promise<RemoteEntry> {
  const response = await propfind(session, targetOf(path), '0', call).catch(async (error: unknown) => {
    throw await belowFile(error, session, path, call);
  });
  let first: DavResource | undefined;
  const reader = new MultistatusReader((resource) => (first ??= resource));
  await readInto(response, reader, session, call, () => undefined);
  if (first === undefined || (first.status ?? 200) >= 400) {
    const lastCode = first?.status ?? 404;
    throw davError(
      'NOT_FOUND',
      lastCode,
      `${first === undefined ? 'the answer is empty' : lastCode}`,
      session,
      call,
    );
  }
  return entryOf({ ...first, name: remoteName(path), kind: first.isFolder ? 'folder' : 'file' });
}

/** Apache answers 400 to a path that leads through a file. */
async function belowFile(
  error: unknown,
  session: HttpSession,
  path: RemotePath,
  call: HttpCall,
): Promise<unknown> {
  if (!(error instanceof TransferError) || error.lastCode !== 400 || remoteParent(path) === path)
    return error;
  const parent = await davStat(session, remoteParent(path), call).catch(() => undefined);
  if (parent === undefined || parent.kind === 'folder') return error;
  return error.with({
    code: 'NOT_FOUND',
    message: `${error.message}; a file stands where its folder should be`,
  });
}

/** The entries of a folder, as they come. */
export async function* davList(
  session: HttpSession,
  folder: RemotePath,
  options: ListOptions,
  call: HttpCall,
): AsyncGenerator<RemoteEntry> {
  const target = folderTargetOf(folder);
  const response = await propfind(session, target, '1', call);
  const queue = new ResourceQueue();
  const reader = new MultistatusReader((resource) => queue.add(resource));
  const reading = readInto(response, reader, session, call, () => queue.room()).then(
    () => queue.end(),
    (error: Error) => queue.end(error),
  );
  try {
    const base = new ListedFolder(target);
    for (let resource = await queue.next(); resource !== undefined; resource = await queue.next()) {
      const entry = base.entry(resource);
      if (entry === 'file') throw davError('NOT_A_FOLDER', -1, 'is a file', session, call);
      if (entry === 'foreign') options.onWarning?.(`not in this folder: ${printable(resource.href)}`);
      else if (entry !== 'folder') yield entry;
      throwIfCancelled(call.signal, call.phase);
    }
  } finally {
    response.drop();
    queue.end();
    await reading;
  }
}

async function readInto(
  response: HttpResponse,
  reader: MultistatusReader,
  session: HttpSession,
  call: HttpCall,
  room: () => Promise<void> | undefined,
): Promise<void> {
  try {
    await response.take((chunk) => {
      reader.write(chunk);
      return room();
    });
    reader.end();
  } catch (error) {
    throw readingError(error, session, call);
  }
}

function readingError(error: unknown, session: HttpSession, call: HttpCall): unknown {
  const isLimit = error instanceof MultistatusLimitError;
  if (!isLimit && !(error instanceof MultistatusError)) return error;
  const code = isLimit ? 'LIMIT_EXCEEDED' : 'PROTOCOL_VIOLATION';
  return davError(code, WSAECONNABORTED, error.message, session, call).with({
    sessionLost: true,
    cause: error,
  });
}

export function davError(
  code: TransferError['code'],
  lastCode: number,
  text: string,
  session: HttpSession,
  { doing, phase }: HttpCall,
): TransferError {
  return new TransferError({ code, lastCode, phase, message: `${session.place}: ${doing}: ${text}` });
}

/** Tells the entries of a folder from the folder itself, which stands in its own listing, and from what is not in it. */
class ListedFolder {
  #path: string;
  #isFirst = true;

  constructor(target: string) {
    this.#path = decodedPath(target) ?? '';
  }

  entry(resource: DavResource): RemoteEntry | 'folder' | 'file' | 'foreign' {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const path = decodedPath(resource.href);
    const name = lastSegment(resource.href);
    if (path === undefined || name === undefined) return 'foreign';
    if (path === this.#path) return resource.isFolder ? 'folder' : 'file';
    if (parentOf(resource.href) !== this.#path) {
      if (!isFirst || !resource.isFolder) return 'foreign';
      // Behind a gateway the server may know its folders by other paths than we do: the first one tells which.
      this.#path = path;
      return 'folder';
    }
    return entryOf({ ...resource, name, kind: resource.isFolder ? 'folder' : 'file' });
  }
}

/** The path of an address, absolute or not, decoded and without a slash at its end; undefined: it cannot be read. */
function decodedPath(href: string): string | undefined {
  return decoded(rawPath(href));
}

function parentOf(href: string): string | undefined {
  return decoded(
    rawPath(href)
      .replace(/[^/]*$/, '')
      .replace(/\/$/, ''),
  );
}

/** Decoded by itself, so that an encoded slash stays within the name, where it is refused. */
function lastSegment(href: string): string | undefined {
  return decoded(rawPath(href).replace(/^.*\//s, ''));
}

function rawPath(href: string): string {
  return href.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/\/$/, '');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
