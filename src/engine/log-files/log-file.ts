import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { LineSplitter } from '../../client-log/reading/line-splitter.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { instantOf } from '../../client-log/zone-time.js';
import { unreadable, type FoundLog } from './log-names.js';
import { formOf, unpackedBytes, type UnpackedSource } from './unpack.js';
import { zipLogNames } from './zip-entries.js';

/** A log that can be opened. */
export interface LogFile {
  readonly ref: LogFileRef;
  readonly body:
    | { readonly kind: 'plain'; readonly path: string; readonly sizeBytes: number }
    | { readonly kind: 'packed'; readonly source: UnpackedSource };
  /** The moment of its first record, as far as its first bytes tell; -Infinity where they do not. */
  readonly firstInstantMs: number;
}

/** Enough to see the form, and the first record behind any headings. */
const HEAD_BYTES = 64 * 1024;

/** How a name becomes what lines refer to. */
export type RefOf = (found: FoundLog) => LogFileRef;

/** What stands behind a name; several logs where it is a zip archive. Rejects with a TransferError that names it. */
export async function inspectLog(found: FoundLog, refOf: RefOf): Promise<readonly LogFile[]> {
  const { name } = found;
  if (name === '-') {
    return [{ ref: refOf(found), body: packed({ kind: 'stdin', name }), firstInstantMs: -Infinity }];
  }
  const source = { kind: 'file', path: name, name } as const;
  const { head, sizeBytes } = readHead(name);
  if (head === undefined) return [{ ref: refOf(found), body: packed(source), firstInstantMs: -Infinity }];
  const form = formOf(head);
  if (form === 'zip') return zipFiles(found, refOf);
  const ref = refOf(found);
  if (form === 'plain') {
    const body = { kind: 'plain', path: name, sizeBytes } as const;
    return [{ ref, body, firstInstantMs: firstInstant(head, ref) }];
  }
  return [await packedFile(ref, source)];
}

/**
 * The first bytes of a file; none of what is no regular file. A pipe is not even opened: its bytes can be read only
 * once, and who writes into it would be gone with the first reader.
 */
function readHead(path: string): { readonly head: Buffer | undefined; readonly sizeBytes: number } {
  let fd: number | undefined;
  try {
    if (!statSync(path).isFile()) return { head: undefined, sizeBytes: 0 };
    fd = openSync(path, 'r');
    const stats = fstatSync(fd);
    const head = Buffer.alloc(HEAD_BYTES);
    return { head: head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)), sizeBytes: stats.size };
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

async function zipFiles(found: FoundLog, refOf: RefOf): Promise<readonly LogFile[]> {
  const { name: path } = found;
  let entries: readonly string[];
  try {
    entries = await zipLogNames(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (entries.length === 0) {
    throw new TransferError({
      code: 'LOG_UNREADABLE',
      lastCode: -1,
      phase: 'log',
      message: `${printable(path)} is a zip archive without client logs (cl[yymmdd].log)`,
    });
  }
  const files: LogFile[] = [];
  for (const entry of entries) {
    const name = `${path}/${entry}`;
    files.push(await packedFile(refOf({ ...found, name }), { kind: 'zip-entry', path, entry, name }));
  }
  return files;
}

/** What is damaged is told when it is read, behind the lines that can be read. */
async function packedFile(ref: LogFileRef, source: UnpackedSource): Promise<LogFile> {
  return { ref, body: packed(source), firstInstantMs: await packedFirstInstant(ref, source) };
}

async function packedFirstInstant(ref: LogFileRef, source: UnpackedSource): Promise<number> {
  try {
    for await (const bytes of unpackedBytes(source)) return firstInstant(bytes.subarray(0, HEAD_BYTES), ref);
  } catch (error) {
    if (error instanceof TransferError) return -Infinity;
    throw unreadable(source.name, error);
  }
  return -Infinity;
}

function packed(source: UnpackedSource): LogFile['body'] {
  return { kind: 'packed', source };
}

function firstInstant(head: Uint8Array, ref: LogFileRef): number {
  const splitter = new LineSplitter();
  splitter.feed(head);
  for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
    const reading = readLine(line, ref);
    if (reading.kind === 'record') return instantOf(reading.record.time, ref.timeZone);
  }
  return -Infinity;
}
