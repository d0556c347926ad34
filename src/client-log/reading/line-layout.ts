import { isLogOperation, isLogProtocol, isLogTime, type ActionResult } from '../record.js';
import { codeOf, portOf, wordOf } from './column-values.js';
import { columnText, type LineColumns } from './line-columns.js';

/** How a line names host and port, and where its user column therefore stands. */
export interface Layout {
  readonly hostAndPort: 'separate' | 'joined' | 'joined-to-protocol';
  readonly userAt: number;
}

/** The separate form first: it is the one that the vendor's sample has. */
export const LAYOUTS: readonly Layout[] = [
  { hostAndPort: 'separate', userAt: 4 },
  { hostAndPort: 'joined', userAt: 3 },
  { hostAndPort: 'joined-to-protocol', userAt: 2 },
];

/** What stands before the user column. */
export interface LineHead {
  readonly time: string;
  readonly protocol: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly isPlain: boolean;
}

/** What stands behind the paths. */
export interface LineTail {
  readonly operation: string;
  readonly code: number;
  /** Undefined where the line has no tenth column or an empty one. */
  readonly result: ActionResult | undefined;
  readonly columns: 9 | 10;
  readonly isPlain: boolean;
}

/** Whether the line's words must be ours: where the number of columns does not speak for a reading, they have to. */
export type WordRule = 'any-word' | 'known-words';

/** The columns before the user, or the sentence that says what is wrong with them. */
export function readHead(columns: LineColumns, layout: Layout, words: WordRule): LineHead | string {
  const timeColumn = columnText(columns, 0);
  const time = isLogTime(timeColumn) ? timeColumn : timeColumn.trim();
  if (!isLogTime(time)) return 'the time is not a date and time of the form YYYY-MM-DD HH:MM:SS';
  const parts = addressOf(columns, layout);
  if (typeof parts === 'string') return parts;
  const protocol = wordOf(parts.protocol);
  if (protocol === undefined) return `the protocol is ${emptyOr(parts.protocol, 'not one word')}`;
  if (words === 'known-words' && !isLogProtocol(protocol.value)) return 'the protocol is not a known one';
  const port = portOf(parts.port);
  if (port === undefined) return 'the port is not a whole number from 0 to 65535';
  return {
    time,
    protocol: protocol.value,
    host: parts.host,
    port: port.value,
    isPlain: time === timeColumn && protocol.isPlain && port.isPlain,
  };
}

interface AddressParts {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

/** `ftp: host:21`: the protocol, its colon, and the rest. */
const PROTOCOL_AND_ADDRESS = /^([^:]*):(.*)$/s;
/** `[::1]:21` or `host:21`. A host with colons of its own needs the brackets, or nobody could tell the port. */
const HOST_AND_PORT = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/s;

function addressOf(columns: LineColumns, { hostAndPort }: Layout): AddressParts | string {
  const second = columnText(columns, 1);
  const third = columnText(columns, 2);
  if (hostAndPort === 'separate') {
    const port = columnText(columns, 3);
    if (port === '' && HOST_AND_PORT.test(third))
      return 'host and port stand in one column, and the port is empty';
    return { protocol: second, host: third, port };
  }
  const split = hostAndPort === 'joined' ? ['', second, third] : PROTOCOL_AND_ADDRESS.exec(second);
  const [, protocol = '', address = ''] = split ?? [];
  const [, bracketed, plain = '', port] = HOST_AND_PORT.exec(address.trim()) ?? [];
  if (port === undefined) return 'the third column is not HOST:PORT';
  return { protocol, host: bracketed ?? plain, port };
}

/** The columns from the operation on, or the sentence that says what is wrong with them. */
export function readTail(columns: LineColumns, operationAt: number, words: WordRule): LineTail | string {
  const operationColumn = columnText(columns, operationAt);
  const operation = wordOf(operationColumn);
  if (operation === undefined) return `the operation is ${emptyOr(operationColumn, 'not one word')}`;
  if (words === 'known-words' && !isLogOperation(operation.value)) return 'the operation is not a known one';
  const codeColumn = columnText(columns, operationAt + 1);
  const code = codeOf(codeColumn);
  if (code === undefined) return `the code is ${emptyOr(codeColumn, 'not a whole number')}`;
  const hasTenth = columns.starts.length > operationAt + 2;
  const resultColumn = hasTenth ? columnText(columns, operationAt + 2) : '';
  const resultText = resultColumn.trim();
  if (resultText !== '' && resultText !== '0' && resultText !== '1') {
    return 'the action result is neither 0 nor 1';
  }
  return {
    operation: operation.value,
    code: code.value,
    result: resultText === '' ? undefined : resultText === '0' ? 'succeeded' : 'failed',
    columns: hasTenth ? 10 : 9,
    isPlain: operation.isPlain && code.isPlain && resultText === resultColumn,
  };
}

function emptyOr(column: string, otherwise: string): string {
  return column.trim() === '' ? 'empty' : otherwise;
}
