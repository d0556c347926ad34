import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../client-log/reading/log-line.js';
import { ConvertNotes } from '../../log-tools/convert/convert-notes.js';
import { linesOf, logText } from '../../log-tools/convert/convert.testing.js';
import { DataRows } from '../../log-tools/convert/data-rows.js';
import { loadParquetLibrary, ParquetResult, type ParquetLibrary } from './parquet-result.js';

const RECORD = {
  time: '2026-03-01 02:08:15',
  protocol: 'sftp',
  host: 'sftp.acme.example',
  port: 22,
  user: 'orders',
  localPath: 'C:\\out\\Übung 漢字.xml',
  remotePath: '/in/a;b.xml',
  operation: 'upload',
  code: -1,
  result: 'failed',
} as const;

async function parquetOf(lines: readonly LogLine[]) {
  const pieces: Uint8Array[] = [];
  const sink = { isClosed: false, write: (bytes: Uint8Array) => void pieces.push(bytes) };
  const rows = new DataRows({ zone: undefined, anonymiser: undefined, partners: [] }, new ConvertNotes());
  const result = new ParquetResult(await loadParquetLibrary(), rows, sink);
  await result.add(lines);
  await result.end();
  const file = new Uint8Array(Buffer.concat(pieces)).buffer;
  return { file, pieces, rows: await parquetReadObjects({ file }) };
}

describe('a Parquet file', () => {
  it('holds the records with their types, and reads back as they are', async () => {
    const nine = logText([RECORD]).replace('; 1;', ';').replace('; 22;', '; ;');
    const { rows } = await parquetOf(await linesOf(`${logText([RECORD])}\n???\n${nine}`));
    expect(rows).toEqual([
      {
        time: '2026-03-01 02:08:15',
        instant: new Date('2026-03-01T02:08:15Z'),
        timeZone: 'UTC',
        protocol: 'sftp',
        host: 'sftp.acme.example',
        port: 22,
        user: 'orders',
        localPath: 'C:\\out\\Übung 漢字.xml',
        remotePath: '/in/a;b.xml',
        operation: 'upload',
        code: -1n,
        codeWords: expect.any(String) as string,
        result: 'failed',
        inferred: false,
        partner: 'sftp.acme.example',
        node: '',
        file: 'cl260301.log',
        line: 1n,
      },
      expect.objectContaining({ port: null, inferred: true, line: 4n }),
    ]);
  });

  it('may be empty', async () => {
    const { file, rows } = await parquetOf([]);
    expect(rows).toEqual([]);
    expect(parquetMetadata(file).schema).toHaveLength(19);
  });

  it('is passed on group by group, so that memory stays flat', async () => {
    const lines = await linesOf(logText([RECORD]).repeat(25_000));
    const { pieces, rows, file } = await parquetOf(lines);
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      10_000, 10_000, 5_000,
    ]);
    expect(pieces).toHaveLength(4);
    expect(rows).toHaveLength(25_000);
    expect(rows[24_999]).toMatchObject({ line: 25_000n });
  });

  it('is passed on earlier where the texts are long', async () => {
    const long = { ...RECORD, localPath: `/${'x'.repeat(100_000)}` };
    const { file } = await parquetOf(await linesOf(logText([long]).repeat(400)));
    expect(parquetMetadata(file).row_groups.length).toBeGreaterThan(1);
  });
});

describe('where the package is not installed', () => {
  it('the error names the command that brings it', async () => {
    const load = (): Promise<ParquetLibrary> =>
      Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(loadParquetLibrary(load)).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      isUsage: true,
      message: expect.stringContaining('npm install hyparquet-writer') as string,
    });
  });

  it('a package that is broken is told as what it is', async () => {
    await expect(loadParquetLibrary(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
