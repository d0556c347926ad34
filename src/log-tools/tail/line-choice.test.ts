import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../client-log/query/parse-query.js';
import { parseLogLine } from '../../client-log/reading/parse-log-line.js';
import { lineChoice } from './line-choice.js';

const file = { name: 'cl260301.log', timeZone: 'UTC', node: '' };
const queryOf = (text: string) => parseQuery(text, { nowMs: 0, timeZone: 'UTC', partners: [] });

function wants(choice: ReturnType<typeof lineChoice>, text: string): { mayWant: boolean; wants: boolean } {
  const raw = new TextEncoder().encode(text);
  const reading = parseLogLine(raw, { isFirst: false, hasEnd: true });
  const place = { file, raw, lineEnd: '\n', lengthBytes: raw.length + 1, lineNumber: undefined } as const;
  return { mayWant: choice.mayWant(raw), wants: choice.wants({ ...reading, ...place }) };
}

describe('the choice of lines', () => {
  it('never passes over unread what is wanted', () => {
    const text = fc
      .record({
        protocol: fc.constantFrom('ftp', 'sftp', 'local', 'HTTP'),
        path: fc.constantFrom('/in/A.xml', '/IN/ACME/b', ';', 'ünd; x', 'a%3Bcme'),
        ending: fc.constantFrom(
          '0;',
          '0',
          '226;',
          '4; 1;',
          '226; 0;',
          '550; 0;',
          '0; 0',
          '0;0;',
          '0;1;',
          '-1; 1;',
          '0; 0; ',
        ),
      })
      .map(
        ({ protocol, path, ending }) =>
          `2026-03-01 02:10:44; ${protocol}; Acme; 22; u; ${path}; ${path}; upload; ${ending}`,
      );
    const choices = ['', 'acme', 'host:acme', 'path:*a.xml', 'code:0', 'result:failed in'].flatMap((query) =>
      [true, false].map((isFailedOnly) =>
        lineChoice({ isFailedOnly, query: query === '' ? undefined : queryOf(query) }),
      ),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.constantFrom(...choices), (line, choice) => {
        const verdict = wants(choice, line);
        if (verdict.wants) expect(verdict.mayWant).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('counts what it cannot judge', () => {
    const choice = lineChoice({ isFailedOnly: true, query: undefined });
    for (const line of [
      'rubbish',
      '',
      'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
      'more rubbish',
    ])
      wants(choice, line);
    expect(choice.unread).toBe(2);
  });

  it('passes over unread what surely succeeded, or holds nothing of the text', () => {
    const ours = '2026-03-01 02:10:44; sftp; acme; 22; u; /a; /b; upload; 0; 0;';
    expect(wants(lineChoice({ isFailedOnly: true, query: undefined }), ours).mayWant).toBe(false);
    expect(wants(lineChoice({ isFailedOnly: false, query: queryOf('inv') }), ours).mayWant).toBe(false);
  });
});
