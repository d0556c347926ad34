import type { Receipt } from '../../core/outcome.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError, type TransferErrorFacts } from '../../core/transfer-error.js';
import { WSAECONNABORTED } from '../../core/winsock.js';
import type { ByteSink, ReadOptions } from '../protocol-client.js';
import { entityTag } from './http-entry.js';
import { statusError, statusLine } from './http-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HeaderLine, HttpResponse } from './http-message.js';
import type { HttpAnswer, HttpSession } from './http-session.js';
import { isFolderTarget, targetOf } from './request-target.js';

/** The server gives the whole file when asked for a part. */
export class NoRangesError extends TransferError {}

export interface FileReadOptions extends ReadOptions {
  /** The size that the file has; undefined: not known. */
  readonly knownBytes: number | undefined;
}

/** GET, from an offset by Range (RFC 9110, section 14). */
export async function readFile(
  session: HttpSession,
  path: RemotePath,
  sink: ByteSink,
  options: FileReadOptions,
  call: HttpCall,
): Promise<Receipt> {
  const offset = options.offset ?? 0;
  const request = { method: 'GET', target: targetOf(path), headers: conditions(offset, options.version) };
  const answer = await session.ask(request, call);
  const { response } = answer;
  if (isFolderTarget(answer.address.target)) throw await isFolder(answer, session, call);
  if (response.status === 416 && offset > 0) return endReached(answer, offset, request.target, session, call);
  if (response.status === 412) {
    throw await statusError(response, session.place, call, changed('the server has another version by now'));
  }
  if (response.status >= 300) throw await statusError(response, session.place, call);
  const problem = partProblem(response, offset, options.version);
  if (problem !== undefined) {
    response.drop();
    const facts = { phase: call.phase, lastCode: -1, ...problem };
    const message = `${session.place}: ${call.doing}: ${problem.message}`;
    throw problem.code === 'UNSUPPORTED'
      ? new NoRangesError({ ...facts, message })
      : new TransferError({ ...facts, message });
  }
  const mostBytes = options.knownBytes === undefined ? undefined : options.knownBytes - offset;
  return { ...(await takeBody(response, sink, mostBytes, session, call)), lastCode: response.status };
}

/** If-Match refuses another version; where a server passes over it, If-Range still keeps the parts of two apart. */
function conditions(offset: number, version: string | undefined): HeaderLine[] {
  const tag = version === undefined ? undefined : entityTag(version);
  return [
    ...(offset === 0 ? [] : [['range', `bytes=${offset}-`] as const]),
    ...(tag === undefined ? [] : [['if-match', tag] as const]),
    ...(tag === undefined || offset === 0 ? [] : [['if-range', tag] as const]),
  ];
}

type Problem = Pick<TransferErrorFacts, 'code' | 'message' | 'retry' | 'advice' | 'side'>;

/** Why the answer is not the bytes that were asked for. */
function partProblem(
  response: HttpResponse,
  offset: number,
  version: string | undefined,
): Problem | undefined {
  const tag = response.header('etag');
  if (version !== undefined && tag !== undefined && tag !== version && !tag.startsWith('W/')) {
    return changed('the server has another version by now');
  }
  if (response.status === 206) return rangeProblem(response, offset);
  if (offset > 0) {
    return {
      code: 'UNSUPPORTED',
      message: `the server gives the whole file (${statusLine(response)}) when asked for the rest from byte ${offset}`,
      retry: 'transient',
      advice: 'The file is read from its beginning at the next attempt.',
    };
  }
  // 203 is the file as a gateway has changed it; 204 and 205 have none.
  if (response.status === 200 || response.status === 203) return undefined;
  return {
    code: 'PROTOCOL_VIOLATION',
    message: `the answer is no file (${statusLine(response)})`,
  };
}

function rangeProblem(response: HttpResponse, offset: number): Problem | undefined {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(response.header('content-range')?.trim() ?? '');
  const [first, last, whole] = [Number(range?.[1]), Number(range?.[2]), range?.[3]];
  const isWhole = whole === '*' || Number(whole) === last + 1;
  if (offset > 0 && range !== null && first === offset && isWhole) return undefined;
  return {
    code: 'PROTOCOL_VIOLATION',
    message: `the answer is another part of the file than the one asked for, from byte ${offset} to its end`,
  };
}

function changed(text: string) {
  return {
    code: 'SOURCE_CHANGED',
    text,
    message: text,
    side: 'partner',
    advice: 'The file is read from its beginning at the next attempt.',
  } as const;
}

/** 416: there is nothing from there on, which is right at the very end. */
async function endReached(
  { response }: HttpAnswer,
  offset: number,
  target: string,
  session: HttpSession,
  call: HttpCall,
): Promise<Receipt> {
  const size = /^bytes \*\/(\d+)$/i.exec(response.header('content-range')?.trim() ?? '')?.[1];
  const shorter = changed(`the file is shorter than ${offset} bytes by now`);
  const error = await statusError(response, session.place, call, shorter);
  if (Number(size ?? (await sizeByHead(target, session, call))) !== offset) throw error;
  // 416 would read as a failure; the file stands, and all of it is here.
  return { lastCode: 200, bytes: 0, reply: statusLine(response) };
}

/** Apache does not tell the size beside its 416. */
async function sizeByHead(target: string, session: HttpSession, call: HttpCall): Promise<string | undefined> {
  const { response } = await session.ask({ method: 'HEAD', target, headers: [] }, call);
  await response.text(0);
  return response.header('content-length');
}

async function isFolder(
  { response }: HttpAnswer,
  session: HttpSession,
  call: HttpCall,
): Promise<TransferError> {
  return statusError(response, session.place, call, { code: 'IS_A_FOLDER', text: 'is a folder' });
}

async function takeBody(
  response: HttpResponse,
  sink: ByteSink,
  mostBytes: number | undefined,
  session: HttpSession,
  call: HttpCall,
): Promise<Pick<Receipt, 'bytes' | 'reply'>> {
  let taken = 0;
  const bytes = await response.take((chunk) => {
    taken += chunk.byteLength;
    if (mostBytes !== undefined && taken > mostBytes) throw grown(mostBytes, session, call);
    return sink.write(chunk);
  });
  const length = response.header('content-length');
  if (length !== undefined && response.bytesAfterHead() > Number(length)) {
    throw new TransferError({
      code: 'PROTOCOL_VIOLATION',
      lastCode: WSAECONNABORTED,
      phase: call.phase,
      message: `${session.place}: ${call.doing}: more bytes came than the ${length} that were announced`,
      sessionLost: true,
    });
  }
  return { bytes, reply: [statusLine(response), ...oddities(response)].join('; ') };
}

function grown(mostBytes: number, session: HttpSession, { doing, phase }: HttpCall): TransferError {
  return new TransferError({
    code: 'SOURCE_CHANGED',
    lastCode: -1,
    phase,
    message: `${session.place}: ${doing}: more than the ${mostBytes} bytes came that the server told of before`,
    side: 'partner',
    sessionLost: true,
  });
}

function oddities(response: HttpResponse): string[] {
  const encoding = response.header('content-encoding');
  const hasEnd =
    response.header('content-length') !== undefined || response.header('transfer-encoding') !== undefined;
  return [
    ...(encoding === undefined || encoding === 'identity'
      ? []
      : [`stored as it came: packed with ${encoding.slice(0, 40)}`]),
    ...(hasEnd ? [] : ['the server told no size: only the end of the connection ended the file']),
  ];
}
