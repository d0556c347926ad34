import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Deviation, LogLine, ReadRecord } from './log-line.js';
import { readClientLog } from './read-client-log.js';

const folder = new URL('../../../test/fixtures/client-logs/', import.meta.url);
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.log'));
const readings = JSON.parse(readFileSync(new URL('readings.json', folder), 'utf8')) as Record<
  string,
  string[]
>;

async function linesOf(fixture: string): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  const bytes = readFileSync(new URL(fixture, folder));
  for await (const line of readClientLog(bytes, { name: fixture, timeZone: 'UTC' })) lines.push(line);
  return lines;
}

/** A line as `readings.json` shows it: everything that was read, and nothing that follows from the rest. */
function shown(line: LogLine): string {
  if (line.kind === 'malformed') return `malformed: ${line.reason}`;
  const record = line.kind === 'record' || line.kind === 'incomplete' ? line.record : undefined;
  return record === undefined ? line.kind : `${line.kind}: ${shownRecord(record)}`;
}

function shownRecord(record: ReadRecord): string {
  const { time, protocol, host, port, user, localPath, remotePath, operation, code, columns } = record;
  const values = [time, protocol, host, port ?? '', user, localPath, remotePath, operation, code];
  const verdict = record.isInferred ? `${record.result} (inferred)` : record.result;
  const others = (record.candidates ?? [])
    .slice(1)
    .map((pair) => `or ${pair.localPath} | ${pair.remotePath}`);
  return [values.join(' | '), `${columns} columns`, verdict, ...record.deviations, ...others].join(', ');
}

/** The fixture that shows each deviation. */
const SHOWN_BY = {
  'byte-order-mark': 'byte-order-mark.log',
  'no-space-after-semicolon': 'no-space.log',
  'no-final-semicolon': 'no-final-semicolon.log',
  'host-port-joined': 'host-port-joined.log',
  'windows-1252': 'windows-1252.log',
  'raw-semicolon-in-path': 'raw-semicolon.log',
  'empty-column': 'empty-columns.log',
  'foreign-protocol': 'foreign-words.log',
  'foreign-operation': 'foreign-words.log',
  'unescaped-character': 'unescaped-character.log',
  'loose-spelling': 'loose-spelling.log',
} satisfies Record<Deviation, string>;

describe('the logs of test/fixtures/client-logs', () => {
  it.each(fixtures)('%s is read as readings.json says', async (fixture) => {
    expect((await linesOf(fixture)).map(shown)).toEqual(readings[fixture]);
  });

  it.each(fixtures)('%s is given back byte for byte', async (fixture) => {
    const pieces = (await linesOf(fixture)).flatMap(({ raw, lineEnd }) => [raw, Buffer.from(lineEnd)]);
    expect(Buffer.concat(pieces)).toEqual(readFileSync(new URL(fixture, folder)));
  });

  it.each(Object.entries(SHOWN_BY))('show the deviation %s in %s', async (deviation, fixture) => {
    const records = (await linesOf(fixture)).flatMap((line) => (line.kind === 'record' ? [line.record] : []));
    expect(records.some(({ deviations }) => deviations.includes(deviation as Deviation))).toBe(true);
  });

  it('are all told of in the README beside them', () => {
    const readme = readFileSync(new URL('README.md', folder), 'utf8');
    const named = [...readme.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(fixtures.sort());
    expect(Object.keys(readings).sort()).toEqual(fixtures.sort());
  });
});
