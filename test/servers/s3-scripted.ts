import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * A small S3 of our own, built on Amazon's API reference, for what a sound server does not do: each request can be
 * answered by the test instead. It keeps objects in memory, compares checksums, and checks no signature.
 */
export interface ScriptedS3 {
  readonly host: string;
  readonly port: number;
  /** By `bucket/key`. */
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, StoredUpload>;
  /** What was asked, in order. */
  readonly asked: S3Operation[];
  stop(): Promise<void>;
}

export interface StoredObject {
  readonly content: Buffer;
  readonly eTag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredUpload {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, Buffer>;
}

export type S3Operation =
  | 'ListBuckets'
  | 'ListObjects'
  | 'HeadBucket'
  | 'Head'
  | 'Get'
  | 'Put'
  | 'Delete'
  | 'Create'
  | 'Part'
  | 'Complete'
  | 'Abort'
  | 'ListUploads'
  | 'ListParts';

export interface S3Question {
  readonly operation: S3Operation;
  /** How often this operation was asked, from 1. */
  readonly nth: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Does what a sound server does. */
  obey(): Promise<void>;
  /** Answers with an error of S3. */
  refuse(status: number, code: string, more?: string): void;
}

/** True: the question has been dealt with. */
export type S3Script = (question: S3Question) => boolean | void | Promise<boolean | void>;

export async function startScriptedS3(script: S3Script = () => false): Promise<ScriptedS3> {
  const state = new State();
  const counts = new Map<S3Operation, number>();
  const asked: S3Operation[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => request.socket.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const operation = operationOf(request);
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    asked.push(operation);
    const question: S3Question = {
      operation,
      nth,
      request,
      response,
      socket: request.socket,
      obey: () => state.obey(operation, request, response),
      refuse: (status, code, more = '') => refuse(response, status, code, more),
    };
    if ((await script(question)) !== true) await question.obey();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { objects, uploads } = state;
  return { host: '127.0.0.1', port, objects, uploads, asked, stop: () => stopped(server) };
}

function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function operationOf({ method, url = '' }: IncomingMessage): S3Operation {
  const { pathname, searchParams: query } = new URL(url, 'http://s3');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  if (bucket === '') return 'ListBuckets';
  if (key === '') {
    if (method === 'HEAD') return 'HeadBucket';
    return query.has('uploads') ? 'ListUploads' : 'ListObjects';
  }
  switch (method ?? 'GET') {
    case 'HEAD':
      return 'Head';
    case 'PUT':
      return query.has('uploadId') ? 'Part' : 'Put';
    case 'POST':
      return query.has('uploads') ? 'Create' : 'Complete';
    case 'DELETE':
      return query.has('uploadId') ? 'Abort' : 'Delete';
    default:
      return query.has('uploadId') ? 'ListParts' : 'Get';
  }
}

class State {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, StoredUpload>();
  #count = 0;

  async obey(operation: S3Operation, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://s3');
    const name = decodeURIComponent(pathname.slice(1));
    const uploadId = query.get('uploadId') ?? '';
    switch (operation) {
      case 'ListBuckets':
        return xml(response, '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>');
      case 'HeadBucket':
        return void response.end();
      case 'ListObjects':
        return xml(response, this.#listing(name.replace(/\/$/, ''), query));
      case 'Head':
      case 'Get':
        return this.#get(name, operation === 'Get', request, response);
      case 'Delete':
        this.objects.delete(name);
        return void response.writeHead(204).end();
      case 'Put':
        return this.#put(name, body, request, response);
      case 'Create': {
        const id = `upload-${(this.#count += 1)}`;
        this.uploads.set(id, { name, metadata: metadataOf(request), parts: new Map() });
        return xml(
          response,
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
      }
      case 'Part':
        return this.#part(uploadId, Number(query.get('partNumber')), body, request, response);
      case 'Complete':
        return this.#complete(uploadId, body.toString('utf8'), request, response);
      case 'Abort':
        if (!this.uploads.delete(uploadId)) return refuse(response, 404, 'NoSuchUpload');
        return void response.writeHead(204).end();
      case 'ListUploads':
        return xml(response, this.#uploadList(query.get('prefix') ?? ''));
      case 'ListParts': {
        const upload = this.uploads.get(uploadId);
        return upload === undefined ? refuse(response, 404, 'NoSuchUpload') : xml(response, partList(upload));
      }
    }
  }

  #get(name: string, withBody: boolean, request: IncomingMessage, response: ServerResponse): void {
    const object = this.objects.get(name);
    if (object === undefined) return refuse(response, 404, 'NoSuchKey');
    const { content, eTag, metadata } = object;
    const ifMatch = request.headers['if-match'];
    if (ifMatch !== undefined && ifMatch !== eTag) return refuse(response, 412, 'PreconditionFailed');
    const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (offset > 0 && offset >= content.length) return refuse(response, 416, 'InvalidRange');
    for (const [key, value] of Object.entries(metadata)) response.setHeader(`x-amz-meta-${key}`, value);
    if (offset > 0)
      response.setHeader('content-range', `bytes ${offset}-${content.length - 1}/${content.length}`);
    if (!eTag.includes('-')) response.setHeader('x-amz-checksum-sha256', sum('sha256', content));
    response.writeHead(offset > 0 ? 206 : 200, {
      etag: eTag,
      'last-modified': 'Thu, 26 Nov 2026 05:00:00 GMT',
      'content-length': content.length - offset,
    });
    response.end(withBody ? content.subarray(offset) : undefined);
  }

  #put(name: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['if-none-match'] === '*' && this.objects.has(name))
      return refuse(response, 412, 'PreconditionFailed');
    if (!isAsSent(body, request)) return refuse(response, 400, 'BadDigest');
    const eTag = `"${sum('md5', body, 'hex')}"`;
    this.objects.set(name, { content: body, eTag, metadata: metadataOf(request) });
    response.writeHead(200, { etag: eTag, 'x-amz-checksum-sha256': sum('sha256', body) }).end();
  }

  #part(id: string, number: number, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const upload = this.uploads.get(id);
    if (upload === undefined) return refuse(response, 404, 'NoSuchUpload');
    if (!isAsSent(body, request)) return refuse(response, 400, 'BadDigest');
    upload.parts.set(number, body);
    const headers = { etag: `"${sum('md5', body, 'hex')}"`, 'x-amz-checksum-sha256': sum('sha256', body) };
    response.writeHead(200, headers).end();
  }

  #complete(id: string, order: string, request: IncomingMessage, response: ServerResponse): void {
    const upload = this.uploads.get(id);
    if (upload === undefined) return refuse(response, 404, 'NoSuchUpload');
    if (request.headers['if-none-match'] === '*' && this.objects.has(upload.name))
      return refuse(response, 412, 'PreconditionFailed');
    const numbers = [...order.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map((match) => Number(match[1]));
    const parts = numbers.map((number) => upload.parts.get(number));
    if (parts.includes(undefined)) return refuse(response, 400, 'InvalidPart');
    const contents = parts as Buffer[];
    const md5s = Buffer.concat(contents.map((part) => createHash('md5').update(part).digest()));
    const eTag = `"${sum('md5', md5s, 'hex')}-${contents.length}"`;
    this.objects.set(upload.name, { content: Buffer.concat(contents), eTag, metadata: upload.metadata });
    this.uploads.delete(id);
    xml(response, `<CompleteMultipartUploadResult><ETag>${eTag}</ETag></CompleteMultipartUploadResult>`);
  }

  #listing(bucket: string, query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()]
      .filter((name) => name.startsWith(`${bucket}/${prefix}`))
      .map((name) => name.slice(bucket.length + 1));
    const rows = keys.map((key) => {
      const size = this.objects.get(`${bucket}/${key}`)?.content.length ?? 0;
      return `<Contents><Key>${encodeURIComponent(key)}</Key><Size>${size}</Size></Contents>`;
    });
    return `<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>${rows.join('')}</ListBucketResult>`;
  }

  #uploadList(prefix: string): string {
    const rows = [...this.uploads].map(([id, { name }]) => [id, name.slice(name.indexOf('/') + 1)] as const);
    const found = rows.filter(([, key]) => key.startsWith(prefix));
    const texts = found.map(
      ([id, key], index) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2026-11-26T05:00:${String(index).padStart(2, '0')}.000Z</Initiated></Upload>`,
    );
    return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${texts.join('')}</ListMultipartUploadsResult>`;
  }
}

function partList({ parts }: StoredUpload): string {
  const rows = [...parts].map(
    ([number, content]) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"${sum('md5', content, 'hex')}"</ETag><Size>${content.length}</Size><ChecksumSHA256>${sum('sha256', content)}</ChecksumSHA256></Part>`,
  );
  return `<ListPartsResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListPartsResult>`;
}

/** The server's own look at what came: Content-MD5 and x-amz-checksum-sha256. */
function isAsSent(body: Buffer, { headers }: IncomingMessage): boolean {
  const md5 = headers['content-md5'];
  const sha256 = headers['x-amz-checksum-sha256'];
  return (
    (md5 === undefined || md5 === sum('md5', body)) &&
    (sha256 === undefined || sha256 === sum('sha256', body))
  );
}

function metadataOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(kept.map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]));
}

function sum(algorithm: 'md5' | 'sha256', content: Uint8Array, form: 'hex' | 'base64' = 'base64'): string {
  return createHash(algorithm).update(content).digest(form);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
}

function refuse(response: ServerResponse, status: number, code: string, more = ''): void {
  response.writeHead(status, { 'content-type': 'application/xml', date: new Date().toUTCString() });
  response.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no: ${code}.</Message>${more}</Error>`,
  );
}
