import { isLogOperation, isLogProtocol, isLogTime, type ActionResult } from '../record.js';
import { codeOf, portOf, wordOf } from './column-values.js';
import { columnText, type LineColumns } from './line-columns.js';
import { trimmed } from './white-space.js';

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
  /** Still escaped. */
  readonly host: string;
  readonly port: number | undefined;
  /** Whether time, protocol and port are spelt as Tallyman spells them. */
  readonly isPlain: boolean;
}

/** What stands behind the paths. */
export interface LineTail {
  readonly operation: string;
  readonly code: number;
  /** Undefined where the line has no tenth column or an empty one. */
  readonly result: ActionResult | undefined;
  readonly columns: 9 | 10;
  /** Whether operation, code and result are spelt as Tallyman spells them. */
  readonly isPlain: boolean;
}

/** Where the number of columns does not speak for a reading, the words must be known ones. */
export type WordRule = 'any-word' | 'known-words';

/** The columns before the user, or what is wrong with them. */
export function readHead(columns: LineColumns, layout: Layout, words: WordRule): LineHead | string {
  const timeColumn = columnText(columns, 0);
  const isPlainTime = isLogTime(timeColumn);
  const time = isPlainTime ? timeColumn : trimmed(timeColumn);
  if (!isPlainTime && !isLogTime(time)) {
    return 'the time is not a date and time of the form YYYY-MM-DD HH:MM:SS';
  }
  const address = addressOf(columns, layout);
  if (typeof address === 'string') return address;
  const protocol = wordOf(address.protocol);
  if (protocol === undefined) return `the protocol is ${emptyOr(address.protocol, 'not one word')}`;
  if (words === 'known-words' && !isLogProtocol(protocol.value)) return 'the protocol is not a known one';
  const port = portOf(address.port);
  if (port === undefined) return portReason(address);
  const isPlain = isPlainTime && protocol.isPlain && port.isPlain;
  return { time, protocol: protocol.value, host: address.host, port: port.value, isPlain };
}

interface Address {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

/** `ftp: host:21`: the protocol, its colon, and the rest. */
const PROTOCOL_AND_ADDRESS = /^([^:]*):(.*)$/s;
/** `[::1]:21` or `host:21`. A host with colons of its own needs the brackets, or nobody could tell the port. */
const HOST_AND_PORT = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/s;

function addressOf(columns: LineColumns, { hostAndPort }: Layout): Address | string {
  const second = columnText(columns, 1);
  if (hostAndPort === 'separate') {
    const host = columnText(columns, 2);
    const port = columnText(columns, 3);
    // Else a joined line without a user would be read as one whose port is empty and whose user is a path.
    const isJoined = trimmed(port) === '' && HOST_AND_PORT.test(host);
    return isJoined ? 'host and port stand in one column' : { protocol: second, host, port };
  }
  if (hostAndPort === 'joined') return joinedAddress(second, columnText(columns, 2));
  const [, protocol = '', address = ''] = PROTOCOL_AND_ADDRESS.exec(second) ?? [];
  return joinedAddress(protocol, address);
}

function joinedAddress(protocol: string, address: string): Address | string {
  const [, bracketed, plain = '', port] = HOST_AND_PORT.exec(trimmed(address)) ?? [];
  if (port === undefined) return 'host and port are neither two columns nor HOST:PORT';
  return { protocol, host: bracketed ?? plain, port };
}

function portReason({ host }: Address): string {
  return host.includes(':')
    ? 'the port is no column of its own, and the address before it has no brackets that would show where it begins'
    : 'the port is not a whole number from 0 to 65535';
}

/** The columns from the operation on, or what is wrong with them. */
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
  const resultText = trimmed(resultColumn);
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
  return trimmed(column) === '' ? 'empty' : otherwise;
}
