import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { remotePath, type RemotePath } from '../../src/core/remote-path.js';
import type { Platform } from '../../src/core/platform.js';
import type { ProtocolClient, UnfinishedName } from '../../src/protocols/protocol-client.js';
import { createS3Client } from '../../src/protocols/s3/s3-client.js';
import type { S3Options } from '../../src/protocols/s3/s3-options.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { runBatchFixture } from '../platform/batch-fixture.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { startSwift, type SwiftServer } from '../servers/s3-swift.js';
import { testKeyFile } from '../servers/test-keys.js';
import { chunks, collect, failingAfter, KIB, KeepingSink, noise } from '../suites/bytes.js';
import { SwiftBucket } from '../suites/targets/s3-folder.js';
import { NativeApi } from '../suites/targets/s3-native-api.js';
import { BUCKET, s3Options } from '../suites/targets/s3-target.js';

const PART = 64 * KIB;
const CONTENT = noise(5 * PART + 321);
const call = { signal: new AbortController().signal };

let server: SwiftServer;
let api: NativeApi;
let bucket: SwiftBucket;

beforeAll(async () => {
  server = await startSwift();
  api = new NativeApi(server);
  bucket = new SwiftBucket(api, { user: server.accessKeyId, password: server.secretAccessKey }, BUCKET);
});
afterAll(async () => {
  await api?.stop();
  await server?.stop();
});

function optionsOf(changes: Partial<S3Options> = {}): S3Options {
  return s3Options(server, server.secretAccessKey, { partBytes: PART, ...changes });
}

async function session(
  changes: Partial<S3Options> = {},
  platform: Platform = testPlatform(),
): Promise<ProtocolClient> {
  const client = createS3Client(optionsOf(changes), platform);
  onTestFinished(() => client.close());
  await client.connect(call);
  return client;
}

const at = (key: string): RemotePath => remotePath(`/${BUCKET}/${key}`);
const md5 = (content: Uint8Array) => createHash('md5').update(content).digest('hex');
const stored = (key: string) => bucket.ask('GET', key).body;
/** What Swift keeps of uploads that did not end. */
const pieces = () => bucket.ask('GET', '', { container: `${BUCKET}+segments` }).body.toString('utf8');

/** What a batch keeps of an upload: the name that the server gave it. */
function upload(): UnfinishedName & { id: string } {
  const name = {
    id: '',
    began: (id: string) => {
      name.id = id;
      return Promise.resolve();
    },
  };
  return name;
}

