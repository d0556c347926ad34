import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ClientLogWriter,
  parseLine,
  type ClientLogFacts,
  type ClientLogRecord,
} from '../../src/client-log/index.js';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';

const APPENDER = fileURLToPath(new URL('./client-log-appender.ts', import.meta.url));
const PROCESSES = 4;
const LINES = 2000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-client-log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function runAppender(name: string): Promise<void> {
  const args = ['--import', 'tsx', APPENDER, folder, name, String(LINES)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  expect(exitCode, `exit code of appender ${name}`).toBe(0);
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8');
  expect(text.endsWith('\n'), 'the file ends with a line end').toBe(true);
  return text.slice(0, -1).split('\n');
}

function recordOfLine(line: string): ClientLogRecord {
  const parsed = parseLine(line);
  expect(parsed, `the line ${line.slice(0, 200)}`).toMatchObject({ kind: 'record' });
  if (parsed.kind !== 'record') throw new TypeError(parsed.reason);
  return parsed.record;
}

function facts(remotePath: string): ClientLogFacts {
  return {
    endedMs: Date.parse('2026-03-01T12:00:00Z'),
    protocol: 'local',
    host: 'localhost',
    port: 0,
    user: 'root',
    localPath: '/a',
    remotePath,
    operation: 'upload',
    lastCode: 0,
    result: 'succeeded',
  };
}

function writerHere(): ClientLogWriter {
  return new ClientLogWriter(createNodePlatform(), { folder, tenthColumn: false, timeZone: 'UTC' });
}

describe('several processes that write one client log at once', () => {
  it(`keep every line whole, lose none, and each keeps its own order (${PROCESSES} x ${LINES} lines)`, async () => {
    const names = Array.from({ length: PROCESSES }, (_, index) => `process${index}`);
    await Promise.all(names.map(runAppender));
    const records = (await linesOf(join(folder, 'cl260301.log'))).map(recordOfLine);
    expect(records).toHaveLength(PROCESSES * LINES);
    for (const name of names) {
      const own = records.filter((record) => record.user === name);
      expect(own.map((record) => record.remotePath)).toEqual(
        Array.from({ length: LINES }, (_, index) => `/in/${index}; forged\r\n`),
      );
    }
    expect(await readdir(folder)).toEqual(['cl260301.log']);
  });
});

describe('a client log on a real disk', () => {
  it('is started anew when the file is deleted or rotated while it is held open', async () => {
    const path = join(folder, 'cl260301.log');
    const writer = writerHere();
    await writer.open();
    await writer.append(facts('/1'));
    await unlink(path);
    await writer.append(facts('/2'));
    await rename(path, `${path}.old`);
    await writer.append(facts('/3'));
    await writer.close();
    expect((await linesOf(`${path}.old`)).map((line) => recordOfLine(line).remotePath)).toEqual(['/2']);
    expect((await linesOf(path)).map((line) => recordOfLine(line).remotePath)).toEqual(['/3']);
  });

  it('does not glue a record to a line that was cut short', async () => {
    const path = join(folder, 'cl260301.log');
    await appendFile(path, '2026-03-01 11:59:59; sftp; sftp.ac');
    const writer = writerHere();
    await writer.append(facts('/1'));
    await writer.close();
    const [broken, whole, ...rest] = await linesOf(path);
    expect(broken).toBe('2026-03-01 11:59:59; sftp; sftp.ac');
    expect(recordOfLine(whole ?? '').remotePath).toBe('/1');
    expect(rest).toEqual([]);
  });

  it('refuses to open in a place that is a file, and says which', async () => {
    await appendFile(join(folder, 'file'), '');
    const writer = new ClientLogWriter(createNodePlatform(), {
      folder: join(folder, 'file'),
      tenthColumn: false,
    });
    await expect(writer.open()).rejects.toMatchObject({
      code: 'CLIENT_LOG_FAILED',
      message: expect.stringContaining(join(folder, 'file')) as string,
    });
  });
});
