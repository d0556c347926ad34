import { baseNameOf, extensionOf, folderOf } from '../log-paths.js';
import type { LogFileRef, PathPair, ReadRecord } from '../reading/log-line.js';
import { foldCase, hasWildcard, maskText, wholeTextTest, type Mask, type TextTest } from './mask.js';

/** Asked of millions of records: makes nothing anew where it can. */
export type RecordTest = (record: ReadRecord, file: LogFileRef) => boolean;

export function andTest(tests: readonly RecordTest[]): RecordTest {
  const [first, second] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  if (tests.length === 2 && first !== undefined && second !== undefined) {
    return (record, file) => first(record, file) && second(record, file);
  }
  return (record, file) => {
    for (const test of tests) if (!test(record, file)) return false;
    return true;
  };
}

export function orTest(tests: readonly RecordTest[]): RecordTest {
  const [first] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  return (record, file) => {
    for (const test of tests) if (test(record, file)) return true;
    return false;
  };
}

export function notTest(test: RecordTest): RecordTest {
  return (record, file) => !test(record, file);
}

const REMEMBERED = 4096;

/** A test of a column with few different values, each looked at once. */
export function columnTest(mask: Mask, column: (record: ReadRecord, file: LogFileRef) => string): RecordTest {
  const isMeant = wholeTextTest(mask);
  const known = new Map<string, boolean>();
  return (record, file) => {
    const value = column(record, file);
    const answer = known.get(value);
    if (answer !== undefined) return answer;
    if (known.size >= REMEMBERED) known.clear();
    const found = isMeant(foldCase(value));
    known.set(value, found);
    return found;
  };
}

/** Which of the two paths of a record. */
export type PathSide = 'local' | 'remote' | 'either';

/** A test of paths, which differ from record to record. Of an ambiguous line every way to part the paths counts. */
export function pathsTest(side: PathSide, isMeant: TextTest): RecordTest {
  const isPairMeant = pairTest(side, isMeant);
  return (record) => isPairMeant(record) || (record.candidates?.some(isPairMeant) ?? false);
}

function pairTest(side: PathSide, isMeant: TextTest): (pair: PathPair) => boolean {
  switch (side) {
    case 'local':
      return ({ localPath }) => isMeant(foldCase(localPath));
    case 'remote':
      return ({ remotePath }) => isMeant(foldCase(remotePath));
    case 'either':
      return ({ localPath, remotePath }) => isMeant(foldCase(remotePath)) || isMeant(foldCase(localPath));
  }
}

/** With wildcards the whole path or its base name is meant; without any, text that stands anywhere in it. */
export function pathTest(mask: Mask): TextTest {
  if (!hasWildcard(mask)) {
    const wanted = foldCase(maskText(mask));
    return (folded) => folded.includes(wanted);
  }
  const isMeant = wholeTextTest(mask);
  return (folded) => isMeant(folded) || isMeant(baseNameOf(folded));
}

/** The base name as a whole. */
export function baseNameTest(mask: Mask): TextTest {
  const isMeant = wholeTextTest(mask);
  return (folded) => isMeant(baseNameOf(folded));
}

export function extensionTest(mask: Mask): TextTest {
  const isMeant = wholeTextTest(withoutFirstDot(mask));
  return (folded) => isMeant(extensionOf(folded));
}

function withoutFirstDot([first, ...others]: Mask): Mask {
  if (first === undefined || typeof first === 'string' || !first.text.startsWith('.'))
    return first === undefined ? [] : [first, ...others];
  const text = first.text.slice(1);
  return text === '' ? others : [{ text }, ...others];
}

/**
 * The folder that a file stands in, or one above it: by its path when the mask has a separator, else by its name.
 * `/` and `\` are the same here.
 */
export function folderTest(mask: Mask): TextTest {
  const wanted = mask.map((part) => (typeof part === 'string' ? part : { text: slashed(part.text) }));
  const isPath = wanted.some((part) => typeof part !== 'string' && part.text.includes('/'));
  const isMeant = wholeTextTest(withoutLastSlash(wanted));
  return (folded) => {
    const folder = slashed(folderOf(folded));
    let start = 0;
    for (let end = 0; end <= folder.length; end += 1) {
      if (end < folder.length && folder[end] !== '/') continue;
      if (isMeant(isPath ? folder.slice(0, end) : folder.slice(start, end))) return true;
      start = end + 1;
    }
    return false;
  };
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

/** `/in/` is `/in`; the root alone becomes the empty text that stands before the first separator. */
function withoutLastSlash(mask: Mask): Mask {
  const last = mask.at(-1);
  if (last === undefined || typeof last === 'string') return mask;
  const text = last.text.replace(/\/+$/, '');
  return text === '' ? mask.slice(0, -1) : [...mask.slice(0, -1), { text }];
}
