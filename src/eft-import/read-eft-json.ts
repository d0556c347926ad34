import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';
import { isObject, tellLeaves, type JsonObject } from './eft-fields.js';
import type { ImportReport } from './import-report.js';
import { jsonFaultPlace } from './json-fault.js';

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
  /** What a REST answer says beside the attributes. */
  readonly relationships: { readonly path: string; readonly object: JsonObject } | undefined;
}

const MAX_DEPTH = 60;

/**
 * The rules and connection profiles of a file: one object or a list, as they are or within the `data` and `attributes`
 * of a REST answer (media type application/vnd.api+json). All else in it is told to the report. Rejects with
 * IMPORT_INVALID that names file and place.
 */
export function readEftJson(file: EftFile, report: ImportReport): readonly EftThing[] {
  const value = parseJsonFile(file);
  if (isDeeperThan(value, MAX_DEPTH))
    throw invalidImport(file, `it is nested deeper than ${MAX_DEPTH} levels`);
  const things = thingsIn(value, printable(file.name), report);
  if (things.length === 0) {
    throw invalidImport(file, 'it holds neither a rule (info, statements, trigger) nor a connection profile');
  }
  return things;
}

/** JSON as EFT and PowerShell write it. Rejects with IMPORT_INVALID that names file and place, and quotes nothing. */
export function parseJsonFile(file: EftFile): unknown {
  const text = decodeText(file);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidImport(file, `it is no JSON: ${jsonFaultPlace(text)} is not what may stand there`);
  }
}

/** UTF-16 with its mark, else UTF-8 with or without one. Rejects with IMPORT_INVALID. */
export function decodeText(file: EftFile): string {
  const [first, second] = file.bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encoding = isUtf16 ? (first === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(file.bytes);
  } catch (cause) {
    throw invalidImport(file, `it is no text in ${encoding.toUpperCase()}`, cause);
  }
}

/** IMPORT_INVALID for the file. */
export function invalidImport({ name }: EftFile, reason: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'IMPORT_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `${printable(name)} cannot be imported: ${reason}`,
    cause,
  });
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(each, levels - 1));
}

function thingsIn(value: unknown, path: string, report: ImportReport): readonly EftThing[] {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => thingsIn(each, `${path}[${index}]`, report));
  }
  if (!isObject(value)) {
    report.add(path, 'unknown', 'neither a rule nor a connection profile');
    return [];
  }
  if ('data' in value) {
    const { data, ...others } = value;
    tellRest(report, others, path);
    return thingsIn(data, `${path}.data`, report);
  }
  const { attributes, id, relationships, ...others } = value;
  if (!isObject(attributes)) return thing({ value, path, id: textOf(id) }, report);
  const isGroup = isObject(relationships);
  tellRest(report, isGroup ? { id, ...others } : { id, relationships, ...others }, path);
  const beside = isGroup ? { path: `${path}.relationships`, object: relationships } : undefined;
  return thing(
    { value: attributes, path: `${path}.attributes`, id: textOf(id), relationships: beside },
    report,
  );
}

interface Candidate extends Omit<EftThing, 'kind' | 'object' | 'relationships'> {
  readonly value: JsonObject;
  readonly relationships?: EftThing['relationships'];
}

function thing({ value, path, id, relationships }: Candidate, report: ImportReport): readonly EftThing[] {
  if (isObject(value['connectionSettings'])) {
    if (relationships !== undefined) {
      const { object, path: place } = relationships;
      tellLeaves(report, {
        path: place,
        value: object,
        outcome: 'notNeeded',
        text: 'says nothing of a profile',
      });
    }
    return [{ kind: 'connection', path, id, object: value, relationships: undefined }];
  }
  if (isObject(value['statements']) || isObject(value['info'])) {
    return [{ kind: 'rule', path, id, object: value, relationships }];
  }
  for (const each of [{ path, object: value }, relationships]) {
    if (each === undefined) continue;
    const text = 'neither of a rule nor of a profile';
    tellLeaves(report, { path: each.path, value: each.object, outcome: 'unknown', text });
  }
  return [];
}

function tellRest(report: ImportReport, rest: JsonObject, path: string): void {
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    const isKnown = ['id', 'type', 'links', 'meta', 'jsonapi'].includes(name);
    const text = isKnown ? 'of the answer and not of the rule' : 'no field that is known here';
    tellLeaves(report, { path: `${path}.${name}`, value, outcome: isKnown ? 'notNeeded' : 'unknown', text });
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
