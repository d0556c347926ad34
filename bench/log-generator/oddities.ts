import type { LogProtocol } from '../../src/client-log/record.js';
import type { RandomNumbers } from './random-numbers.js';

/** The columns of an ordinary line, already as texts. */
export interface Columns {
  readonly time: string;
  readonly protocol: LogProtocol;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly localFolder: string;
  readonly remoteFolder: string;
  readonly name: string;
  readonly operation: string;
  readonly code: number;
  /** `0`, `1`, or undefined in a line of nine columns. */
  readonly verdict: string | undefined;
}

/** What a tolerant reader should take a line for. */
export type ExpectedKind = 'record' | 'header' | 'blank' | 'malformed';

/** A line without its end, or with one of its own. */
export interface OddLine {
  readonly text: string;
  /** How the text becomes bytes; Windows-1252 agrees with latin1 in the letters used here. */
  readonly encoding: 'utf8' | 'latin1';
  readonly lineEnd: '\n' | '\r\n';
  readonly kind: ExpectedKind;
}

/** Bytes of the path that makes a line of about 100 KB. */
const HUGE_PATH_CHARACTERS = 100_000;

const HEADERS = [
  'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
  'TIME; PROTOCOL; HOST; PORT; USER; LOCAL_PATH; REMOTE_PATH; OPERATION; LAST_RESULT_CODE; ACTION_RESULT;',
  'TIME; PROT: HOST:PORT; USER; LOCAL_PATH; REMOTE_PATH; OPERATION; LAST_RESULT_CODE; ACTION_RESULT;',
  'TIME | PROTOCOL | HOST | PORT | USER | LOCAL_PATH | REMOTE_PATH | OPERATION | LAST_RESULT_CODE | ACTION_RESULT',
] as const;

const MALFORMED: readonly ((columns: Columns) => string)[] = [
  ({ time, protocol, host }) => `${time}; ${protocol}; ${host}; 22; cut sho`,
  (columns) => textOf({ ...columns, time: '2026-02-30 25:61:61' }),
  (columns) => textOf(columns).replace(/; -?\d+;( [01];)?$/, '; n/a;$1'),
  () => '=== the disk was full, log continued ===',
  () => '{"level":"info","msg":"not a client log"}',
  () => '\u0000\u0001\u0002\u0000\u0000\u0007PK\u0003\u0004\u0000\u0000',
];

type Oddity = (columns: Columns, random: RandomNumbers) => OddLine;

const named =
  (nameOf: (name: string, random: RandomNumbers) => string): Oddity =>
  (columns, random) =>
    record(textOf({ ...columns, name: nameOf(columns.name, random) }));

/** What twenty years of logs hold besides good lines, each with how often it occurs among the odd ones. */
const ODDITIES = {
  'raw semicolon': [15, named((name) => `part 1;part 2_${name}`)],
  'raw semicolon and space': [5, named((name) => `Smith; Sons_${name}`)],
  'no space': [12, (columns) => record(textOf(columns).replaceAll('; ', ';'))],
  'no final semicolon': [12, (columns) => record(textOf(columns).slice(0, -1))],
  header: [5, (_, random) => ({ ...record(random.oneOf(HEADERS)), kind: 'header' })],
  blank: [5, (_, random) => ({ ...record(''), lineEnd: random.oneOf(['\n', '\r\n']), kind: 'blank' })],
  CRLF: [12, (columns) => ({ ...record(textOf(columns)), lineEnd: '\r\n' })],
  'Windows-1252': [
    10,
    (columns) => ({
      ...record(textOf({ ...columns, name: `Lösung für Köln_${columns.name}` })),
      encoding: 'latin1',
    }),
  ],
  malformed: [8, (columns, random) => ({ ...record(random.oneOf(MALFORMED)(columns)), kind: 'malformed' })],
  'HOST:PORT': [
    8,
    (columns, random) => {
      const host = random.chance(0.2) ? '[2001:db8::20]' : columns.host;
      return record(textOf({ ...columns, host: `${host}:${columns.port}` }, 'without port'));
    },
  ],
  'long name': [3, named((name) => `${'long_'.repeat(45)}${name}`)],
  'deep folder': [2, named((name, random) => `${'folder/'.repeat(100 + random.below(400))}${name}`)],
  'escape sequence': [2, named((name) => `\u001b[31mred\u001b[0m\u202e${name}`)],
  'empty user': [2, (columns) => record(textOf({ ...columns, user: '' }))],
  '100 KB': [0.02, named((name) => `${'x'.repeat(HUGE_PATH_CHARACTERS)}${name}`)],
} satisfies Record<string, readonly [weight: number, make: Oddity]>;

export type OddityName = keyof typeof ODDITIES;

/** All of them, in the order of the summary. */
export const ODDITY_NAMES = Object.keys(ODDITIES) as readonly OddityName[];

const TOTAL_WEIGHT = ODDITY_NAMES.reduce((sum, name) => sum + ODDITIES[name][0], 0);

/** One of the oddities, by its weight. */
export function chooseOddity(random: RandomNumbers): OddityName {
  let left = (random.below(1_000_000) / 1_000_000) * TOTAL_WEIGHT;
  for (const name of ODDITY_NAMES) {
    left -= ODDITIES[name][0];
    if (left < 0) return name;
  }
  return 'blank';
}

/** The odd form of an ordinary line. */
export function makeOdd(name: OddityName, columns: Columns, random: RandomNumbers): OddLine {
  return ODDITIES[name][1](columns, random);
}

/** A line as EFT and Tallyman write it, without its end. */
export function textOf(columns: Columns, port: 'with port' | 'without port' = 'with port'): string {
  const { time, protocol, host, user, localFolder, remoteFolder, name, operation, code, verdict } = columns;
  const place = port === 'with port' ? `${host}; ${columns.port}` : host;
  const head = `${time}; ${protocol}; ${place}; ${user}; ${localFolder}${name}; ${remoteFolder}${name}; ${operation}; ${code};`;
  return verdict === undefined ? head : `${head} ${verdict};`;
}

function record(text: string): OddLine {
  return { text, encoding: 'utf8', lineEnd: '\n', kind: 'record' };
}
