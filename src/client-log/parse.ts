import { unescapeColumn } from './escape.js';
import { formatRecord } from './format.js';
import {
  isLogOperation,
  isLogProtocol,
  recordProblem,
  type ActionResult,
  type ClientLogRecord,
} from './record.js';

/** What one line turned out to be. */
export type ParsedLine =
  | { readonly kind: 'record'; readonly record: ClientLogRecord }
  | { readonly kind: 'malformed'; readonly reason: string };

const NINE_COLUMNS = 9;
const TEN_COLUMNS = 10;

/** Columns still escaped, in the order of the file. */
type Columns = [string, string, string, string, string, string, string, string, string, string | undefined];

/**
 * Reads one line as Tallyman writes it, without its line end. Strict: every line that it takes is given back
 * byte for byte by `formatRecord`, and whatever `formatRecord` writes is read back as the same record.
 * Lines of EFT and of other writers need the tolerant reader.
 */
export function parseLine(line: string): ParsedLine {
  const columns = splitColumns(line);
  if (typeof columns === 'string') return malformed(columns);
  const record = recordOf(columns);
  if (typeof record === 'string') return malformed(record);
  const problem = recordProblem(record);
  if (problem !== undefined) return malformed(problem);
  if (formatRecord(record) !== line)
    return malformed('a character stands in it that Tallyman would have escaped');
  return { kind: 'record', record };
}

function malformed(reason: string): ParsedLine {
  return { kind: 'malformed', reason };
}

/** The columns, or what is wrong. No column holds a raw `;`, so splitting there is exact. */
function splitColumns(line: string): Columns | string {
  if (line === '') return 'the line is empty';
  if (!line.endsWith(';')) return 'the line does not end with a semicolon';
  const columns = line.slice(0, -1).split(';');
  if (columns.length !== NINE_COLUMNS && columns.length !== TEN_COLUMNS) {
    return `it has ${columns.length} columns instead of ${NINE_COLUMNS} or ${TEN_COLUMNS}`;
  }
  for (let index = 1; index < columns.length; index += 1) {
    const column = columns[index] ?? '';
    if (!column.startsWith(' ')) return `no space follows the semicolon before column ${index + 1}`;
    columns[index] = column.slice(1);
  }
  return columns as Columns;
}

function recordOf(columns: Columns): ClientLogRecord | string {
  const [time, protocol, , portText, , , , operation, codeText, resultText] = columns;
  if (!isLogProtocol(protocol)) return 'the protocol is not one of ours';
  if (!isLogOperation(operation)) return 'the operation is neither upload nor download';
  const port = wholeNumber(portText);
  if (port === undefined) return 'the port is not a whole number';
  const code = wholeNumber(codeText);
  if (code === undefined) return 'the code is not a whole number';
  const result = resultText === undefined ? undefined : resultOf(resultText);
  if (resultText !== undefined && result === undefined) return 'the action result is neither 0 nor 1';
  const texts = unescapedTexts(columns);
  if (typeof texts === 'string') return texts;
  return { time, protocol, ...texts, port, operation, code, ...(result === undefined ? {} : { result }) };
}

type Texts = Pick<ClientLogRecord, 'host' | 'user' | 'localPath' | 'remotePath'>;

function unescapedTexts(columns: Columns): Texts | string {
  const host = unescapeColumn(columns[2]);
  const user = unescapeColumn(columns[4]);
  const localPath = unescapeColumn(columns[5]);
  const remotePath = unescapeColumn(columns[6]);
  for (const { foreignSequence } of [host, user, localPath, remotePath]) {
    if (foreignSequence !== undefined) return `Tallyman never writes the sequence ${foreignSequence}`;
  }
  return { host: host.text, user: user.text, localPath: localPath.text, remotePath: remotePath.text };
}

/** Signed decimal in its only form: no plus, no leading zero, no `-0`. */
function wholeNumber(text: string): number | undefined {
  return /^(?:0|-?[1-9]\d*)$/.test(text) ? Number(text) : undefined;
}

function resultOf(text: string): ActionResult | undefined {
  if (text === '0') return 'succeeded';
  return text === '1' ? 'failed' : undefined;
}
