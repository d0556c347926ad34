import { hash } from 'node:crypto';
import fc from 'fast-check';
import { formatRecord } from '../../client-log/format.js';
import { isLogTime, LOG_OPERATIONS, LOG_PROTOCOLS, type ClientLogRecord } from '../../client-log/record.js';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import { Anonymiser } from './anonymiser.js';
import { ConvertNotes, type NoteKind } from './convert-notes.js';
import { LineBytes } from './line-bytes.js';
import type { LineForm } from './line-form.js';
import { LogForm, type LogFormOptions } from './log-form.js';

export const LOG_FILE: LogFileRef = { name: 'cl260301.log', timeZone: 'UTC', node: '' };

export const NO_CHANGE: LogFormOptions = {
  columns: undefined,
  lineEnd: undefined,
  zone: undefined,
  anonymiser: undefined,
};

export function testAnonymiser(key = 'key'): Anonymiser {
  return new Anonymiser((text) => hash('sha256', `${key} ${text}`, 'hex'));
}

/** The lines of a file that holds these bytes. */
export async function linesOf(content: string | Uint8Array, file = LOG_FILE): Promise<readonly LogLine[]> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const lines: LogLine[] = [];
  for await (const batch of readLogBatches(onePiece(bytes), file)) lines.push(...batch);
  return lines;
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What a form makes of the lines. */
export function formed(form: LineForm, lines: readonly LogLine[]): Uint8Array {
  const bytes = new LineBytes();
  bytes.addText(form.head);
  for (const line of lines) form.add(line, bytes);
  return bytes.take();
}

export interface Converted {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** How many of each kind. */
  readonly notes: Partial<Record<NoteKind, number>>;
}

/** A log written anew as a log. */
export function asLog(lines: readonly LogLine[], options: Partial<LogFormOptions> = {}): Converted {
  const notes = new ConvertNotes();
  const bytes = formed(new LogForm({ ...NO_CHANGE, ...options }, notes), lines);
  return { bytes, text: new TextDecoder().decode(bytes), notes: countsOf(notes) };
}

export function countsOf(notes: ConvertNotes): Converted['notes'] {
  return Object.fromEntries(notes.list().map(({ kind, count }) => [kind, count]));
}

const time = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2060-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 19).replace('T', ' '))
  .filter(isLogTime);

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9 _.*?%;äÖ\u6f22-]{1,20}$/),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** Records as Tallyman writes them, with any names. */
export const anyRecord: fc.Arbitrary<ClientLogRecord> = fc
  .record(
    {
      time,
      protocol: fc.constantFrom(...LOG_PROTOCOLS),
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), name),
      port: fc.integer({ min: 0, max: 65_535 }),
      user: name,
      localPath: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `C:\\${parts.join('\\')}`),
      remotePath: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
      operation: fc.constantFrom(...LOG_OPERATIONS),
      code: fc.oneof(fc.constantFrom(0, -1, 226, 200, 250, 530, 10_060), fc.maxSafeInteger()),
      result: fc.constantFrom('succeeded' as const, 'failed' as const),
    },
    {
      requiredKeys: [
        'time',
        'protocol',
        'host',
        'port',
        'user',
        'localPath',
        'remotePath',
        'operation',
        'code',
      ],
    },
  )
  .map((record) => (Object.is(record.code, -0) ? { ...record, code: 0 } : record));

export function logText(records: readonly ClientLogRecord[]): string {
  return records.map((record) => `${formatRecord(record)}\n`).join('');
}
