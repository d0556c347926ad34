import type { DiskFolder } from '../disk-folder.js';
import { MIB } from '../bytes.js';
import type { NativeAnswer, NativeApi } from './s3-native-api.js';

const ZERO_BYTES = 16 * MIB;
/** Where pieces of large files lie, so that no case sees them. */
const PIECES = 'pieces';

/** One bucket by Swift's own API: `/v1/account/container/object`. */
export class SwiftBucket {
  readonly #api: NativeApi;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #account: string;
  readonly name: string;

  constructor(api: NativeApi, login: { readonly user: string; readonly password: string }, name: string) {
    const { headers } = api.ask({
      method: 'GET',
      path: '/auth/v1.0',
      headers: { 'x-auth-user': login.user, 'x-auth-key': login.password },
    });
    this.#api = api;
    this.#headers = { 'x-auth-token': headers['x-auth-token'] ?? '' };
    this.#account = new URL(headers['x-storage-url'] ?? '').pathname;
    this.name = name;
    for (const container of [name, PIECES]) this.ask('PUT', '', { container });
  }

  ask(
    method: string,
    key: string,
    { container = this.name, query = '', body, headers = {} }: AskOptions = {},
  ): NativeAnswer {
    const object = key === '' ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`;
    return this.#api.ask({
      method,
      path: `${this.#account}/${container}${object}${query}`,
      headers: { ...this.#headers, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Full keys; with a delimiter, what they have in common up to it as well. */
  keys(prefix: string, delimiter = ''): string[] {
    const query = `?format=json&prefix=${encodeURIComponent(prefix)}&delimiter=${delimiter}`;
    const rows = JSON.parse(this.ask('GET', '', { query }).body.toString('utf8')) as {
      name?: string;
      subdir?: string;
    }[];
    return rows.map(({ name, subdir }) => name ?? subdir ?? '');
  }

  piece(key: string, body: Uint8Array): string {
    if (this.ask('HEAD', key, { container: PIECES }).status !== 200)
      this.ask('PUT', key, { container: PIECES, body });
    return `/${PIECES}/${key}`;
  }
}

interface AskOptions {
  readonly container?: string;
  readonly query?: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A prefix of a bucket as the cases see and change it, past our code and past S3. */
export class SwiftFolder implements DiskFolder {
  readonly path: string;
  readonly #bucket: SwiftBucket;

  constructor(bucket: SwiftBucket, name: string) {
    this.#bucket = bucket;
    this.path = name;
    this.makeFolder('');
  }

  at(name: string): string {
    const names: string[] = [];
    for (const part of `${this.path}/${name}`.split('/')) {
      if (part === '..') names.pop();
      else if (part !== '' && part !== '.') names.push(part);
    }
    return names.join('/');
  }

  write(name: string, content: string | Uint8Array): void {
    this.#must('PUT', this.at(name), { body: content });
  }

  /** One piece of zeros, as often as it takes. */
  writeSparse(name: string, sizeBytes: number): void {
    const zeros = this.#bucket.piece('zeros', Buffer.alloc(ZERO_BYTES));
    const rest = sizeBytes % ZERO_BYTES;
    const pieces = Array.from({ length: Math.floor(sizeBytes / ZERO_BYTES) }, () => ({ path: zeros }));
    if (rest > 0) pieces.push({ path: this.#bucket.piece(`zeros-${rest}`, Buffer.alloc(rest)) });
    const query = '?multipart-manifest=put';
    this.#must('PUT', this.at(name), { query, body: JSON.stringify(pieces) });
  }

  read(name: string): Buffer {
    return this.#must('GET', this.at(name)).body;
  }

  text(name: string): string {
    return this.read(name).toString('utf8');
  }

  has(name: string): boolean {
    return this.#bucket.ask('HEAD', this.at(name)).status === 200;
  }

  names(name = ''): string[] {
    const prefix = `${this.at(name)}/`;
    const keys = this.#bucket.keys(prefix, '/').filter((key) => key !== prefix);
    return [...new Set(keys.map((key) => key.slice(prefix.length).replace(/\/$/, '')))].sort();
  }

  makeFolder(name: string): void {
    this.#must('PUT', `${this.at(name)}/`, { body: '' });
  }

  link(): void {
    throw new Error('S3 has no links');
  }

  isLink(): boolean {
    return false;
  }

  isFolder(name: string): boolean {
    return this.#bucket.keys(`${this.at(name)}/`).length > 0;
  }

  modifiedMs(name: string): number {
    return Date.parse(this.#must('HEAD', this.at(name)).headers['last-modified'] ?? '');
  }

  setTime(name: string, modifiedMs: number): void {
    const headers = { 'x-object-meta-mtime': String(modifiedMs / 1000) };
    this.#must('POST', this.at(name), { headers });
  }

  setMode(): void {
    throw new Error('S3 has no modes');
  }

  touch(names: readonly string[]): void {
    const body = names.map((name) => this.at(name)).join('\n');
    this.#must('ROWS', '', { body });
  }

  remove(): void {
    for (const key of this.#bucket.keys(`${this.path}/`)) this.#bucket.ask('DELETE', key);
  }

  #must(method: string, key: string, options?: AskOptions): NativeAnswer {
    const answer = this.#bucket.ask(method, key, options);
    if (answer.status >= 300) {
      throw new Error(`${method} ${key}: ${answer.status} ${answer.body.toString('utf8').slice(-300)}`);
    }
    return answer;
  }
}
