import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { testPlatform } from '../../../test/platform/test-platform.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import { TransferError } from '../../core/transfer-error.js';
import { linesOf, LOG_FILE } from '../../log-tools/convert/convert.testing.js';
import type { LogSource } from '../../log-tools/log-source.js';
import { convertLogs, type ConvertRequest } from './convert-logs.js';

const LINE = '2026-03-01 02:08:15; sftp; h; 22; u; /a; /b; upload; 0;\n';

function sourceOf(batches: () => AsyncGenerator<readonly LogLine[]>): LogSource {
  return { files: [LOG_FILE], lines: batches };
}

function request(changes: Partial<ConvertRequest>): ConvertRequest {
  return {
    source: sourceOf(async function* () {
      yield await linesOf(LINE);
      yield await linesOf(`???\n${LINE}`);
    }),
    query: undefined,
    form: 'log',
    columns: undefined,
    lineEnd: undefined,
    timeZone: undefined,
    isAnonymous: false,
    partners: [],
    output: '',
    platform: testPlatform(),
    signal: new AbortController().signal,
    ...changes,
  };
}

describe('a conversion', () => {
  it('counts the records of all batches, and what is to be told', async () => {
    const path = join(await temporaryFolder(), 'out.log');
    const { records, notes } = await convertLogs(request({ output: path, columns: 10 }));
    expect(records).toBe(2);
    expect(notes).toEqual([
      { kind: 'verdict-inferred', count: 2, places: ['cl260301.log:1', 'cl260301.log:2'] },
      { kind: 'kept-unread', count: 1, places: ['cl260301.log:1'] },
    ]);
    expect(await readFile(path, 'utf8')).toBe(`${LINE.trimEnd()} 0;\n???\n${LINE.trimEnd()} 0;\n`);
  });

  it('that is stopped leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const stop = new AbortController();
    const source = sourceOf(async function* () {
      yield await linesOf(LINE);
      stop.abort();
      yield await linesOf(LINE);
    });
    const stopped = convertLogs(request({ output: join(folder, 'out.log'), source, signal: stop.signal }));
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a log that cannot be read to its end leaves nothing behind, and says why', async () => {
    const folder = await temporaryFolder();
    const failure = new TransferError({
      code: 'LOG_UNREADABLE',
      lastCode: -1,
      phase: 'log',
      message: 'cut short',
    });
    const source = sourceOf(async function* () {
      yield await linesOf(LINE);
      throw failure;
    });
    await expect(convertLogs(request({ output: join(folder, 'out.log'), source }))).rejects.toBe(failure);
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends early where nobody reads the result any more', async () => {
    let batches = 0;
    const source = sourceOf(async function* () {
      for (; batches < 100; batches += 1) yield await linesOf(LINE);
    });
    const sink = {
      isClosed: false,
      write() {
        this.isClosed = true;
        return undefined;
      },
    };
    await convertLogs(request({ output: sink, source }));
    expect(batches).toBe(0);
  });

  it.each(['log', 'csv', 'jsonl', 'parquet'] as const)('of nothing is a whole %s', async (form) => {
    const path = join(await temporaryFolder(), 'out');
    const source = sourceOf(async function* () {
      yield [];
    });
    expect(await convertLogs(request({ output: path, source, form }))).toEqual({ records: 0, notes: [] });
    const size = (await readFile(path)).length;
    expect(size > 0).toBe(form === 'csv' || form === 'parquet');
  });
});
