import { escapeColumn, unescapeColumn } from '../escape.js';
import { isLogOperation, isLogProtocol, readsAsSuccess, type ActionResult } from '../record.js';
import type { DecodedLine } from './decode-line.js';
import { columnText, type LineColumns } from './line-columns.js';
import type { Layout, LineHead, LineTail } from './line-layout.js';
import type { Deviation, PathPair, ReadRecord } from './log-line.js';

/** What is known of a line's bytes. */
export interface LineTraits {
  readonly encoding: DecodedLine['encoding'];
  readonly hasMark: boolean;
}

export interface LineParts {
  readonly columns: LineColumns;
  readonly layout: Layout;
  readonly head: LineHead;
  readonly tail: LineTail;
  readonly traits: LineTraits;
  /** Present where a raw `;` stands in a path; at least one. */
  readonly partings?: readonly PathPair[];
}

const NONE: readonly Deviation[] = [];
/** What `escapeColumn` never leaves as it is, and every `%`, which it may. */
const SUSPICIOUS = /[%\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/** The record of a line whose columns have been found. */
export function composeRecord(parts: LineParts): ReadRecord {
  const { head, tail, partings } = parts;
  const texts = textsOf(parts);
  const { localPath, remotePath } = partings?.[0] ?? texts;
  const deviations = deviationsOf(parts, texts);
  return {
    time: head.time,
    protocol: head.protocol,
    host: texts.host,
    port: head.port,
    user: texts.user,
    localPath,
    remotePath,
    operation: tail.operation,
    code: tail.code,
    result: tail.result ?? inferredResult(head.protocol, tail.code),
    isInferred: tail.result === undefined,
    columns: tail.columns,
    deviations: deviations.length === 0 ? NONE : deviations,
    ...(partings === undefined ? {} : { candidates: partings }),
  };
}

/**
 * The verdict where the line bears none: 0 is success, and so is 2xx over protocols whose servers answer in such
 * numbers; over a protocol that we do not know, either.
 */
export function inferredResult(protocol: string, code: number): ActionResult {
  const isSuccess = isLogProtocol(protocol)
    ? readsAsSuccess(protocol, code)
    : code === 0 || (code >= 200 && code <= 299);
  return isSuccess ? 'succeeded' : 'failed';
}

interface Texts extends PathPair {
  readonly host: string;
  readonly user: string;
  /** Whether a character stands raw that Tallyman would have escaped. */
  readonly isEscaped: boolean;
}

function textsOf({ columns, layout, head }: LineParts): Texts {
  const { userAt } = layout;
  const user = columnText(columns, userAt);
  const localPath = columnText(columns, userAt + 1);
  const remotePath = columnText(columns, userAt + 2);
  if (!SUSPICIOUS.test(columns.text)) {
    return { host: head.host, user, localPath, remotePath, isEscaped: true };
  }
  const raw = [head.host, user, localPath, remotePath];
  const [host = '', ...others] = raw.map((column) => unescapeColumn(column).text);
  const [userText = '', local = '', remote = ''] = others;
  const isEscaped = [host, ...others].every((text, index) => escapeColumn(text) === raw[index]);
  return { host, user: userText, localPath: local, remotePath: remote, isEscaped };
}

function deviationsOf(parts: LineParts, texts: Texts): Deviation[] {
  const { columns, layout, head, tail, traits, partings } = parts;
  const found: Deviation[] = [];
  if (traits.hasMark) found.push('byte-order-mark');
  if (traits.encoding === 'windows-1252') found.push('windows-1252');
  if (!columns.isSpaced) found.push('no-space-after-semicolon');
  if (!columns.isClosed) found.push('no-final-semicolon');
  if (layout.hostAndPort !== 'separate') found.push('host-port-joined');
  if (partings !== undefined) found.push('raw-semicolon-in-path');
  if (hasEmptyColumn(parts, texts)) found.push('empty-column');
  if (!isLogProtocol(head.protocol)) found.push('foreign-protocol');
  if (!isLogOperation(tail.operation)) found.push('foreign-operation');
  if (!texts.isEscaped) found.push('unescaped-character');
  if (!head.isPlain || !tail.isPlain || !columns.isTrimmed) found.push('loose-spelling');
  return found;
}

/** An empty user is no deviation: there is none where nobody logs in. */
function hasEmptyColumn({ head, tail, partings }: LineParts, texts: Texts): boolean {
  if (texts.host === '' || head.port === undefined) return true;
  if (tail.columns === 10 && tail.result === undefined) return true;
  return partings === undefined && (texts.localPath === '' || texts.remotePath === '');
}
