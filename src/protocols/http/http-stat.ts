import { remoteName, type RemotePath } from '../../core/remote-path.js';
import type { RemoteEntry } from '../protocol-client.js';
import { entryOf } from './http-entry.js';
import { statusError } from './http-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HttpResponse } from './http-message.js';
import type { HttpAnswer, HttpSession } from './http-session.js';
import { isFolderTarget, targetOf } from './request-target.js';

/**
 * HEAD, or the first byte by GET where the server has no HEAD. What leads to an address with a slash at its end is a
 * folder: there is no other sign of one on the web.
 */
export async function statFile(session: HttpSession, path: RemotePath, call: HttpCall): Promise<RemoteEntry> {
  const target = targetOf(path);
  let answer = await session.ask({ method: 'HEAD', target, headers: [] }, call);
  await answer.response.text(0);
  let length = answer.response.header('content-length');
  if (answer.response.status === 405 || answer.response.status === 501) {
    answer = await session.ask({ method: 'GET', target, headers: [['range', 'bytes=0-0']] }, call);
    length = await firstByte(answer.response);
  }
  const { response } = answer;
  if (response.status === 200 && length === '0') length = await confirmedSize(session, target, call);
  const isFolder = isFolderTarget(answer.address.target);
  if (response.status >= 300 && !(isFolder && exists(answer))) {
    throw await statusError(response, session.place, call);
  }
  return entryOf({
    name: remoteName(path),
    kind: isFolder ? 'folder' : 'file',
    // A packed answer has the size of the pack.
    length: response.header('content-encoding') === undefined ? length : undefined,
    lastModified: response.header('last-modified'),
    tag: response.header('etag'),
  });
}

/** Many programs behind web servers answer 0 to HEAD whatever the size: what GET says counts. */
async function confirmedSize(
  session: HttpSession,
  target: string,
  call: HttpCall,
): Promise<string | undefined> {
  const { response } = await session.ask({ method: 'GET', target, headers: [['range', 'bytes=0-0']] }, call);
  const length = await firstByte(response);
  if (response.status < 300) return length;
  await response.text(0);
  return '0';
}

/** The size, as the answer to a request for the first byte tells it; the body is passed over. */
async function firstByte(response: HttpResponse): Promise<string | undefined> {
  const range = /\/(\d+)$/.exec(response.header('content-range') ?? '')?.[1];
  // A whole file in answer is broken off: it may be large.
  if (response.status < 300) await response.text(1);
  if (response.status === 206 || response.status === 416) return range;
  return response.header('content-length');
}

/** A folder whose content may not be looked at is there all the same: the server sent us on to it, or forbids it. */
function exists({ response }: HttpAnswer): boolean {
  return response.status === 403;
}
