import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startScriptedS3, type S3Question, type S3Script, type ScriptedS3 } from '../servers/s3-scripted.js';
import { noise, KIB } from '../suites/bytes.js';
import { s3Options } from '../suites/targets/s3-target.js';
import { runBatchFixture } from '../platform/batch-fixture.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';

type Direction = 'upload' | 'download';

const PART = 64 * KIB;
const NEW = noise(5 * PART + 1_000);
const SMALL = noise(3_000);
const OLD = Buffer.from('old content');
const NAME = 'bucket/f.dat';

interface Scene {
  readonly direction: Direction;
  readonly server: ScriptedS3;
  readonly local: string;
  readonly content: Buffer;
}

async function scene(direction: Direction, script: S3Script, content = NEW): Promise<Scene> {
  const server = await startScriptedS3(script);
  onTestFinished(() => server.stop());
  const local = join(await temporaryFolder(), 'local');
  await mkdir(local);
  await writeFile(join(local, 'f.dat'), direction === 'upload' ? content : OLD);
  server.objects.set(NAME, {
    content: direction === 'upload' ? OLD : content,
    eTag: '"0123"',
    metadata: {},
  });
  return { direction, server, local, content };
}

function endpointOf(server: ScriptedS3, timeoutMs: number): Endpoint {
  const options = s3Options({ ...server, accessKeyId: 'AKIA' }, 's3cret-key', { partBytes: PART, timeoutMs });
  return {
    label: 's3',
    options,
    columns: { protocol: 's3', host: server.host, port: server.port, user: 'AKIA' },
    maxConnections: 2,
    finalName: 'temporary',
  };
}

async function move({ direction, server, local }: Scene, retries = 0, timeoutMs = 5_000) {
  const endpoint = endpointOf(server, timeoutMs);
  const here = `${local}/f.dat`;
  return runBatchFixture(testPlatform(), {
    ...(direction === 'upload'
      ? { source: here, destination: `/${NAME}`, destinationEndpoint: endpoint }
      : { source: `/${NAME}`, destination: here, sourceEndpoint: endpoint }),
    operation: direction,
    transfer: { removeSource: true, retries, verify: 'checksum' },
  });
}

/** Whole or old under the final name, the source until then, no upload left behind. */
async function expectPromise({ direction, server, local, content }: Scene, isDone: boolean): Promise<void> {
  const here = await readdir(local);
  const there = server.objects.get(NAME)?.content;
  const target = direction === 'upload' ? there : await readFile(join(local, 'f.dat'));
  expect(
    target?.equals(isDone ? content : OLD),
    isDone ? 'the target is whole' : 'the target is as before',
  ).toBe(true);
  if (direction === 'upload') expect(here).toEqual(isDone ? [] : ['f.dat']);
  else expect(there === undefined).toBe(isDone);
  expect([...server.uploads.keys()], 'no upload is left behind').toEqual([]);
}

interface Row {
  readonly name: string;
  readonly direction: Direction;
  readonly content?: Buffer;
  readonly script: S3Script;
  /** Of each attempt without a retry. */
  readonly lines: readonly string[];
  readonly code?: string;
  readonly timeoutMs?: number;
  /** What the failure says. */
  readonly says?: RegExp;
}

const at =
  (operation: S3Question['operation'], deed: (question: S3Question) => unknown): S3Script =>
  async (question) => {
    if (question.operation !== operation || question.nth !== 1) return false;
    await deed(question);
    return true;
  };

const refusing = (operation: S3Question['operation'], status: number, code: string, more = '') =>
  at(operation, ({ refuse }) => refuse(status, code, more));

/** Raw bytes in place of an answer. */
const raw =
  (text: string, ends = true) =>
  (question: S3Question) => {
    question.socket.write(text);
    if (ends) question.socket.end();
  };

const drip = (question: S3Question, first: string) => {
  question.socket.write(first);
  const timer = setInterval(() => question.socket.write('a'), 20);
  question.socket.once('close', () => clearInterval(timer));
};

