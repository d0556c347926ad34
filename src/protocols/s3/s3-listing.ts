import {
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ListOptions, RemoteEntry } from '../protocol-client.js';
import type { S3Session, S3Task } from './s3-session.js';

/** So many pages in a row without an entry are a server that goes round in circles. */
const MAX_EMPTY_PAGES = 1000;
/** S3 tells whole seconds. */
const PRECISION_MS = 1000;

export async function* listBuckets(session: S3Session, task: S3Task): AsyncGenerator<RemoteEntry> {
  const pages = new PageTurner(session, task);
  do {
    const answer = await session.send(new ListBucketsCommand({ ContinuationToken: pages.token }), task);
    const buckets = answer.Buckets ?? [];
    for (const { Name: name, CreationDate: made } of buckets) {
      if (name === undefined) continue;
      yield { name, kind: 'folder', modifiedMs: made?.getTime(), precisionMs: PRECISION_MS };
    }
    pages.turn(buckets.length, answer.ContinuationToken);
  } while (pages.token !== undefined);
}

export interface FoundEntries {
  /** Anything stands under the prefix, if only the mark of an empty folder. */
  exists: boolean;
}

/**
 * What stands directly below a prefix (`folder/`, or empty for the bucket): keys as files, and what they have in
 * common up to the next slash as folders. One page of 1,000 is held at a time.
 */
export async function* listPrefix(
  session: S3Session,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  task: S3Task,
  found: FoundEntries,
  { onWarning }: Pick<ListOptions, 'onWarning'>,
): AsyncGenerator<RemoteEntry> {
  const pages = new PageTurner(session, task);
  do {
    const answer = await session.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        Delimiter: '/',
        EncodingType: 'url',
        ContinuationToken: pages.token,
      }),
      task,
    );
    let count = 0;
    for (const entry of entriesOf(answer)) {
      count += 1;
      found.exists = true;
      const name = entry.name.slice(prefix.length);
      // The key of the prefix itself marks an empty folder.
      if (entry.kind === 'file' && name === '') continue;
      if (!entry.name.startsWith(prefix) || name === '') {
        onWarning?.(`a key that is no path is left out: ${printable(entry.name, 200)}`);
        continue;
      }
      yield { ...entry, name };
    }
    pages.turn(count, answer.IsTruncated === true ? (answer.NextContinuationToken ?? '') : undefined);
  } while (pages.token !== undefined);
}

/** Names are whole keys here, without the slash at the end of a folder. */
function* entriesOf(answer: ListObjectsV2CommandOutput): Generator<RemoteEntry> {
  const decode = answer.EncodingType === 'url' ? decodeKey : (key: string) => key;
  for (const { Key: key, Size: sizeBytes, LastModified: modified, ETag: version } of answer.Contents ?? []) {
    if (key === undefined) continue;
    yield {
      name: decode(key),
      kind: 'file',
      sizeBytes,
      modifiedMs: modified?.getTime(),
      precisionMs: PRECISION_MS,
      version,
    };
  }
  for (const { Prefix: prefix } of answer.CommonPrefixes ?? []) {
    if (prefix !== undefined) yield { name: decode(prefix).replace(/\/$/, ''), kind: 'folder' };
  }
}

/** AWS writes a blank as `+`, others as `%20`; a real plus is `%2B` to all. */
function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}

/** Goes from page to page, and not for ever. */
class PageTurner {
  readonly #session: S3Session;
  readonly #task: S3Task;
  #emptyPages = 0;
  token: string | undefined;

  constructor(session: S3Session, task: S3Task) {
    this.#session = session;
    this.#task = task;
  }

  turn(entries: number, token: string | undefined): void {
    this.#emptyPages = entries === 0 ? this.#emptyPages + 1 : 0;
    const isStuck = token !== undefined && (token === '' || token === this.token);
    if (isStuck)
      throw this.#error('PROTOCOL_VIOLATION', 'the listing has a next page but does not say which');
    if (this.#emptyPages > MAX_EMPTY_PAGES)
      throw this.#error('LIMIT_EXCEEDED', `${MAX_EMPTY_PAGES} pages of the listing held no entry`);
    this.token = token;
  }

  #error(code: 'PROTOCOL_VIOLATION' | 'LIMIT_EXCEEDED', problem: string): TransferError {
    const { operation, phase } = this.#task;
    return new TransferError({
      code,
      lastCode: -1,
      phase,
      message: `${this.#session.place}: ${operation}: ${problem}`,
    });
  }
}
