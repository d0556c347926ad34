import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import type { Phase } from '../../core/transfer-error.js';

/** What a request is sent for. */
export interface S3Call {
  readonly signal: AbortSignal;
  readonly phase: Phase;
  /** The body of a good answer is payload: it is not gathered, but given on as a stream. */
  readonly streams?: boolean;
}

/** A request as the SDK hands it over, signed. */
export interface SdkRequest {
  readonly method: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer as the SDK wants it. */
export interface SdkAnswer {
  readonly statusCode: number;
  readonly reason: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Path and query of the request line. */
export function requestTarget({ path, query = {} }: SdkRequest): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === null) parts.push(escapeQuery(name));
    else for (const each of [value].flat()) parts.push(`${escapeQuery(name)}=${escapeQuery(each)}`);
  }
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
}

/** As the signature counts it: everything but RFC 3986's unreserved characters. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The bodies that we give the SDK, and the XML that it makes, lie in memory. */
export function bodyBytes({ body }: SdkRequest): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body instanceof Uint8Array) return body;
  throw new TypeError('a body of this kind is not ours');
}

export function flatHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

const NEVER_SHOWN: ReadonlySet<string> = new Set(['authorization', 'x-amz-security-token']);

/** Headers for the wire trace: of those that hold a secret, the name alone. */
export function shownHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => (NEVER_SHOWN.has(name.toLowerCase()) ? name : `${name}: ${value}`))
    .join('; ');
}

const SLICE_BYTES = 256 * 1024;

/** Sends the body slice by slice, `moved` told of each; ends early when the request is over. Never rejects. */
export async function sendBody(
  request: ClientRequest,
  body: Uint8Array,
  isOver: () => boolean,
  moved: () => void,
): Promise<void> {
  for (let at = 0; at < body.byteLength; at += SLICE_BYTES) {
    if (isOver()) return;
    const hasRoom = request.write(body.subarray(at, at + SLICE_BYTES));
    if (!hasRoom) await drained(request);
    moved();
  }
  if (!isOver()) request.end();
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      for (const event of EVENTS) request.removeListener(event, go);
      resolve();
    };
    for (const event of EVENTS) request.once(event, go);
  });
}

const EVENTS = ['drain', 'close', 'error', 'response'] as const;

/**
 * Asks for the checksums that the server keeps. The SDK's own way of asking would check the body a second time, and
 * tell a difference as any failure of the stream.
 */
export const WITH_CHECKSUMS = { 'x-amz-checksum-mode': 'ENABLED' } as const;

/** Signature Version 4: a server that checks signatures compares it with what came; and nobody reads the body for it again. */
export function bodyHash(sha256: string): Readonly<Record<string, string>> {
  return { 'x-amz-content-sha256': sha256 };
}
