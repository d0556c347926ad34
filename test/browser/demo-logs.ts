import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the made logs hold, for tests to hold the page against. */
export interface DemoTruth {
  readonly attempts: number;
  readonly failed: number;
  /** Failed attempts of the last 24 hours before the last record, by hours as the page counts them. */
  readonly failedLastDay: number;
  readonly attemptsLastDay: number;
}

interface Partner {
  readonly host: string;
  readonly protocol: string;
  readonly port: number;
  readonly user: string;
  readonly perDay: number;
  /** The last day with any traffic. */
  readonly untilDay?: number;
}

const PARTNERS: readonly Partner[] = [
  { host: 'sftp.acme.example', protocol: 'sftp', port: 22, user: 'orders', perDay: 24 },
  { host: 'ftp.globex.example', protocol: 'ftp', port: 21, user: 'globex', perDay: 30 },
  { host: 'mft.umbrella.example', protocol: 'ftps', port: 990, user: 'umb', perDay: 12 },
  { host: 'api.hooli.example', protocol: 'https', port: 443, user: 'tally', perDay: 20 },
  { host: 'ftp.initech.example', protocol: 'ftp', port: 21, user: 'tps', perDay: 9, untilDay: 19 },
  { host: 'sftp.wayne.example', protocol: 'sftp', port: 2222, user: 'wayne', perDay: 16 },
  { host: 'sftp.stark.example', protocol: 'sftp', port: 22, user: 'stark', perDay: 14 },
  { host: '192.0.2.44', protocol: 'ftp', port: 21, user: 'anonymous', perDay: 6 },
  { host: 'localhost', protocol: 'local', port: 0, user: 'SYSTEM', perDay: 10 },
  { host: 'web.soylent.example', protocol: 'http', port: 80, user: '', perDay: 7 },
  { host: 'ftps.tyrell.example', protocol: 'ftps', port: 21, user: 'nexus', perDay: 11 },
  { host: 'sftp.cyberdyne.example', protocol: 'sftp', port: 22, user: 'sky', perDay: 8 },
];

const DAYS = 30;
/** Logs of these days are EFT's: nine columns, CRLF. */
const EFT_DAYS = 10;
const FIRST_DAY = Date.UTC(2026, 2, 1);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const GOOD: Readonly<Record<string, number>> = {
  ftp: 226,
  ftps: 226,
  sftp: 0,
  http: 200,
  https: 201,
  local: 0,
};
const BAD: Readonly<Record<string, readonly number[]>> = {
  ftp: [550, 426, 10054, 421],
  ftps: [425, 10053, 552],
  sftp: [4, 3, 7, 10060],
  http: [503, 10060],
  https: [500, 401, 403],
  local: [32, 112],
};

interface Line {
  readonly ms: number;
  readonly isFailed: boolean;
  readonly text: string;
}

/** Names that would do harm on a page that believed them. */
export const HOSTILE_NAMES = [
  `</script><img src=x onerror=alert(1)>.xml`,
  `"><svg onload=alert(2)>.xml`,
  `<!--<script>alert(3)</script>.xml`,
  `gpj.\u202etxt.xml`,
  `a\u2028b\u2029c.xml`,
  `\${alert(4)}\`{{5}}'.xml`,
] as const;

/** Thirty days of both makes in a folder: a partner that refuses logins now, an outage, one gone quiet, bad lines. */
export async function writeDemoLogs(folder: string): Promise<DemoTruth> {
  await mkdir(folder, { recursive: true });
  const days: Line[][] = [];
  for (let day = 0; day < DAYS; day += 1) {
    const lines = [...dayLines(day), ...troubles(day)].sort((a, b) => a.ms - b.ms);
    days.push(lines);
    const isEft = day < EFT_DAYS;
    const text = lines
      .map((line) => (isEft ? nineColumns(line.text) : line.text))
      .map((line) => line + (isEft ? '\r\n' : '\n'));
    await writeFile(join(folder, `cl${dayText(day)}.log`), text.join('') + oddLines(day));
  }
  return truthOf(days.flat());
}

/** The dotted verdict: without the tenth column. */
function nineColumns(line: string): string {
  return line.replace(/ [01];$/, '');
}

