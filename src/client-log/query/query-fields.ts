import { closestWord } from '../../core/did-you-mean.js';
import { partnerOf } from '../partners.js';
import type { LogFileRef, ReadRecord } from '../reading/log-line.js';
import { LOG_PROTOCOLS } from '../record.js';
import { hasWildcard, maskText, requiredRun, type Mask } from './mask.js';
import type { QueryContext } from './query.js';
import { QueryError } from './query-error.js';
import { readTime, TIME_FORMS, wallTimeIn, type Moment } from './query-time.js';
import type { QueryValue } from './query-words.js';
import {
  baseNameTest,
  columnTest,
  extensionTest,
  folderTest,
  pathsTest,
  pathTest,
  type PathSide,
  type RecordTest,
} from './record-tests.js';

/** One value of a field, made ready to be asked. */
export interface ValueTest {
  readonly test: RecordTest;
  /** As `Query.requiredText`. */
  readonly required?: string | undefined;
}

/** One row for each field of the query language: help, page and completion come from it. */
export interface QueryField {
  readonly name: string;
  readonly synonyms: readonly string[];
  /** What may stand behind the colon, a few words. */
  readonly values: string;
  /** One sentence. */
  readonly means: string;
  /** A whole term. */
  readonly example: string;
  /** Values that can be completed; empty where the logs alone know them. */
  readonly words: readonly string[];
  /** Throws a QueryError that marks the value. */
  readonly compile: (value: QueryValue, context: QueryContext) => ValueTest;
}

const RESULT_WORDS: Readonly<Record<string, 'succeeded' | 'failed' | 'inferred'>> = {
  succeeded: 'succeeded',
  success: 'succeeded',
  successful: 'succeeded',
  ok: 'succeeded',
  '0': 'succeeded',
  failed: 'failed',
  failure: 'failed',
  fail: 'failed',
  error: 'failed',
  '1': 'failed',
  inferred: 'inferred',
};

/** Words that stand for an operation, in queries and in the logs of others. */
const OPERATION_WORDS: Readonly<Record<string, string>> = {
  push: 'upload',
  put: 'upload',
  send: 'upload',
  pull: 'download',
  get: 'download',
  receive: 'download',
};

