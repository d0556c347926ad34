import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RemoteEntry } from '../protocol-client.js';
import { UTF8_ENCODING } from './ftp-encoding.js';
import { ListReader } from './ftp-list-reader.js';
import { parseMachineLine, type ListingLine } from './ftp-listing.js';

const folder = new URL('../../../test/fixtures/ftp-listings/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

const PRECISION: Readonly<Record<number, string>> = {
  1: 'millisecond',
  1000: 'second',
  60_000: 'minute',
  86_400_000: 'day',
};

interface Fixture {
  readonly header: ReadonlyMap<string, string>;
  readonly listing: readonly string[];
  readonly entries: readonly string[];
}

function readFixture(name: string): Fixture {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const [head = '', rest = ''] = text.split('--- listing\n');
  const [listing = '', entries = ''] = rest.split('\n--- entries\n');
  const header = new Map(
    [...head.matchAll(/^# (\w+): (.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
  return { header, listing: listing.split('\n'), entries: entries.trimEnd().split('\n') };
}

function meaningsOf({ header, listing }: Fixture): ListingLine[] {
  const meanings: ListingLine[] = [];
  const lines = listing.map((line) => Buffer.from(line));
  if (header.get('command') === 'MLSD') return lines.map((line) => parseMachineLine(line, UTF8_ENCODING));
  const nowMs = Date.parse(header.get('now') ?? '');
  const context = { nowMs, zoneOffsetMinutes: 0, encoding: UTF8_ENCODING };
  const reader = new ListReader(context, (meaning) => meanings.push(meaning));
  for (const line of lines) reader.take(line);
  reader.end();
  return meanings;
}

function shown(meaning: ListingLine): string[] {
  switch (meaning.kind) {
    case 'entry':
      return [shownEntry(meaning.entry)];
    case 'unknown':
      return [`unknown ${meaning.line}`];
    case 'nothing':
      return [];
  }
}

function shownEntry({ kind, name, sizeBytes, modifiedMs, precisionMs }: RemoteEntry): string {
  const time = modifiedMs === undefined ? '-' : new Date(modifiedMs).toISOString().replace('.000Z', 'Z');
  const precision = precisionMs === undefined ? '-' : (PRECISION[precisionMs] ?? '?');
  return `${kind} ${sizeBytes ?? '-'} ${time} ${precision} ${name}`;
}

describe('the listing of', () => {
  it.each(files)('%s is read as its entries', (name) => {
    const fixture = readFixture(name);
    for (const key of ['server', 'source', 'command', 'now', 'zone'])
      expect(fixture.header.get(key), `${name} says its ${key}`).toBeTruthy();
    expect(meaningsOf(fixture).flatMap(shown)).toEqual(fixture.entries);
  });

  it('is there for every form that is read', () => {
    expect(files.length).toBeGreaterThan(15);
  });
});
