import { folderOf } from '../../client-log/log-paths.js';
import { partnerOf, type PartnerBook } from '../../client-log/partners.js';
import { isLogProtocol } from '../../client-log/record.js';
import type { CodeTableName } from '../../client-log/result-codes/code-tables.js';
import { explainCode } from '../../client-log/result-codes/explain-code.js';
import type { RecordPart } from './record-part.js';

/** What the user can count by. */
export const GROUP_NAMES = [
  'partner',
  'host',
  'protocol',
  'operation',
  'code',
  'result',
  'user',
  'hour',
  'hour-of-day',
  'day',
  'weekday',
  'folder',
  'extension',
] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

/** One value of a grouping. Two records are in one group when their `sortKey`s are the same. */
export interface GroupValue {
  readonly sortKey: string;
  /** For programs. */
  readonly value: string | number;
  /** For people. */
  readonly words: string;
}

interface Grouping {
  readonly title: string;
  readonly parts: readonly RecordPart[];
  readonly valueOf: (texts: readonly string[], partners: PartnerBook) => GroupValue;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** How each group comes from the parts of a record. */
export const GROUPINGS: Readonly<Record<GroupName, Grouping>> = {
  partner: {
    title: 'partner',
    parts: ['host', 'port', 'user'],
    valueOf: ([host = '', port = '', user = ''], partners) =>
      plain(partnerOf({ host, port: port === '' ? undefined : Number(port), user }, partners), '(no host)'),
  },
  host: { title: 'host', parts: ['host'], valueOf: ([host = '']) => plain(host.toLowerCase(), '(none)') },
  protocol: {
    title: 'protocol',
    parts: ['protocol'],
    valueOf: ([protocol = '']) => plain(protocol, '(none)'),
  },
  operation: {
    title: 'operation',
    parts: ['operation'],
    valueOf: ([operation = '']) => plain(operation, '(none)'),
  },
  code: {
    title: 'code',
    parts: ['protocol', 'code'],
    valueOf: ([protocol = '', code = '']) => codeValue(protocol, code),
  },
  result: {
    title: 'result',
    parts: ['result'],
    valueOf: ([result]) => plain(result === '1' ? 'failed' : 'succeeded', ''),
  },
  user: { title: 'user', parts: ['user'], valueOf: ([user = '']) => plain(user, '(none)') },
  hour: { title: 'hour', parts: ['hour'], valueOf: ([hour = '']) => plain(`${hour}:00`, '') },
  'hour-of-day': {
    title: 'hour of day',
    parts: ['hour'],
    valueOf: ([hour = '']) => plain(`${hour.slice(11)}:00`, ''),
  },
  day: { title: 'day', parts: ['day'], valueOf: ([day = '']) => plain(day, '') },
  weekday: { title: 'weekday', parts: ['day'], valueOf: ([day = '']) => weekdayValue(day) },
  folder: {
    title: 'folder',
    parts: ['folder'],
    valueOf: ([folder = '']) => plain(folderOf(folder), '(none)'),
  },
  extension: {
    title: 'extension',
    parts: ['extension'],
    valueOf: ([extension = '']) => plain(extension.toLowerCase(), '(none)'),
  },
};

function plain(value: string, whenEmpty: string): GroupValue {
  return { sortKey: value, value, words: value === '' ? whenEmpty : value };
}

/** Whose number a code is, in a word; nothing where the phrase says so itself. */
const TABLE_WORDS: Readonly<Record<CodeTableName, string>> = {
  ftp: ' (ftp)',
  sftp: ' (sftp)',
  http: ' (http)',
  win32: ' (local)',
  winsock: ' (socket)',
  eft: '',
  tallyman: '',
};

/** One number can mean several things, so a code is one of its table: 4 of SFTP is not 4 of a SOCKS proxy. */
function codeValue(protocol: string, code: string): GroupValue {
  const number = Number(code);
  const [{ phrase, table }] = explainCode(number, isLogProtocol(protocol) ? protocol : undefined);
  const words = `${code} ${phrase}${TABLE_WORDS[table]}`;
  return { sortKey: words, value: number, words };
}

function weekdayValue(day: string): GroupValue {
  const index = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const name = WEEKDAYS[index] ?? '';
  return { sortKey: `${index}`, value: name, words: name };
}