describe('an upload in parts', () => {
  it('that is left alone is gone on with by another session, from the bytes that the server has', async () => {
    const lost = new Error('killed');
    const first = await session();
    const unfinished = upload();
    const write = first.write(at('resumed'), failingAfter(CONTENT.subarray(0, 3 * PART + 10), lost), {
      ...call,
      keepUnfinished: true,
      unfinished,
    });
    await expect(write).rejects.toBe(lost);
    await expect(first.stat(at('resumed'), call)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    const second = await session();
    const { id } = unfinished;
    const found = await second.unfinishedWrite(at('resumed'), { ...call, id });
    const bytes = found?.bytes ?? 0;
    expect(bytes).toBeGreaterThanOrEqual(2 * PART);
    const value = md5(CONTENT.subarray(bytes - PART, bytes));
    expect(found?.tail).toEqual({ offset: bytes - PART, lengthBytes: PART, algorithm: 'md5', value });
    const rest = { ...call, offset: bytes, sizeBytes: CONTENT.length - bytes, unfinished };
    const receipt = await second.write(at('resumed'), chunks(CONTENT.subarray(bytes)), rest);
    expect(receipt).toEqual({ lastCode: 200, bytes: CONTENT.length - bytes });
    expect(stored('resumed').equals(CONTENT)).toBe(true);
    expect(await second.unfinishedWrite(at('resumed'), { ...call, id })).toBeUndefined();
  });

  it('that had all its parts is only completed', async () => {
    const client = await session();
    const source = failingAfter(CONTENT, new Error('cut'));
    const unfinished = upload();
    const kept = { ...call, keepUnfinished: true, unfinished };
    await expect(client.write(at('whole'), source, kept)).rejects.toThrow('cut');
    const bytes = (await client.unfinishedWrite(at('whole'), { ...call, id: unfinished.id }))?.bytes ?? 0;
    await client.write(at('whole'), chunks(CONTENT.subarray(bytes)), { ...call, offset: bytes, unfinished });
    expect(stored('whole').equals(CONTENT)).toBe(true);
    const none = client.write(at('whole'), chunks(CONTENT), { ...call, offset: 77 });
    await expect(none).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('leaves nothing behind when it fails, is cancelled, is closed, or is abandoned', async () => {
    const before = pieces();
    const client = await session();
    const failing = client.write(at('left'), failingAfter(CONTENT, new Error('own')), call);
    await expect(failing).rejects.toThrow('own');
    const abort = new AbortController();
    async function* source(stop: () => unknown) {
      yield* chunks(CONTENT);
      stop();
      await new Promise(() => undefined);
    }
    const cancelled = client.write(
      at('left'),
      source(() => abort.abort()),
      { signal: abort.signal },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    const [ours, others] = [upload(), upload()];
    for (const unfinished of [ours, others]) {
      const kept = { ...call, keepUnfinished: true, unfinished };
      await client.write(at('left'), failingAfter(CONTENT, new Error('own')), kept).catch(() => undefined);
    }
    expect(pieces()).not.toBe(before);
    await client.abandonWrite(at('left'), { ...call, id: ours.id });
    // An upload of somebody else to the same key is theirs to end.
    expect((await client.unfinishedWrite(at('left'), { ...call, id: others.id }))?.bytes).toBeGreaterThan(0);
    await client.abandonWrite(at('left'), { ...call, id: others.id });
    // A path without a key never had one.
    for (const path of ['/', '/bucket-alone', '/bucket/folder/'])
      await client.abandonWrite(remotePath(path), { ...call, id: 'none' });
    const closed = client.write(
      at('left'),
      source(() => void client.close()),
      call,
    );
    await expect(closed).rejects.toMatchObject({ code: 'CLOSED' });
    expect(pieces()).toBe(before);
    expect(bucket.ask('HEAD', 'left').status).toBe(404);
  });
});

describe('what a write proves and keeps', () => {
  it.each([
    ['one request', 1_000],
    ['parts', CONTENT.length],
  ])('in %s: the server compared checksums, and the time is kept', async (_, size) => {
    const client = await session();
    const modifiedMs = Date.UTC(2021, 2, 4, 5, 6, 7, 89);
    const receipt = await client.write(at('proven'), chunks(CONTENT.subarray(0, size)), {
      ...call,
      modifiedMs,
    });
    expect(receipt).toEqual({ lastCode: 200, bytes: size, checksum: 'md5' });
    expect(await client.stat(at('proven'), call)).toMatchObject({
      sizeBytes: size,
      modifiedMs,
      precisionMs: 1,
    });
  });

  it('the MD5 of a file that went in one, and none of one that went in parts', async () => {
    const client = await session();
    const ask = { ...call, algorithm: 'md5' } as const;
    await client.write(at('sum'), chunks(noise(900)), call);
    expect(await client.checksum(at('sum'), ask)).toBe(md5(noise(900)));
    await client.write(at('sum'), chunks(CONTENT), call);
    await expect(client.checksum(at('sum'), ask)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('a file that was replaced since it was looked at is SOURCE_CHANGED', async () => {
    const client = await session();
    await client.write(at('version'), chunks(noise(10)), call);
    const { version } = await client.stat(at('version'), call);
    await client.write(at('version'), chunks(noise(11)), call);
    const sink = new KeepingSink();
    const reading = client.read(at('version'), sink, { ...call, version });
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_CHANGED', lastCode: 412 });
    expect(sink.bytes.length).toBe(0);
  });
});

describe('where the server says no', () => {
  const verbs: Readonly<Record<string, (client: ProtocolClient, path: RemotePath) => Promise<unknown>>> = {
    list: (client, path) => collect(client.list(path, call)),
    stat: (client, path) => client.stat(path, call),
    read: (client, path) => client.read(path, new KeepingSink(), call),
    'write in one': (client, path) => client.write(path, chunks(noise(10)), call),
    'write in parts': (client, path) => client.write(path, chunks(CONTENT), call),
    remove: (client, path) => client.remove(path, call),
    checksum: (client, path) => client.checksum(path, { ...call, algorithm: 'md5' }),
  };

  it.each(Object.entries(verbs))(
    '%s without the right is PERMISSION_DENIED and changes nothing',
    async (_, verb) => {
      bucket.ask('PUT', 'guarded', { body: 'content' });
      const { accessKeyId, secretAccessKey } = server.guest;
      const guest = await session({
        credentials: {
          accessKeyId,
          secretAccessKey: s3Options(server, secretAccessKey).credentials!.secretAccessKey,
        },
      });
      await expect(verb(guest, at('guarded'))).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        lastCode: 403,
        retry: 'permanent',
      });
      expect(stored('guarded').toString()).toBe('content');
    },
  );

  it.each(Object.entries(verbs))('%s in a bucket that is not there is NOT_FOUND', async (_, verb) => {
    const client = await session();
    const path = remotePath('/no-such-bucket/key');
    await expect(verb(client, path)).rejects.toMatchObject({ code: 'NOT_FOUND', lastCode: 404 });
  });

  it('without a key it is said that nothing was signed', async () => {
    const nobody = await session({ credentials: undefined });
    await expect(nobody.stat(at('guarded'), call)).rejects.toMatchObject({
      side: 'us',
      advice: expect.stringMatching(/^No access key was given/) as string,
    });
  });

  it('another region is named, with what to say', async () => {
    const client = createS3Client(optionsOf({ region: 'eu-west-3' }), testPlatform());
    onTestFinished(() => client.close());
    await expect(client.connect(call)).rejects.toMatchObject({
      code: 'AUTH_REJECTED',
      retry: 'config',
      advice: 'Say --region us-east-1, or region in the connection.',
    });
  });

  it('keys that are no paths are left out of a listing and told of', async () => {
    for (const key of ['odd//inner', 'odd/fine']) bucket.ask('PUT', key, { body: 'x' });
    const warnings: string[] = [];
    const client = await session();
    const found = await collect(
      client.list(at('odd'), { ...call, onWarning: (text) => void warnings.push(text) }),
    );
    expect(found.map(({ name }) => name)).toEqual(['fine']);
    expect(warnings).toEqual(['a key that is no path is left out: odd/']);
    for (const bad of ['/b/../x', '/b//x', '/b/x/../y', '/../x', '/b%/x']) {
      await expect(client.stat(remotePath(bad), call)).rejects.toMatchObject({ code: 'NAME_REFUSED' });
    }
  });
});

describe('ways to the server', () => {
  it('virtual addressing goes to the bucket’s own host', async () => {
    const platform = testPlatform();
    const hosts: string[] = [];
    const dialer: Platform['dialer'] = {
      ...platform.dialer,
      dial: (target, options) => {
        hosts.push(target.host);
        return platform.dialer.dial({ ...target, host: server.host }, options);
      },
      lookup: (host, options) => platform.dialer.lookup(host, options),
      listen: (options) => platform.dialer.listen(options),
    };
    const client = await session({ host: 'localhost', addressing: 'virtual' }, { ...platform, dialer });
    await client.write(at('virtual'), chunks(CONTENT), call);
    expect(stored('virtual').equals(CONTENT)).toBe(true);
    expect(hosts).toEqual(['localhost', `${BUCKET}.localhost`]);
  });

  it('TLS is checked before anything is sent', async () => {
    const relay = createServer(
      { cert: await readFile(testKeyFile('valid.crt')), key: await readFile(testKeyFile('valid.key')) },
      (socket) => {
        const inner = connect(server.port, server.host);
        for (const each of [socket, inner]) each.on('error', () => inner.destroy());
        socket.pipe(inner).pipe(socket);
      },
    );
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void relay.close());
    const { port } = relay.address() as { port: number };
    const ca = await readFile(testKeyFile('ca.crt'), 'utf8');
    const client = await session({ port, security: 'tls', tls: { ca: [ca], pins: [] } });
    await client.write(at('tls'), chunks(CONTENT), call);
    expect(stored('tls').equals(CONTENT)).toBe(true);
    await client.close();
    const stranger = createS3Client(optionsOf({ port, security: 'tls' }), testPlatform());
    onTestFinished(() => stranger.close());
    await expect(stranger.connect(call)).rejects.toMatchObject({
      code: 'CERTIFICATE_REJECTED',
      lastCode: 10053,
    });
  });

  it('whole folders go there and come back', async () => {
    const root = await temporaryFolder();
    const [out, back] = [join(root, 'out'), join(root, 'back')];
    await mkdir(join(out, 'a', 'b'), { recursive: true });
    for (const name of ['1.xml', 'a/2.xml', 'a/b/ü &.xml']) await writeFile(join(out, name), name);
    const endpoint: Endpoint = {
      label: 'swift',
      options: optionsOf(),
      columns: { protocol: 's3', host: server.host, port: server.port, user: server.accessKeyId },
      maxConnections: 4,
      finalName: 'temporary',
    };
    const transfer = { verify: 'checksum' } as const;
    const up = await runBatchFixture(testPlatform(), {
      source: `${out}/*.xml`,
      destination: `/${BUCKET}/tree/`,
      destinationEndpoint: endpoint,
      recursive: true,
      transfer,
    });
    expect(up.lines).toEqual(['0 200', '0 200', '0 200']);
    const down = await runBatchFixture(testPlatform(), {
      source: `/${BUCKET}/tree/*`,
      destination: `${back}/`,
      sourceEndpoint: endpoint,
      operation: 'download',
      recursive: true,
      transfer: { ...transfer, removeSource: true },
    });
    expect(down.lines).toEqual(['0 200', '0 200', '0 200']);
    const names = (await readdir(back, { recursive: true })).filter((name) => name.endsWith('.xml'));
    expect(names.sort()).toEqual(['1.xml', 'a/2.xml', 'a/b/ü &.xml']);
    expect(bucket.keys('tree/')).toEqual([]);
  });
});
