import type { Receipt } from '../../core/outcome.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { RemoteEntry, RenameOptions } from '../protocol-client.js';
import { davError, davList, davStat } from './dav-listing.js';
import { statusError, statusLine } from './http-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HttpResponse } from './http-message.js';
import { authorityOf, schemeOf } from './http-origin.js';
import { MultistatusReader } from './multistatus.js';
import type { HttpSession } from './http-session.js';
import { folderTargetOf, targetOf } from './request-target.js';

const MAX_WORDS_BYTES = 64 * 1024;

/** MKCOL (RFC 4918, section 9.3). */
export async function davMakeFolder(
  session: HttpSession,
  path: RemotePath,
  call: HttpCall,
): Promise<Receipt> {
  const request = { method: 'MKCOL', target: folderTargetOf(path), headers: [] };
  const { response } = await session.ask(request, call);
  if (response.status < 300 && response.status !== 207) return done(response);
  const error = await statusError(response, session.place, call);
  // Servers say 405, 409 or 301 of what exists, and of other things too.
  const there = await entryIfThere(session, path, call);
  if (there?.kind === 'folder') return { lastCode: 207, bytes: 0, reply: 'it exists' };
  if (there !== undefined)
    throw error.with({ code: 'ALREADY_EXISTS', message: `${error.message}; a file of that name exists` });
  throw error.lastCode === 409
    ? error.with({ code: 'NOT_FOUND', message: `${error.message}; the folder above is not there` })
    : error;
}

/**
 * MOVE (RFC 4918, section 9.9). The RFC wants a folder that stands in the way removed with all that is in it: so what is
 * to be replaced is looked at first.
 */
export async function davRename(
  session: HttpSession,
  from: RemotePath,
  to: RemotePath,
  { replace }: RenameOptions,
  call: HttpCall,
): Promise<Receipt> {
  const target = await entryIfThere(session, to, call);
  if (target?.kind === 'folder')
    throw davError('IS_A_FOLDER', -1, 'a folder of that name exists', session, call);
  if (target !== undefined && !replace) {
    throw davError('ALREADY_EXISTS', 412, 'a file of that name exists', session, call);
  }
  try {
    return await move(session, targetOf(from), targetOf(to), replace, call);
  } catch (error) {
    if (!(error instanceof TransferError) || error.sessionLost) throw error;
    if (error.code !== 'REDIRECT_REFUSED' && ![400, 409].includes(error.lastCode))
      throw await moveRefused(error, session, to, call);
    // Apache and nginx move a folder only when its names end with a slash.
    const source = await davStat(session, from, call);
    if (source.kind !== 'folder') throw await moveRefused(error, session, to, call);
  }
  try {
    return await move(session, folderTargetOf(from), folderTargetOf(to), false, call);
  } catch (error) {
    throw await moveRefused(error, session, to, call);
  }
}

async function move(
  session: HttpSession,
  target: string,
  destination: string,
  replace: boolean,
  call: HttpCall,
): Promise<Receipt> {
  const headers = [
    ['destination', `${schemeOf(session.origin)}://${authorityOf(session.origin)}${destination}`] as const,
    ['overwrite', replace ? 'T' : 'F'] as const,
  ];
  const { response } = await session.ask({ method: 'MOVE', target, headers }, call);
  if (isDone(response)) return done(response);
  throw response.status === 412
    ? await statusError(response, session.place, call, { code: 'ALREADY_EXISTS' })
    : await changeError(response, session, call);
}

/** Servers have 403, 404, 409 and 500 for a folder that is not there to move a file to. */
async function moveRefused(
  error: unknown,
  session: HttpSession,
  to: RemotePath,
  call: HttpCall,
): Promise<unknown> {
  if (!(error instanceof TransferError) || error.sessionLost || error.lastCode === 412) return error;
  if (!(await lacksParent(session, to, call).catch(() => false))) return error;
  return error.with({
    code: 'NOT_FOUND',
    message: `${error.message}; the folder to move it to is not there`,
    retry: undefined,
    side: undefined,
    advice: undefined,
  });
}

/** True when the folder that holds the path is not there. */
async function lacksParent(session: HttpSession, path: RemotePath, call: HttpCall): Promise<boolean> {
  const parent = targetOf(path).replace(/[^/]*\/?$/, '');
  const there = await entryIfThere(session, decodeURIComponent(parent) as RemotePath, call);
  return there === undefined;
}

/** DELETE of a file. WebDAV's DELETE takes a folder with all that is in it: so it is looked at first. */
export async function davRemove(session: HttpSession, path: RemotePath, call: HttpCall): Promise<Receipt> {
  const { kind } = await davStat(session, path, call);
  if (kind === 'folder') throw davError('IS_A_FOLDER', -1, 'is a folder', session, call);
  return remove(session, targetOf(path), call);
}

export async function davRemoveFolder(
  session: HttpSession,
  path: RemotePath,
  call: HttpCall,
): Promise<Receipt> {
  const { kind } = await davStat(session, path, call);
  if (kind !== 'folder') throw davError('NOT_A_FOLDER', -1, 'is a file', session, call);
  for await (const entry of davList(session, path, { signal: call.signal }, call)) {
    void entry;
    throw davError('FOLDER_NOT_EMPTY', -1, 'there is something in it', session, call);
  }
  return remove(session, folderTargetOf(path), call);
}

export async function remove(session: HttpSession, target: string, call: HttpCall): Promise<Receipt> {
  const { response } = await session.ask({ method: 'DELETE', target, headers: [] }, call);
  if (isDone(response)) return done(response);
  throw await changeError(response, session, call);
}

/** A multistatus in answer to a change names what was not done, and why. */
async function changeError(
  response: HttpResponse,
  session: HttpSession,
  call: HttpCall,
): Promise<TransferError> {
  if (response.status !== 207) return statusError(response, session.place, call);
  let lastCode: number | undefined;
  const reader = new MultistatusReader(({ status }) => {
    if (status !== undefined && status >= 400) lastCode ??= status;
  });
  await response.take((chunk) => void reader.write(chunk)).catch(() => undefined);
  return statusError(response, session.place, call, lastCode === undefined ? {} : { lastCode });
}

/** A multistatus tells that something of it was not done. */
function isDone({ status }: HttpResponse): boolean {
  return status < 300 && status !== 207;
}

async function done(response: HttpResponse): Promise<Receipt> {
  const reply = statusLine(response);
  await response.text(MAX_WORDS_BYTES);
  return { lastCode: response.status, bytes: 0, reply };
}

async function entryIfThere(
  session: HttpSession,
  path: RemotePath,
  call: HttpCall,
): Promise<RemoteEntry | undefined> {
  try {
    return await davStat(session, path, call);
  } catch (error) {
    if (error instanceof TransferError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
