import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';
import { isObject, type JsonObject } from './eft-fields.js';

/** One file as it was read. */
export interface EftFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One thing that a file holds, with the way to it. */
export interface EftThing {
  readonly kind: 'rule' | 'connection';
  readonly path: string;
  /** Of a connection: the number that rules call it by. */
  readonly id: string | undefined;
  readonly object: JsonObject;
}

const MAX_DEPTH = 60;

/**
 * The rules and connection profiles of a file: one object or a list, as they are or within the `data` and `attributes`
 * of a REST answer (media type application/vnd.api+json). Rejects with IMPORT_INVALID that names file and place.
 */
export function readEftJson(file: EftFile): readonly EftThing[] {
  const value = parse(file);
  if (depthOf(value, 0) > MAX_DEPTH) throw invalid(file, `it is nested deeper than ${MAX_DEPTH} levels`);
  const things = thingsIn(value, file.name);
  if (things.length === 0) {
    throw invalid(file, 'it holds neither a rule (info, statements, trigger) nor a connection profile');
  }
  return things;
}

function parse(file: EftFile): unknown {
  try {
    return JSON.parse(decode(file.bytes)) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? printable(cause.message, 200) : 'it cannot be read';
    throw invalid(file, `it is no JSON: ${reason}`, cause);
  }
}

/** PowerShell writes UTF-16 with its mark, and UTF-8 with one. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encoding = isUtf16 ? (first === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

function depthOf(value: unknown, depth: number): number {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return depth;
  return Object.values(value).reduce<number>(
    (deepest, each) => Math.max(deepest, depthOf(each, depth + 1)),
    depth,
  );
}

function thingsIn(value: unknown, path: string): readonly EftThing[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => thingsIn(each, `${path}[${index}]`));
  if (!isObject(value)) return [];
  if ('data' in value) return thingsIn(value['data'], `${path}.data`);
  const id = typeof value['id'] === 'string' ? value['id'] : undefined;
  const { attributes } = value;
  if (isObject(attributes)) {
    const relationships = value['relationships'];
    const object = relationships === undefined ? attributes : { ...attributes, relationships };
    return thing(object, `${path}.attributes`, id);
  }
  return thing(value, path, id);
}

function thing(object: JsonObject, path: string, id: string | undefined): readonly EftThing[] {
  if (isObject(object['connectionSettings'])) return [{ kind: 'connection', path, id, object }];
  if (isObject(object['statements']) || isObject(object['info'])) return [{ kind: 'rule', path, id, object }];
  return [];
}

function invalid({ name }: EftFile, reason: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'IMPORT_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `${printable(name)} cannot be imported: ${reason}`,
    cause,
  });
}
