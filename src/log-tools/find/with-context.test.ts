import { describe, expect, it } from 'vitest';
import type { Query } from '../../client-log/query/query.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import { readClientLog } from '../../client-log/index.js';
import { MAX_WAITING, withContext } from './with-context.js';

const line = (minute: number, host: string, file: string) =>
  `2026-03-01 02:${String(minute).padStart(2, '0')}:00; ftp; ${host}; 21; u; /o/${file}; /${file}; upload; 226; 0;\n`;

async function* batches(text: string): AsyncGenerator<readonly LogLine[]> {
  for await (const each of readClientLog(text, { timeZone: 'UTC' })) yield [each];
}

const query: Query = {
  text: 'x',
  requiredText: undefined,
  terms: [],
  matches: ({ remotePath }) => remotePath.includes('x'),
};

async function found(text: string, told: string[] = []): Promise<readonly string[]> {
  const names: string[] = [];
  const lines = withContext(batches(text), {
    query,
    contextMs: 5 * 60_000,
    tooMany: () => told.push('too many'),
  });
  for await (const batch of lines) {
    for (const { record, isMatch } of batch) names.push(`${isMatch ? '>' : ' '}${record.remotePath}`);
  }
  return names;
}

describe('matches with what happened around them', () => {
  it('brings what the same host did up to that long before and after, in order, each once', async () => {
    const text =
      line(0, 'acme', 'early') +
      line(6, 'acme', 'before') +
      line(7, 'other', 'elsewhere') +
      line(10, 'ACME', 'x1') +
      line(12, 'acme', 'between') +
      line(14, 'acme', 'x2') +
      line(19, 'acme', 'after') +
      line(20, 'acme', 'late');
    expect(await found(text)).toEqual([' /before', '>/x1', ' /between', '>/x2', ' /after']);
  });

  it('says so when more stand before a match than are kept', async () => {
    const told: string[] = [];
    const many = line(1, 'acme', 'a').repeat(2 * MAX_WAITING) + line(2, 'acme', 'x');
    const names = await found(many, told);
    expect({ told, count: names.length }).toEqual({ told: ['too many'], count: MAX_WAITING + 1 });
  });
});