export const QUERY_FIELDS: readonly QueryField[] = [
  {
    name: 'result',
    synonyms: ['status'],
    values: 'succeeded, failed or inferred',
    means:
      'How it ended; `inferred` are the lines of nine columns, whose result is read from the code. Also ok, success and 0; failure, error and 1.',
    example: 'result:failed',
    words: ['succeeded', 'failed', 'inferred'],
    compile: (value) => ({ test: resultTest(value) }),
  },
  {
    name: 'host',
    synonyms: [],
    values: 'name or address',
    means: 'The host as it stands in the line.',
    example: 'host:*.acme.example',
    words: [],
    compile: column((record) => record.host),
  },
  {
    name: 'port',
    synonyms: [],
    values: 'number or range',
    means: 'The port.',
    example: 'port:2000-2010',
    words: [],
    compile: (value) => {
      const isMeant = numberTest(value, 'port', 'such as 22 or 2000-2010');
      return { test: ({ port }) => port !== undefined && isMeant(port) };
    },
  },
  {
    name: 'user',
    synonyms: [],
    values: 'name',
    means: 'The login name.',
    example: 'user:ClientA',
    words: [],
    compile: column((record) => record.user),
  },
  {
    name: 'partner',
    synonyms: ['connection'],
    values: 'name',
    means:
      'The connection of the settings that the line belongs to, by host, port and user; where there is none, the host.',
    example: 'partner:acme',
    words: [],
    compile: (value, { partners }) => ({
      test: columnTest(value.mask, (record) => partnerOf(record, partners)),
    }),
  },
  {
    name: 'protocol',
    synonyms: ['proto'],
    values: `word: ${LOG_PROTOCOLS.join(', ')}`,
    means: 'The protocol; `ftps` is explicit and implicit TLS alike.',
    example: 'protocol:ftp,ftps',
    words: LOG_PROTOCOLS,
    compile: (value) => ({ test: columnTest(value.mask, (record) => record.protocol) }),
  },
  {
    name: 'op',
    synonyms: ['operation'],
    values: 'upload or download',
    means: 'The direction; push, put and send are upload, pull, get and receive are download.',
    example: 'op:upload',
    words: ['upload', 'download'],
    compile: (value) => ({ test: operationTest(value) }),
  },
  {
    name: 'code',
    synonyms: ['lastcode'],
    values: 'number, range, or digits with x',
    means: 'The result code; `tally code NUMBER` says what one means.',
    example: 'code:530,10060,5xx',
    words: [],
    compile: (value) => {
      const isMeant = numberTest(value, 'code', 'such as 530, 500-599, 5xx or -1');
      return { test: ({ code }) => isMeant(code) };
    },
  },
  {
    name: 'path',
    synonyms: [],
    values: 'mask or part of a path',
    means:
      'Either path: text that stands anywhere in it, or with wildcards the whole path or its base name. A bare word means the same.',
    example: 'path:*.xml',
    words: [],
    compile: path('either'),
  },
  {
    name: 'local',
    synonyms: ['localpath'],
    values: 'mask or part of a path',
    means: 'As path, the local one only.',
    example: String.raw`local:D:\out\*`,
    words: [],
    compile: path('local'),
  },
  {
    name: 'remote',
    synonyms: ['remotepath'],
    values: 'mask or part of a path',
    means: 'As path, the remote one only.',
    example: 'remote:/in/orders',
    words: [],
    compile: path('remote'),
  },
  {
    name: 'file',
    synonyms: ['name', 'filename'],
    values: 'name or mask',
    means: 'The base name of either path, as a whole.',
    example: 'file:inv_0301.xml',
    words: [],
    compile: ({ mask }) => ({
      test: pathsTest('either', baseNameTest(mask)),
      required: requiredRun(mask),
    }),
  },
  {
    name: 'folder',
    synonyms: ['dir', 'directory'],
    values: 'path, name or mask',
    means:
      'The folder of either path, or one above it: by its path when a separator stands in the value, else by its name. / and \\ are the same.',
    example: 'folder:/in/orders',
    words: [],
    compile: ({ mask }) => ({
      test: pathsTest('either', folderTest(mask)),
      required: requiredRun(withoutSeparators(mask)),
    }),
  },
  {
    name: 'ext',
    synonyms: ['extension'],
    values: 'extension',
    means: 'The extension of either path, with or without its dot.',
    example: 'ext:xml,csv',
    words: [],
    compile: ({ mask }) => ({
      test: pathsTest('either', extensionTest(mask)),
      required: requiredRun(mask),
    }),
  },
  {
    name: 'since',
    synonyms: ['from', 'after'],
    values: 'time',
    means: `From then on, a day from its start: ${TIME_FORMS}.`,
    example: 'since:24h',
    words: ['24h', '7d', 'today', 'yesterday'],
    compile: (value, context) => ({ test: sinceTest(timeOf(value, context).start) }),
  },
  {
    name: 'until',
    synonyms: ['to', 'before'],
    values: 'time',
    means: 'Before then; a day, month or year to its end. Times as for since.',
    example: 'until:2026-03-01',
    words: ['now', 'today', 'yesterday'],
    compile: (value, context) => {
      const isSince = sinceTest(timeOf(value, context).end);
      return { test: (record, file) => !isSince(record, file) };
    },
  },
  {
    name: 'node',
    synonyms: [],
    values: 'mask or part of a name',
    means: 'The folder that the log was found in, where the folders of several nodes are read at once.',
    example: 'node:nodeA*',
    words: [],
    compile: ({ mask }) => {
      const around: Mask = hasWildcard(mask) ? mask : ['*', ...mask, '*'];
      return { test: columnTest(around, (_record, file) => file.node) };
    },
  },
];

/** What people ask for and the client log does not hold. */
export const ABSENT_FIELDS: Readonly<Record<string, string>> = {
  size: "the client log does not hold a file's size",
  bytes: "the client log does not hold a file's size",
  took: 'the client log does not hold how long a transfer took',
  duration: 'the client log does not hold how long a transfer took',
  rate: 'the client log does not hold how fast a transfer was',
  speed: 'the client log does not hold how fast a transfer was',
  rule: 'the client log does not hold the rule that made a transfer',
  run: 'the client log does not hold the run that a transfer belongs to',
};

