import { escapeColumn, unescapeColumn } from '../escape.js';
import { isLogOperation, isLogProtocol, readsAsSuccess, type ActionResult } from '../record.js';
import type { DecodedLine } from './decode-line.js';
import { columnText, isSpaced, type LineColumns } from './line-columns.js';
import type { Layout, LineHead, LineTail } from './line-layout.js';
import type { Deviation, PathPair, ReadRecord } from './log-line.js';
import type { Parting } from './raw-semicolons.js';

/** What is known of a line's bytes. */
export interface LineTraits extends Pick<DecodedLine, 'encoding' | 'concernsEscaping'> {
  readonly hasMark: boolean;
}

/** A line whose columns have been found. */
export interface LineParts {
  readonly columns: LineColumns;
  readonly layout: Layout;
  /** The column in which the operation stands; the remote path ends before it. */
  readonly operationAt: number;
  readonly head: LineHead;
  readonly tail: LineTail;
  readonly traits: LineTraits;
  /** Present where a raw `;` stands in a path; at least one, the likeliest first. */
  readonly partings?: readonly Parting[];
}

/** The record of a line whose columns have been found. */
export function composeRecord(parts: LineParts): ReadRecord {
  const { head, tail, traits, partings } = parts;
  const raw = rawTexts(parts);
  const texts = traits.concernsEscaping ? unescapedTexts(raw) : raw;
  const record: ReadRecord = {
    time: head.time,
    protocol: head.protocol,
    host: texts.host,
    port: head.port,
    user: texts.user,
    localPath: texts.localPath,
    remotePath: texts.remotePath,
    operation: tail.operation,
    code: tail.code,
    result: tail.result ?? inferredResult(head.protocol, tail.code),
    isInferred: tail.result === undefined,
    columns: tail.columns,
    deviations: deviationsOf(parts, raw, texts),
  };
  if (partings === undefined) return record;
  const candidates = partings.map(({ localPath, remotePath }) => ({ localPath, remotePath }));
  return { ...record, candidates };
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

/** The columns in which anything may stand. */
interface FreeTexts extends PathPair {
  readonly host: string;
  readonly user: string;
}

/** The column in which the remote path begins. */
function remoteColumn({ layout, partings }: LineParts): number {
  return partings?.[0]?.remoteAt ?? layout.userAt + 2;
}

/** As they stand in the line. */
function rawTexts(parts: LineParts): FreeTexts {
  const { columns, layout, head, operationAt } = parts;
  const { text, starts, ends } = columns;
  const localAt = layout.userAt + 1;
  const remoteAt = remoteColumn(parts);
  return {
    host: head.host,
    user: columnText(columns, layout.userAt),
    localPath: text.slice(starts[localAt], ends[remoteAt - 1]),
    remotePath: text.slice(starts[remoteAt], ends[operationAt - 1]),
  };
}

function unescapedTexts({ host, user, localPath, remotePath }: FreeTexts): FreeTexts {
  return {
    host: unescapeColumn(host).text,
    user: unescapeColumn(user).text,
    localPath: unescapeColumn(localPath).text,
    remotePath: unescapeColumn(remotePath).text,
  };
}

const NONE: readonly Deviation[] = [];

function deviationsOf(parts: LineParts, raw: FreeTexts, texts: FreeTexts): readonly Deviation[] {
  const { columns, layout, head, tail, traits, partings } = parts;
  const found: Deviation[] = [];
  if (traits.hasMark) found.push('byte-order-mark');
  if (traits.encoding === 'windows-1252') found.push('windows-1252');
  if (!isSpacedThroughout(parts)) found.push('no-space-after-semicolon');
  if (!columns.isClosed) found.push('no-final-semicolon');
  if (layout.hostAndPort !== 'separate') found.push('host-port-joined');
  if (partings !== undefined) found.push('raw-semicolon-in-path');
  if (hasEmptyColumn(parts, texts)) found.push('empty-column');
  if (!isLogProtocol(head.protocol)) found.push('foreign-protocol');
  if (!isLogOperation(tail.operation)) found.push('foreign-operation');
  if (traits.concernsEscaping && !isEscaped(raw, texts)) found.push('unescaped-character');
  if (!head.isPlain || !tail.isPlain || columns.hasTrailingSpace) found.push('loose-spelling');
  return found.length === 0 ? NONE : found;
}

/** Whether a space follows every semicolon that parts two columns; those within a path do not count. */
function isSpacedThroughout(parts: LineParts): boolean {
  const { columns, layout, operationAt } = parts;
  const remoteAt = remoteColumn(parts);
  for (let index = 1; index < columns.starts.length; index += 1) {
    const isBoundary = index <= layout.userAt + 1 || index === remoteAt || index >= operationAt;
    if (isBoundary && !isSpaced(columns, index)) return false;
  }
  return true;
}

/** An empty user is no deviation: there is none where nobody logs in. */
function hasEmptyColumn({ head, tail }: LineParts, { host, localPath, remotePath }: FreeTexts): boolean {
  const hasEmptyResult = tail.columns === 10 && tail.result === undefined;
  return head.port === undefined || hasEmptyResult || host === '' || localPath === '' || remotePath === '';
}

/** Whether Tallyman would have written these columns as they stand; a raw `;` is a deviation of its own. */
function isEscaped(raw: FreeTexts, texts: FreeTexts): boolean {
  return (
    escapeColumn(texts.host) === raw.host &&
    escapeColumn(texts.user) === raw.user &&
    escapeColumn(texts.localPath) === raw.localPath.replaceAll(';', '%3B') &&
    escapeColumn(texts.remotePath) === raw.remotePath.replaceAll(';', '%3B')
  );
}