const ROWS: readonly Row[] = [
  { name: 'all is well, in parts', direction: 'upload', script: () => false, lines: ['0 200'] },
  { name: 'all is well, in one', direction: 'upload', content: SMALL, script: () => false, lines: ['0 200'] },
  { name: 'all is well', direction: 'download', script: () => false, lines: ['0 200'] },
  {
    name: 'the connection ends within a part',
    direction: 'upload',
    script: at('Part', ({ socket }) => socket.end()),
    lines: ['1 10054'],
    code: 'CONNECTION_LOST',
  },
  {
    name: 'the connection is reset within a part',
    direction: 'upload',
    script: at('Part', ({ socket }) => socket.resetAndDestroy()),
    lines: ['1 10054'],
    code: 'CONNECTION_LOST',
  },
  {
    name: 'a part is answered with garbage',
    direction: 'upload',
    script: at('Part', raw('220 ftp.acme.example ready\r\n')),
    lines: ['1 10053'],
    code: 'PROTOCOL_VIOLATION',
  },
  {
    name: 'a part is busy',
    direction: 'upload',
    script: refusing('Part', 503, 'SlowDown'),
    lines: ['1 503'],
    code: 'SERVER_BUSY',
  },
  {
    name: 'a part came otherwise than it was sent',
    direction: 'upload',
    script: refusing('Part', 400, 'BadDigest'),
    lines: ['1 400'],
    code: 'CONTENT_MISMATCH',
  },
  {
    name: 'the quota is used up',
    direction: 'upload',
    script: refusing('Part', 413, 'QuotaExceeded'),
    lines: ['1 413'],
    code: 'NO_SPACE',
  },
  {
    name: 'the upload is forgotten',
    direction: 'upload',
    script: refusing('Part', 404, 'NoSuchUpload'),
    lines: ['1 404'],
    code: 'REFUSED',
  },
  {
    name: '"complete" answers 200 with an error inside',
    direction: 'upload',
    script: at('Complete', ({ response }) =>
      response.end(
        '<?xml version="1.0"?>\n<Error><Code>InternalError</Code><Message>We failed.</Message></Error>',
      ),
    ),
    lines: ['1 -1'],
    code: 'SERVER_BUSY',
  },
  {
    name: '"complete" is done and its answer lost',
    direction: 'upload',
    script: at('Complete', async ({ obey, response, socket }) => {
      response.end = () => response;
      await obey();
      socket.destroy();
    }),
    lines: ['0 200'],
  },
  {
    name: '"complete" is not done and its answer lost',
    direction: 'upload',
    script: at('Complete', ({ socket }) => socket.destroy()),
    lines: ['1 10054'],
    code: 'REPLY_LOST',
  },
  {
    name: 'a small file is stored and the answer lost',
    direction: 'upload',
    content: SMALL,
    script: at('Put', async ({ obey, response, socket }) => {
      response.end = () => response;
      await obey();
      socket.destroy();
    }),
    lines: ['0 200'],
  },
  {
    name: 'the server says nothing to a part',
    direction: 'upload',
    script: at('Part', () => undefined),
    timeoutMs: 300,
    lines: ['1 2000'],
    code: 'TIMEOUT',
  },
  {
    name: 'the download ends early',
    direction: 'download',
    script: at('Get', raw(`HTTP/1.1 200 OK\r\ncontent-length: ${NEW.length}\r\netag: "0123"\r\n\r\nabc`)),
    lines: ['1 10054'],
    code: 'TRUNCATED',
  },
  {
    name: 'the download is reset',
    direction: 'download',
    script: at('Get', ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${NEW.length}\r\netag: "0123"\r\n\r\nabc`, () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      );
    }),
    lines: ['1 10054'],
    code: 'CONNECTION_LOST',
  },
  {
    name: 'the download drips',
    direction: 'download',
    script: at('Get', (question) =>
      drip(question, 'HTTP/1.1 200 OK\r\ncontent-length: 9999\r\netag: "0123"\r\n\r\nabc'),
    ),
    timeoutMs: 300,
    lines: ['1 2000'],
    code: 'TIMEOUT',
  },
  {
    name: 'the download stalls',
    direction: 'download',
    script: at('Get', raw(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\netag: "0123"\r\n\r\nabc`, false)),
    timeoutMs: 300,
    lines: ['1 2000'],
    code: 'TIMEOUT',
  },
  {
    name: 'what comes has another checksum than is announced',
    direction: 'download',
    script: at('Get', ({ response }) => {
      response.writeHead(200, {
        etag: '"0123"',
        'content-length': NEW.length,
        'x-amz-checksum-sha256': Buffer.alloc(32, 7).toString('base64'),
      });
      response.end(NEW);
    }),
    lines: ['1 -1'],
    code: 'CONTENT_MISMATCH',
  },
  {
    name: 'a head without end',
    direction: 'download',
    script: at('Get', raw(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(5_000)}`, false)),
    lines: ['1 10053'],
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'an error without end',
    direction: 'download',
    script: at('Get', ({ socket }) => {
      socket.write('HTTP/1.1 403 Forbidden\r\ncontent-type: application/xml\r\n\r\n<Error>');
      for (let count = 0; count < 40 && !socket.destroyed; count += 1) socket.write('a'.repeat(64 * KIB));
    }),
    lines: ['1 10053'],
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'an error that comes byte by byte',
    direction: 'download',
    script: at('Get', (question) => drip(question, 'HTTP/1.1 403 Forbidden\r\n\r\n<Error>')),
    timeoutMs: 300,
    lines: ['1 2000'],
    code: 'TIMEOUT',
  },
  {
    name: 'a head that comes byte by byte',
    direction: 'download',
    script: at('Get', (question) => drip(question, 'HTTP/1.1 200 OK\r\nx-a: ')),
    timeoutMs: 300,
    lines: ['1 2000'],
    code: 'TIMEOUT',
  },
  {
    name: 'the file lies in an archive',
    direction: 'download',
    script: refusing('Get', 403, 'InvalidObjectState'),
    lines: ['1 403'],
    code: 'REFUSED',
  },
  {
    name: 'the bucket is in another region',
    direction: 'download',
    script: refusing(
      'Get',
      301,
      'PermanentRedirect',
      '<Endpoint>bucket.s3.eu-west-3.amazonaws.com</Endpoint>',
    ),
    lines: ['1 301'],
    code: 'REDIRECT_REFUSED',
    says: /names the endpoint bucket\.s3\.eu-west-3/,
  },
  {
    name: 'a look is refused in the right region',
    direction: 'download',
    script: at('Head', ({ response }) =>
      response.writeHead(403, { 'x-amz-bucket-region': 'us-east-1' }).end(),
    ),
    lines: ['1 403'],
    code: 'PERMISSION_DENIED',
    says: /403$/,
  },
  {
    name: 'a look is refused, since the bucket is in another region',
    direction: 'download',
    script: at('Head', ({ response }) =>
      response.writeHead(400, { 'x-amz-bucket-region': 'eu-west-3' }).end(),
    ),
    lines: ['1 400'],
    code: 'AUTH_REJECTED',
    says: /in the region eu-west-3$/,
  },
  {
    name: 'the server sends us elsewhere',
    direction: 'download',
    script: at('Get', ({ response }) => response.writeHead(307, { location: 'http://evil.example/' }).end()),
    lines: ['1 307'],
    code: 'REDIRECT_REFUSED',
  },
  {
    name: 'our clock is off',
    direction: 'upload',
    script: at('ListBuckets', ({ response, refuse }) => {
      response.sendDate = false;
      refuse(403, 'RequestTimeTooSkewed');
    }),
    lines: ['1 403'],
    code: 'AUTH_REJECTED',
    says: /our clock is \d+ s/,
  },
];

const RETRIED: ReadonlySet<string> = new Set([
  'CONNECTION_LOST',
  'TIMEOUT',
  'SERVER_BUSY',
  'TRUNCATED',
  'CONTENT_MISMATCH',
  'REPLY_LOST',
]);

describe('moving with an S3 server', () => {
  it.each(ROWS)('$direction: $name', async (row) => {
    const place = await scene(row.direction, row.script, row.content);
    const run = await move(place, 0, row.timeoutMs);
    expect(run.lines).toEqual(row.lines);
    const error = run.result.stoppedBy ?? run.result.failures[0]?.error;
    expect(error?.code).toBe(row.code);
    expect(error?.message ?? '').not.toContain('s3cret-key');
    if (row.says !== undefined) expect(error?.message).toMatch(row.says);
    await expectPromise(place, row.code === undefined);
  });

  const transient = ROWS.filter(({ code }) => code !== undefined && RETRIED.has(code));
  it.each(transient)('$direction: $name, and the next attempt succeeds', async (row) => {
    const place = await scene(row.direction, row.script, row.content);
    const run = await move(place, 1, row.timeoutMs);
    expect(run.lines).toEqual([...row.lines, '0 200']);
    await expectPromise(place, true);
  });

  it('what the server has is not sent again by the next attempt', async () => {
    const place = await scene('upload', ({ operation, nth, socket }) => {
      if (operation !== 'Part' || nth !== 4) return false;
      socket.destroy();
      return true;
    });
    const run = await move(place, 1);
    expect(run.lines).toEqual(['1 10054', '0 200']);
    const { asked } = place.server;
    // Three parts, one that was cut, the three that were missing.
    expect(asked.filter((each) => each === 'Part')).toHaveLength(7);
    expect(asked.filter((each) => each === 'Create')).toHaveLength(1);
    await expectPromise(place, true);
  });

  it('what was sent of a source that changed since is cleared', async () => {
    const place = await scene('upload', async ({ operation, nth, socket }) => {
      if (operation !== 'Part' || nth !== 4) return false;
      await writeFile(join(place.local, 'f.dat'), noise(6 * PART));
      socket.destroy();
      return true;
    });
    const run = await move(place, 1);
    expect(run.lines.at(-1)).toBe('0 200');
    await expectPromise({ ...place, content: noise(6 * PART) }, true);
  });

  it('a name that was taken meanwhile is not overwritten where the policy forbids it', async () => {
    for (const content of [SMALL, NEW]) {
      const place = await scene(
        'upload',
        ({ operation }) => {
          if (operation === 'Put' || operation === 'Create') {
            place.server.objects.set(NAME, { content: OLD, eTag: '"0123"', metadata: {} });
          }
          return false;
        },
        content,
      );
      place.server.objects.clear();
      const run = await runBatchFixture(testPlatform(), {
        source: `${place.local}/f.dat`,
        destination: `/${NAME}`,
        destinationEndpoint: endpointOf(place.server, 5_000),
        transfer: { overwrite: 'fail' },
      });
      expect(run.lines).toEqual(['1 412']);
      expect(run.result.failures[0]?.error.code).toBe('ALREADY_EXISTS');
      await expectPromise(place, false);
    }
  });

  it('a source that is slower than the time limit is no time-out', async () => {
    const place = await scene('upload', () => false);
    const run = await runBatchFixture(testPlatform(), {
      source: `${place.local}/f.dat`,
      destination: `/${NAME}`,
      destinationEndpoint: endpointOf(place.server, 250),
      transfer: { bandwidthBytesPerSecond: 400_000 },
    });
    expect(run.lines).toEqual(['0 200']);
  });

  it('a listing that goes round in circles ends', async () => {
    const place = await scene(
      'download',
      at('ListObjects', ({ response }) =>
        response.end('<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'),
      ),
    );
    const run = await runBatchFixture(testPlatform(), {
      source: '/bucket/*',
      destination: `${place.local}/`,
      sourceEndpoint: endpointOf(place.server, 5_000),
      operation: 'download',
    });
    expect(run.result.stoppedBy?.code).toBe('PROTOCOL_VIOLATION');
    expect(run.lines).toEqual(['1 -1']);
  });
});

it('parts that cannot be cleared are never told as the file that stands there', async () => {
  const refused: ReadonlySet<string> = new Set(['Part', 'Abort', 'ListUploads']);
  const place = await scene('upload', ({ operation, refuse }) => {
    if (!refused.has(operation)) return false;
    refuse(403, 'AccessDenied');
    return true;
  });
  const { result } = await move(place);
  expect(result.leftovers).toEqual([`parts of an unfinished upload of /${NAME}, not the file itself`]);
  expect(place.server.objects.get(NAME)?.content.equals(OLD)).toBe(true);
});
