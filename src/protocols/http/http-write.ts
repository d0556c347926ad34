import type { Receipt } from '../../core/outcome.js';
import type { Random } from '../../core/random.js';
import { remoteName, remoteParent, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ByteSource, WriteOptions } from '../protocol-client.js';
import { fileBody, type FileBody } from './http-body.js';
import { statusError, statusLine } from './http-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HeaderLine, HttpResponse } from './http-message.js';
import type { HttpSession } from './http-session.js';
import { multipartFrame } from './multipart.js';
import { targetOf } from './request-target.js';

const MAX_WORDS_BYTES = 64 * 1024;

/** Sends a file as the connection's `upload` says. */
export async function writeFile(
  session: HttpSession,
  path: RemotePath,
  source: ByteSource,
  options: WriteOptions,
  call: HttpCall,
  random: Random,
): Promise<Receipt> {
  const { upload } = session.options;
  switch (upload.method) {
    case 'put':
      return put(session, path, source, options, call);
    case 'post':
      return post(session, path, source, options, call, upload.field, random);
  }
}

async function put(
  session: HttpSession,
  path: RemotePath,
  source: ByteSource,
  { sizeBytes, modifiedMs, exclusive }: WriteOptions,
  call: HttpCall,
): Promise<Receipt> {
  const file = await fileBody(source, sizeBytes, call);
  const headers: HeaderLine[] = [['content-type', 'application/octet-stream']];
  if (exclusive === true) headers.push(['if-none-match', '*']);
  // Nextcloud, ownCloud and others store it with the file; the rest pass over it.
  if (session.options.webdav && modifiedMs !== undefined) {
    headers.push(['x-oc-mtime', String(Math.floor(modifiedMs / 1000))]);
  }
  return send(session, { method: 'PUT', target: targetOf(path), headers }, file, call);
}

/** multipart/form-data (RFC 7578) to the folder of the path; its last segment is the name of the file in the form. */
async function post(
  session: HttpSession,
  path: RemotePath,
  source: ByteSource,
  { sizeBytes }: WriteOptions,
  call: HttpCall,
  field: string,
  random: Random,
): Promise<Receipt> {
  const { frame, contentType } = multipartFrame(field, remoteName(path), random);
  const file = await fileBody(source, sizeBytes, call, frame);
  const target = targetOf(remoteParent(path));
  return send(session, { method: 'POST', target, headers: [['content-type', contentType]] }, file, call);
}

interface Upload {
  readonly method: 'PUT' | 'POST';
  readonly target: string;
  readonly headers: readonly HeaderLine[];
}

async function send(session: HttpSession, upload: Upload, file: FileBody, call: HttpCall): Promise<Receipt> {
  const { body } = file;
  const length = body.kind === 'stream' ? body.sizeBytes : undefined;
  const headers: HeaderLine[] = [...upload.headers];
  if (length !== undefined) headers.push(['content-length', String(length)]);
  try {
    const { response } = await session.ask({ ...upload, headers, body }, call);
    await requireTaken(response, session, call);
    const { status } = response;
    const reply = status === 202 ? `${statusLine(response)}: accepted, not yet stored` : statusLine(response);
    await response.text(MAX_WORDS_BYTES);
    return { lastCode: status, bytes: file.fileBytes(), reply };
  } finally {
    file.end();
  }
}

async function requireTaken(response: HttpResponse, session: HttpSession, call: HttpCall): Promise<void> {
  // Only a condition of ours can fail: that there is no such file.
  if (response.status === 412)
    throw await statusError(response, session.place, call, { code: 'ALREADY_EXISTS' });
  if (response.status >= 300 || response.status === 207)
    throw await statusError(response, session.place, call);
  if (!response.isEarly) return;
  response.drop();
  throw new TransferError({
    code: 'PROTOCOL_VIOLATION',
    lastCode: -1,
    phase: call.phase,
    message: `${session.place}: ${call.doing}: the server says ${statusLine(response)} before it has all of the file`,
    sessionLost: true,
  });
}
