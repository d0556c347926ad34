import { StringDecoder } from 'node:string_decoder';
import sax from 'sax';

/** One resource of a WebDAV answer (RFC 4918, section 14.24), as the server wrote it. */
export interface DavResource {
  readonly href: string;
  /** Of the resource as a whole; undefined where its properties have one each. */
  readonly status: number | undefined;
  readonly isFolder: boolean;
  readonly length: string | undefined;
  readonly lastModified: string | undefined;
  readonly tag: string | undefined;
}

/** The answer is no WebDAV. */
export class MultistatusError extends Error {}
/** It is larger than any sound one: its elements, not the number of resources. */
export class MultistatusLimitError extends Error {}

const DAV = 'DAV:';
const MAX_TEXT_LENGTH = 16 * 1024;
const MAX_DEPTH = 100;
const MAX_RESOURCE_BYTES = 1024 * 1024;
/** Parsed at a time, so that the limit of one resource is not reached by several small ones. */
const PIECE_BYTES = 64 * 1024;

const TEXTS: ReadonlySet<string> = new Set([
  'href',
  'status',
  'getcontentlength',
  'getlastmodified',
  'getetag',
]);

type Properties = Pick<DavResource, 'isFolder' | 'length' | 'lastModified' | 'tag'>;
type Open<T> = { -readonly [K in keyof T]: T[K] };

const NO_PROPERTIES: Properties = {
  isFolder: false,
  length: undefined,
  lastModified: undefined,
  tag: undefined,
};

/**
 * Reads an answer piece by piece and hands out each resource once it is complete; memory stays flat whatever their
 * number. A document type is refused, so there are no entities but XML's own five.
 */
export class MultistatusReader {
  readonly #found: (resource: DavResource) => void;
  readonly #parser = sax.parser(true, { xmlns: true, position: false });
  readonly #decoder = new StringDecoder('utf8');
  /** Local names of the open elements; empty for those of other namespaces. */
  readonly #open: string[] = [];
  #text: string | undefined;
  #bytes = 0;
  #resource: { href: string | undefined; status: number | undefined; properties: Properties } | undefined;
  #properties: Open<Properties> = NO_PROPERTIES;
  #propertiesStatus = 200;
  #isMultistatus = false;

  constructor(found: (resource: DavResource) => void) {
    this.#found = found;
    const parser = this.#parser;
    parser.onerror = (cause) => {
      throw new MultistatusError('the answer is no well-formed XML', { cause });
    };
    parser.ondoctype = () => {
      throw new MultistatusError('the answer has a document type');
    };
    parser.onopentag = (tag) => this.#onOpen(tag as sax.QualifiedTag);
    parser.onclosetag = () => this.#onClose();
    parser.ontext = (text) => this.#onText(text);
    parser.oncdata = (text) => this.#onText(text);
  }

  /** Throws a MultistatusError or a MultistatusLimitError. */
  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      this.#bytes += piece.byteLength;
      if (this.#bytes > MAX_RESOURCE_BYTES) throw new MultistatusLimitError('a resource without end');
      this.#parser.write(this.#decoder.write(piece));
    }
  }

  /** The answer has ended. */
  end(): void {
    this.#parser.write(this.#decoder.end());
    this.#parser.close();
    if (!this.#isMultistatus) throw new MultistatusError('the answer is no multistatus');
  }

  #onOpen({ uri, local }: sax.QualifiedTag): void {
    const name = uri === DAV ? local : '';
    if (this.#open.length === 0 && name === 'multistatus') this.#isMultistatus = true;
    if (this.#open.length >= MAX_DEPTH) throw new MultistatusLimitError('elements without end in each other');
    this.#open.push(name);
    switch (name) {
      case 'response':
        this.#resource = { href: undefined, status: undefined, properties: NO_PROPERTIES };
        break;
      case 'propstat':
        this.#properties = { ...NO_PROPERTIES };
        this.#propertiesStatus = 200;
        break;
      case 'collection':
        if (this.#open.at(-2) === 'resourcetype') this.#properties.isFolder = true;
        break;
      default:
        this.#text = TEXTS.has(name) ? '' : undefined;
    }
  }

  #onText(text: string): void {
    if (this.#text === undefined) return;
    this.#text += text;
    if (this.#text.length > MAX_TEXT_LENGTH) throw new MultistatusLimitError('a text without end');
  }

  #onClose(): void {
    const name = this.#open.pop();
    const text = this.#text?.trim();
    this.#text = undefined;
    const resource = this.#resource;
    if (resource === undefined) return;
    switch (name) {
      case 'href':
        // Others stand in elements of their own, such as a lock's owner.
        if (this.#open.at(-1) === 'response') resource.href ??= text;
        break;
      case 'status':
        if (this.#open.at(-1) === 'response') resource.status = statusOf(text);
        else this.#propertiesStatus = statusOf(text) ?? 0;
        break;
      case 'getcontentlength':
        this.#properties.length = text;
        break;
      case 'getlastmodified':
        this.#properties.lastModified = text;
        break;
      case 'getetag':
        this.#properties.tag = text;
        break;
      case 'propstat':
        if (Math.floor(this.#propertiesStatus / 100) === 2) resource.properties = this.#properties;
        break;
      case 'response':
        this.#handOut();
        break;
      case undefined:
      default:
        break;
    }
  }

  #handOut(): void {
    const { href, status, properties } = this.#resource ?? { href: undefined };
    this.#resource = undefined;
    this.#bytes = 0;
    if (href === undefined) throw new MultistatusError('a resource has no address');
    this.#found({ href, status, ...(properties ?? NO_PROPERTIES) });
  }
}

/** `HTTP/1.1 200 OK`. */
function statusOf(text: string | undefined): number | undefined {
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(text ?? '')?.[1];
  return status === undefined ? undefined : Number(status);
}
