import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../core/transfer-error.js';
import { eftRule, exportOf } from './eft-export.testing.js';
import { ImportReport } from './import-report.js';
import { jsonFaultPlace } from './json-fault.js';
import { readEftJson } from './read-eft-json.js';

const RULE = eftRule({});
const PROFILE = { name: 'Acme', connectionSettings: { protocol: 'FTP', host: 'h' } };

function read(bytes: Uint8Array | string): ReturnType<typeof readEftJson> {
  return readEftJson({ name: 'in.json', bytes: Buffer.from(bytes) }, new ImportReport());
}

function refusal(text: string | Uint8Array): string {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(TransferError);
    expect(error).toMatchObject({ code: 'IMPORT_INVALID' });
    return (error as Error).message;
  }
  return 'none';
}

describe('an export', () => {
  it.each([
    ['one object', RULE, 'in.json'],
    ['a list', [RULE], 'in.json[0]'],
    ['the data of an answer', { data: { id: '1', attributes: RULE } }, 'in.json.data.attributes'],
    ['a list in the data', { data: [{ attributes: RULE }] }, 'in.json.data[0].attributes'],
  ])('may be %s', (_what, data, path) => {
    expect(read(JSON.stringify(data))).toMatchObject([{ kind: 'rule', path }]);
  });

  it('may hold rules and profiles, each profile with the number that rules call it by', () => {
    const data = { data: [{ attributes: RULE }, { id: 'G1', attributes: PROFILE }] };
    expect(read(JSON.stringify(data))).toMatchObject([{ kind: 'rule' }, { kind: 'connection', id: 'G1' }]);
  });

  it.each(['utf-8', 'utf16le'] as const)(
    'may begin with a mark of %s, as PowerShell writes it',
    (encoding) => {
      expect(read(Buffer.from(`\ufeff${JSON.stringify(RULE)}`, encoding))).toHaveLength(1);
    },
  );

  it('may be UTF-16 with the high byte first', () => {
    expect(read(Buffer.from(`\ufeff${JSON.stringify(RULE)}`, 'utf16le').swap16())).toHaveLength(1);
  });

  it('has all told that is neither rule nor profile', () => {
    const report = new ImportReport();
    readEftJson(exportOf({ data: [{ attributes: RULE }, { attributes: { a: 1 } }, 7], other: 2 }), report);
    expect(report.lines.map(({ field, outcome }) => `${field} ${outcome}`)).toEqual([
      'in.json.other unknown',
      'in.json.data[1].attributes.a unknown',
      'in.json.data[2] unknown',
    ]);
  });
});

describe('a file that cannot be imported', () => {
  it.each(['', 'null', '[]', '{}', '"text"', '{"data":[]}', '{"info":7}'])(
    'such as %s is refused by name',
    (text) => {
      expect(refusal(text)).toMatch(/^in\.json cannot be imported: it /);
    },
  );

  it('is refused with line and column, and without a word of what stands there', () => {
    expect(refusal('{\n "password": "hunter2" oops }')).toBe(
      'in.json cannot be imported: it is no JSON: line 2, column 24 is not what may stand there',
    );
  });

  it('is refused when it is no text', () => {
    expect(refusal(Uint8Array.of(0x7b, 0xff, 0xfe))).toBe(
      'in.json cannot be imported: it is no text in UTF-8',
    );
  });

  it('is refused when it is nested too deeply, whatever the depth', () => {
    for (const depth of [61, 5000]) {
      const deep = `${'{"info":'.repeat(depth)}1${'}'.repeat(depth)}`;
      expect(refusal(deep)).toContain('nested deeper than 60 levels');
    }
  });
});

describe('the place of a fault', () => {
  it.each([
    ['{"a" 1}', 'line 1, column 6'],
    ['{"a":1,}', 'line 1, column 8'],
    ['[1 2]', 'line 1, column 4'],
    ['[1', 'line 1, column 3'],
    ['{"a":1]', 'line 1, column 7'],
    ['{"a":tru}', 'line 1, column 6'],
    ['[]\n[]', 'line 2, column 1'],
    ['["a\nb"]', 'line 1, column 2'],
    ['', 'line 1, column 1'],
  ])('of %j is %s', (text, place) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonFaultPlace(text)).toBe(place);
  });

  it('of sound JSON is its end', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1);
        const lines = text.split('\n');
        expect(jsonFaultPlace(text)).toBe(`line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`);
      }),
    );
  });
});