function truthOf(lines: readonly Line[]): DemoTruth {
  const last = Math.max(...lines.map(({ ms }) => ms));
  const from = Math.floor(last / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  const lastDay = lines.filter(({ ms }) => ms >= from);
  const failed = (some: readonly Line[]) => some.filter(({ isFailed }) => isFailed).length;
  return {
    attempts: lines.length,
    failed: failed(lines),
    attemptsLastDay: lastDay.length,
    failedLastDay: failed(lastDay),
  };
}

function dayLines(day: number): readonly Line[] {
  const isWeekend = [0, 6].includes(new Date(FIRST_DAY + day * DAY_MS).getUTCDay());
  return PARTNERS.flatMap((partner, number) => {
    if (day > (partner.untilDay ?? DAYS)) return [];
    const random = randomNumbers(1000 * day + number);
    const count = Math.round(partner.perDay * (isWeekend ? 0.4 : 1) * (0.8 + 0.4 * random()));
    return Array.from({ length: count }, (_, index) => usualLine(partner, day, index, random)).flat();
  });
}

/** Mostly well; a failure is mostly followed by a retry that succeeds. */
function usualLine(partner: Partner, day: number, index: number, random: () => number): readonly Line[] {
  const hour = Math.floor(random() < 0.7 ? 6 + random() * 13 : random() * 24);
  const ms = FIRST_DAY + day * DAY_MS + hour * HOUR_MS + Math.floor(random() * 3_500) * 1000;
  const file = `${['inv', 'ord', 'desadv', 'prices'][index % 4]}_${dayText(day)}_${String(index).padStart(4, '0')}.${index % 4 === 3 ? 'csv' : 'xml'}`;
  const operation = index % 4 === 3 ? 'download' : 'upload';
  const good = GOOD[partner.protocol] ?? 0;
  if (random() > 0.012) return [lineOf(partner, { ms, file, operation, code: good })];
  const codes = BAD[partner.protocol] ?? [-1];
  const code = codes[Math.floor(random() * codes.length)] ?? -1;
  const failure = lineOf(partner, { ms, file, operation, code });
  if (random() < 0.15) return [failure];
  return [failure, lineOf(partner, { ms: ms + 40_000, file, operation, code: good })];
}

function troubles(day: number): readonly Line[] {
  const [acme, globex, umbrella] = PARTNERS as readonly [Partner, Partner, Partner, ...Partner[]];
  const at = (hour: number, minute: number) => FIRST_DAY + day * DAY_MS + hour * HOUR_MS + minute * 60_000;
  const many = (count: number, make: (index: number) => Line) =>
    Array.from({ length: count }, (_, index) => make(index));
  switch (day) {
    case 12:
      // An outage of the network between, made good by retries in the afternoon.
      return [
        ...many(38, (index) =>
          lineOf(globex, { ms: at(9, index), file: `day12_${index}.xml`, operation: 'upload', code: 10_060 }),
        ),
        ...many(38, (index) =>
          lineOf(globex, { ms: at(14, index), file: `day12_${index}.xml`, operation: 'upload', code: 226 }),
        ),
      ];
    case 15:
      return [ambiguousLine(globex, at(10, 0))];
    case 22:
      return HOSTILE_NAMES.map((file, index) =>
        lineOf(umbrella, { ms: at(3, index), file, operation: 'upload', code: 553 }),
      );
    case 28:
      return many(64, (index) =>
        lineOf(acme, {
          ms: at(2, 10) + index * 600_000,
          file: `night_${index}.xml`,
          operation: 'upload',
          code: 3,
        }),
      );
    case 29:
      return many(30, (index) =>
        lineOf(acme, {
          ms: at(0, 5) + index * 900_000,
          file: `night_${64 + index}.xml`,
          operation: 'upload',
          code: 3,
        }),
      );
    default:
      return [];
  }
}

/** As EFT writes a name with a semicolon: nobody can tell for sure where one path ends. */
function ambiguousLine({ host, user }: Partner, ms: number): Line {
  const paths = 'C:\\a;b.txt; /in/a;b.txt';
  return {
    ms,
    isFailed: false,
    text: `${timeText(ms)}; ftp; ${host}; 21; ${user}; ${paths}; upload; 226; 0;`,
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

interface Attempt {
  readonly ms: number;
  readonly file: string;
  readonly operation: string;
  readonly code: number;
}

function lineOf(partner: Partner, { ms, file, operation, code }: Attempt): Line {
  const isFailed = code !== GOOD[partner.protocol];
  const local = `D:\\EFT\\${operation === 'upload' ? 'outbox' : 'inbox'}\\${escaped(file)}`;
  const columns = [
    timeText(ms),
    partner.protocol,
    partner.host,
    partner.port,
    partner.user,
    local,
    `/in/${escaped(file)}`,
    operation,
    code,
  ];
  return { ms, isFailed, text: `${columns.join('; ')}; ${isFailed ? 1 : 0};` };
}

/** As Tallyman writes names: only what could forge a line is changed, so a hostile name reaches the page as it is. */
function escaped(name: string): string {
  return name.replace(/[;\u2028\u2029]/g, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

function oddLines(day: number): string {
  if (day === 5) return 'this is no line of a log\r\n\r\n';
  return '';
}

function dayText(day: number): string {
  return new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(2, 10).replaceAll('-', '');
}

/** Mulberry32: the same numbers from the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
