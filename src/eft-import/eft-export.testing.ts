import { readFileSync } from 'node:fs';
import { importEft, type EftImport, type EftImportContext } from './import-eft.js';
import type { EftFile } from './read-eft-json.js';

/** Exports as tests need them. */

const FIXTURES = new URL('../../test/fixtures/eft-import/', import.meta.url);

export const TEST_CONTEXT: EftImportContext = {
  os: 'win32',
  homeFolder: 'C:\\Users\\ops',
  timeZone: 'Europe/Berlin',
  nowMs: Date.UTC(2026, 0, 5),
  moves: [],
};

export function fixture(name: string): EftFile {
  return { name, bytes: readFileSync(new URL(name, FIXTURES)) };
}

export function fixturePath(name: string): string {
  return new URL(name, FIXTURES).pathname;
}

/** A file of plain data, or of a text. */
export function exportOf(data: unknown, name = 'in.json'): EftFile {
  return { name, bytes: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)) };
}

export function importOf(...data: readonly unknown[]): EftImport {
  return importEft(
    data.map((each) => exportOf(each)),
    TEST_CONTEXT,
  );
}

/** A rule of one trigger and these statements, as EFT names its parts. */
export function eftRule(trigger: unknown, statements: readonly unknown[] = [STOP], type = 'Timer'): unknown {
  return {
    info: { Name: 'It', Enabled: true, Type: type },
    trigger,
    statements: { StatementsList: statements },
  };
}

export const STOP = {
  ActionStatement: { Action: { StopAction: { Enabled: true, Result: 'StopThisRule' } } },
};

/** Every value within, by its way; a list of plain values is one value, and nothing is no value. */
export function leafPaths(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item as unknown])
    : Object.entries(value).map(([name, inner]) => [`${path}.${name}`, inner]);
  if (Array.isArray(value) && !value.some((item) => typeof item === 'object' && item !== null)) {
    return value.length === 0 ? [] : [path];
  }
  return entries.flatMap(([each, inner]) => leafPaths(inner, each));
}
