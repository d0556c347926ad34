import type { IncomingHttpHeaders } from 'node:http';

/** One request, without what the session adds: host, login, the headers of the settings. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly headers: readonly HeaderLine[];
  readonly body?: HttpBody | undefined;
}

export type HeaderLine = readonly [name: string, value: string];

/** `bytes` can be sent once more; a `stream` only as long as nothing of it was. */
export type HttpBody = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | StreamBody;

export interface StreamBody {
  readonly kind: 'stream';
  /** What was taken from the source to see how long it is; never empty, nor its first chunk. */
  readonly first: readonly Uint8Array[];
  /** What follows; whoever made the body ends it. */
  readonly rest: AsyncIterator<Uint8Array>;
  readonly sizeBytes: number | undefined;
}

/** Takes a chunk; a promise means: wait, there is enough in hand. */
export type ChunkSink = (chunk: Uint8Array) => Promise<void> | undefined;

/** What a server answered. Its body must be taken in one of the ways before the next request. */
export interface HttpResponse {
  readonly status: number;
  readonly reason: string;
  /** The value, several of one name joined by a comma; undefined: not there. */
  header(name: string): string | undefined;
  /** Each line of that name. */
  headerLines(name: string): readonly string[];
  /** The answer came although the body of the request was not sent to its end. */
  readonly isEarly: boolean;
  /** Hands over the body as it comes; resolves with its size at its end. A rejection of the sink is passed on. */
  take(sink: ChunkSink): Promise<number>;
  /** The beginning of the body as text. What is longer than `limitBytes` costs the connection. */
  text(limitBytes: number): Promise<string>;
  /** How many bytes came after the head; more than `take` counted: the server sent more than it announced. */
  bytesAfterHead(): number;
  /** Breaks off; the connection is gone. */
  drop(): void;
}

export function headerLines(headers: IncomingHttpHeaders, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
