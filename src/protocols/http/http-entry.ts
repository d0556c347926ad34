import type { RemoteEntry } from '../protocol-client.js';

/** HTTP dates are exact to a second (RFC 9110, section 5.6.7). */
const PRECISION_MS = 1000;

/** What a server says of a file: header values of a web server, properties of a WebDAV server. */
export interface EntryFacts {
  readonly name: string;
  readonly kind: RemoteEntry['kind'];
  readonly length: string | undefined;
  readonly lastModified: string | undefined;
  readonly tag: string | undefined;
}

export function entryOf({ name, kind, length, lastModified, tag }: EntryFacts): RemoteEntry {
  const modifiedMs = lastModified === undefined ? NaN : Date.parse(lastModified);
  const version = tag === undefined ? undefined : entityTag(tag.trim());
  const sizeBytes = kind === 'file' ? sizeOf(length) : undefined;
  return {
    name,
    kind,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(Number.isNaN(modifiedMs) ? {} : { modifiedMs, precisionMs: PRECISION_MS }),
    ...(version === undefined ? {} : { version }),
  };
}

function sizeOf(length: string | undefined): number | undefined {
  if (length === undefined || !/^\d{1,16}$/.test(length.trim())) return undefined;
  const size = Number(length);
  return Number.isSafeInteger(size) ? size : undefined;
}

/** A strong entity tag in its quotes; undefined for a weak one, which says nothing of the bytes, and for garbage. */
export function entityTag(text: string): string | undefined {
  return /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(text) ? text : undefined;
}