function column(read: (record: ReadRecord, file: LogFileRef) => string): (value: QueryValue) => ValueTest {
  return ({ mask }) => ({ test: columnTest(mask, read), required: requiredRun(mask) });
}

function path(side: PathSide): (value: QueryValue) => ValueTest {
  return (value) => pathValue(side, value);
}

/** A value that is looked for in paths. */
export function pathValue(side: PathSide, { mask }: QueryValue): ValueTest {
  return { test: pathsTest(side, pathTest(mask)), required: requiredRun(mask) };
}

function resultTest(value: QueryValue): RecordTest {
  const word = wordOf(value, 'result');
  const meant = Object.hasOwn(RESULT_WORDS, word) ? RESULT_WORDS[word] : undefined;
  switch (meant) {
    case 'succeeded':
    case 'failed':
      return ({ result }) => result === meant;
    case 'inferred':
      return ({ isInferred }) => isInferred;
    case undefined:
      throw strangeWord(
        value,
        'no result',
        Object.keys(RESULT_WORDS),
        'It is succeeded, failed or inferred.',
      );
  }
}

function operationTest(value: QueryValue): RecordTest {
  const word = wordOf(value, 'op');
  const meant = operationMeant(word);
  const known = ['upload', 'download', ...Object.keys(OPERATION_WORDS)];
  const closest = known.includes(word) ? undefined : closestWord(word, known);
  if (closest !== undefined) throw strangeWord(value, 'no operation', known, 'It is upload or download.');
  return ({ operation }) => operation === meant || operationMeant(operation) === meant;
}

function operationMeant(word: string): string {
  return Object.hasOwn(OPERATION_WORDS, word) ? (OPERATION_WORDS[word] ?? word) : word;
}

function wordOf(value: QueryValue, field: string): string {
  if (!hasWildcard(value.mask)) return maskText(value.mask).toLowerCase();
  throw new QueryError({ place: value.place, problem: `${field}: takes words, no wildcards` });
}

function strangeWord(value: QueryValue, what: string, known: readonly string[], hint: string): QueryError {
  const word = maskText(value.mask);
  const suggestion = closestWord(word, known);
  return new QueryError({ place: value.place, problem: `"${word}" is ${what}`, suggestion, hint });
}

/** Numbers, ranges, and digits with x for any digit. */
function numberTest(value: QueryValue, field: string, forms: string): (number: number) => boolean {
  const text = maskText(value.mask);
  if (/^-?\d{1,9}$/.test(text)) {
    const wanted = Number(text);
    return (number) => number === wanted;
  }
  const [, from, to] = /^(-?\d{1,9})(?:-|\.\.)(-?\d{1,9})$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return rangeTest(value, Number(from), Number(to));
  if (/^\d+x+$/i.test(text) && text.length <= 6) {
    const lowest = Number(text.replace(/x/gi, '0'));
    return rangeTest(value, lowest, Number(text.replace(/x/gi, '9')));
  }
  throw new QueryError({ place: value.place, problem: `${field}: takes numbers, ${forms}` });
}

function rangeTest(value: QueryValue, from: number, to: number): (number: number) => boolean {
  if (from <= to) return (number) => number >= from && number <= to;
  throw new QueryError({
    place: value.place,
    problem: 'the range is backwards, so no number lies in it',
    suggestion: `${to}-${from}`,
  });
}

function timeOf(value: QueryValue, context: QueryContext) {
  const span = readTime(maskText(value.mask), context);
  if ('start' in span) return span;
  throw new QueryError({ place: value.place, ...span, hint: `Times are: ${TIME_FORMS}.` });
}

/** The bound is turned into the wall time of each zone once; a day's file has one zone. */
function sinceTest(bound: Moment): RecordTest {
  const byZone = new Map<string, string>();
  let lastZone: string | undefined;
  let lastTime = '';
  return ({ time }, { timeZone }) => {
    if (timeZone !== lastZone) {
      lastTime = byZone.get(timeZone) ?? wallTimeIn(bound, timeZone);
      byZone.set(timeZone, lastTime);
      lastZone = timeZone;
    }
    return time >= lastTime;
  };
}

function withoutSeparators(mask: Mask): Mask {
  return mask.flatMap((part): Mask =>
    typeof part === 'string' ? [part] : part.text.split(/[/\\]/).flatMap((text) => ['*' as const, { text }]),
  );
}
