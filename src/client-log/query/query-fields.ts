import { partnerOf } from '../partners.js';
import { LOG_PROTOCOLS } from '../record.js';
import {
  column,
  numbersOf,
  operationTest,
  path,
  pathFact,
  resultValue,
  sinceTest,
  timeOf,
  withoutSeparators,
  type ValueTest,
} from './field-values.js';
import { hasWildcard, requiredRun, type Mask } from './mask.js';
import type { QueryContext } from './query.js';
import { TIME_FORMS } from './query-time.js';
import type { QueryValue } from './query-words.js';
import { baseNameTest, columnTest, extensionTest, folderTest, pathsTest } from './record-tests.js';

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

/** The table, in the order in which help and page show it. */
export const QUERY_FIELDS: readonly QueryField[] = [
  {
    name: 'result',
    synonyms: ['status'],
    values: 'succeeded, failed or inferred',
    means:
      'How it ended; `inferred` are the lines of nine columns, whose result is read from the code. Also ok, success and 0; failure, error and 1.',
    example: 'result:failed',
    words: ['succeeded', 'failed', 'inferred'],
    compile: resultValue,
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
      const { from, to } = numbersOf(value, 'port', 'such as 22 or 2000-2010');
      return {
        test: ({ port }) => port !== undefined && port >= from && port <= to,
        fact: { kind: 'endpoint' },
      };
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
      test: columnTest(value.mask, (record) => record.partner ?? partnerOf(record, partners)),
      fact: { kind: 'endpoint' },
    }),
  },
  {
    name: 'protocol',
    synonyms: ['proto'],
    values: `word: ${LOG_PROTOCOLS.join(', ')}`,
    means: 'The protocol; `ftps` is explicit and implicit TLS alike.',
    example: 'protocol:ftp,ftps',
    words: LOG_PROTOCOLS,
    compile: ({ mask }) => ({
      test: columnTest(mask, (record) => record.protocol),
      fact: { kind: 'endpoint' },
    }),
  },
  {
    name: 'op',
    synonyms: ['operation'],
    values: 'upload or download',
    means: 'The direction; push, put and send are upload, pull, get and receive are download.',
    example: 'op:upload',
    words: ['upload', 'download'],
    compile: (value) => ({ test: operationTest(value), fact: { kind: 'endpoint' } }),
  },
  {
    name: 'code',
    synonyms: ['lastcode'],
    values: 'number, range, or digits with x',
    means: 'The result code; `tally code NUMBER` says what one means.',
    example: 'code:530,10060,5xx',
    words: [],
    compile: (value) => {
      const { from, to } = numbersOf(value, 'code', 'such as 530, 500-599, 5xx or -1');
      return { test: ({ code }) => code >= from && code <= to, fact: { kind: 'code', from, to } };
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
      fact: pathFact(mask),
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
      fact: pathFact(withoutSeparators(mask)),
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
      fact: pathFact(mask),
    }),
  },
  {
    name: 'since',
    synonyms: ['from', 'after'],
    values: 'time',
    means: `From then on, a day from its start: ${TIME_FORMS}.`,
    example: 'since:24h',
    words: ['24h', '7d', 'today', 'yesterday'],
    compile: (value, context) => {
      const moment = timeOf(value, context).start;
      return { test: sinceTest(moment), fact: { kind: 'since', moment } };
    },
  },
  {
    name: 'until',
    synonyms: ['to', 'before'],
    values: 'time',
    means: 'Before then; a day, month or year to its end. Times as for since.',
    example: 'until:2026-03-01',
    words: ['now', 'today', 'yesterday'],
    compile: (value, context) => {
      const moment = timeOf(value, context).end;
      const isSince = sinceTest(moment);
      return { test: (record, file) => !isSince(record, file), fact: { kind: 'until', moment } };
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
      return { test: columnTest(around, (_record, file) => file.node), fact: { kind: 'other' } };
    },
  },
];

/** Fields of records that the daemon's store holds; the lines of a client log have no such columns. */
export const STORE_FIELDS: readonly QueryField[] = [
  {
    name: 'rule',
    synonyms: [],
    values: 'name or mask',
    means: 'The rule that made the transfer.',
    example: 'rule:send-*',
    words: [],
    compile: ({ mask }) => ({
      test: columnTest(mask, (record) => record.rule ?? ''),
      fact: { kind: 'rule' },
    }),
  },
  {
    name: 'run',
    synonyms: [],
    values: 'number or range',
    means: 'The run that the transfer belongs to.',
    example: 'run:4711',
    words: [],
    compile: (value) => {
      const { from, to } = numbersOf(value, 'run', 'such as 4711 or 4700-4711');
      return {
        test: ({ run }) => run !== undefined && run >= from && run <= to,
        fact: { kind: 'run', from, to },
      };
    },
  },
];

const ASK_THE_STORE = 'the daemon knows it: GET /v1/transfers?q=';

/** What people ask for and the client log does not hold. */
export const ABSENT_FIELDS: Readonly<Record<string, string>> = {
  size: "the client log does not hold a file's size",
  bytes: "the client log does not hold a file's size",
  took: 'the client log does not hold how long a transfer took',
  duration: 'the client log does not hold how long a transfer took',
  rate: 'the client log does not hold how fast a transfer was',
  speed: 'the client log does not hold how fast a transfer was',
  rule: `the client log does not hold the rule that made a transfer; ${ASK_THE_STORE}rule:NAME`,
  run: `the client log does not hold the run that a transfer belongs to; ${ASK_THE_STORE}run:NUMBER`,
};
