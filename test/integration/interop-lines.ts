import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ReadRecord } from '../../src/client-log/reading/log-line.js';
import { decodeLine } from '../../src/client-log/reading/decode-line.js';
import { readLogBatches } from '../../src/client-log/reading/read-client-log.js';

export const contribFolder = resolve(import.meta.dirname, '../../contrib');
export const fixturesFolder = resolve(import.meta.dirname, '../fixtures/client-logs');

/**
 * Fixtures of the reader that the recipes for other programs must read as the reader does. The others hold what only
 * the tolerant reader takes: loose spelling, UTF-16, damaged lines.
 */
export const SHARED_FIXTURES = [
  'byte-order-mark.log',
  'crlf.log',
  'empty-columns.log',
  'escaped.log',
  'foreign-words.log',
  'header-colons.log',
  'header-nine.log',
  'header-pipes.log',
  'host-port-joined.log',
  'mixed-columns.log',
  'mixed-line-ends.log',
  'nine-columns.log',
  'no-final-semicolon.log',
  'no-space.log',
  'raw-semicolon.log',
  'ten-columns.log',
  'unescaped-character.log',
  'utf-8.log',
  'windows-1252.log',
] as const;

export interface SharedLine {
  readonly fixture: string;
  readonly lineNumber: number;
  readonly text: string;
  readonly kind: 'record' | 'header' | 'other';
  /** Present for `record`. */
  readonly record: ReadRecord | undefined;
}

/** The lines of these fixtures, as our reader takes them; blank ones left out. */
export async function sharedLines(): Promise<readonly SharedLine[]> {
  const found: SharedLine[] = [];
  for (const fixture of SHARED_FIXTURES) {
    const bytes = await readFile(resolve(fixturesFolder, fixture));
    for await (const lines of readLogBatches(inOnePiece(bytes), {
      name: fixture,
      timeZone: 'UTC',
      node: '',
    })) {
      for (const line of lines) {
        if (line.kind === 'blank') continue;
        const record = line.kind === 'record' ? line.record : undefined;
        const kind = line.kind === 'record' || line.kind === 'header' ? line.kind : 'other';
        found.push({ fixture, lineNumber: line.lineNumber, text: decodeLine(line.raw).text, kind, record });
      }
    }
  }
  return found;
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What a program must make of a record, in words that all of them share. */
export interface RecordFacts {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly operation: string;
  readonly code: string;
  readonly result: string;
  readonly inferred: boolean;
}

export function factsOf(record: ReadRecord): RecordFacts {
  return {
    protocol: record.protocol,
    host: record.host,
    port: record.port === undefined ? '' : String(record.port),
    user: record.user,
    operation: record.operation,
    code: String(record.code),
    result: record.result,
    inferred: record.isInferred,
  };
}
