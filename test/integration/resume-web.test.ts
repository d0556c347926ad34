import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { PartialJournal } from '../../src/transfers/partial-journal.js';
import { BadLine } from '../chaos/bad-line.js';
import { runBatchFixture, type BatchFixture } from '../platform/batch-fixture.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { seededRandom, testPlatform } from '../platform/test-platform.js';
import { startNginx } from '../servers/nginx.js';
import { MIB, noise } from '../suites/bytes.js';
import { DiskFolder } from '../suites/disk-folder.js';
import { httpOptions } from '../suites/targets/http-target.js';
import { startSwiftBucket } from '../suites/targets/s3-target.js';

/** Cut lines to a web server and to S3: what a later run moves, and what is left. */

const CONTENT = noise(24 * MIB);
const CUT_AT_BYTES = 16 * MIB;

interface RealPlace {
  readonly endpoint: Endpoint;
  readonly folder: DiskFolder;
  /** `folder` as the server calls it. */
  readonly path: string;
  stop(): Promise<unknown>;
}

interface Kind {
  readonly name: string;
  start(): Promise<RealPlace>;
}

const S3: Kind = {
  name: 'S3 (Swift)',
  start: async () => {
    const run = await startSwiftBucket();
    const { host, port } = run.options;
    return {
      ...run.openFolder('resume'),
      endpoint: endpointOf(run.options, { protocol: 's3', host, port, user: 'key' }),
      stop: () => run.stop(),
    };
  },
};

const WEB: Kind = {
  name: 'nginx',
  start: async () => {
    const server = await startNginx({ webdav: false });
    const { host, port, user } = server;
    return {
      folder: new DiskFolder(join(server.root, 'resume')),
      path: '/resume',
      endpoint: endpointOf(httpOptions(server), { protocol: 'http', host, port, user }),
      stop: () => server.stop(),
    };
  },
};

function endpointOf(options: Endpoint['options'], columns: Endpoint['columns']): Endpoint {
  return { label: columns.protocol, options, columns, maxConnections: 4, finalName: 'temporary' };
}

/** Runs as processes of their own, the first of them over a line that breaks. */
async function runner(fixture: BatchFixture) {
  const state = await temporaryFolder();
  let pid = 100;
  return async (cutAtBytes?: number) => {
    pid += 1;
    const base = testPlatform({ random: seededRandom(pid) });
    const line = new BadLine(base.dialer);
    if (cutAtBytes !== undefined) line.arm({ afterBytes: cutAtBytes, deed: 'reset', reach: 'line' });
    const host = { ...base.host, pid, isProcessAlive: () => false };
    const platform = { ...base, host, dialer: line.dialer };
    const journal = await PartialJournal.open(platform, state);
    const run = await runBatchFixture(platform, { ...fixture, journal });
    await journal.close();
    line.close();
    return run;
  };
}

describe.each([WEB, S3])('a download from $name that was cut', ({ start }) => {
  let place: RealPlace;
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place?.stop());

  it('is gone on with in a later run', async () => {
    const here = new DiskFolder(await temporaryFolder());
    place.folder.write('f.dat', CONTENT);
    const run = await runner({
      source: `${place.path}/f.dat`,
      sourceEndpoint: place.endpoint,
      destination: here.at('f.dat'),
      operation: 'download',
    });
    const first = await run(CUT_AT_BYTES);
    expect(first.attempts.map(({ succeeded }) => succeeded)).toEqual([false]);
    expect(first.result.failures[0]?.keptBytes).toBeGreaterThan(0);
    const second = await run();
    expect(second.lines).toEqual(['0 206']);
    expect(second.result.movedBytes).toBeLessThan(CONTENT.length - CUT_AT_BYTES / 2);
    expect(here.names()).toEqual(['f.dat']);
    expect(here.read('f.dat').equals(CONTENT)).toBe(true);
  });
});

describe('an upload to S3 that was cut', () => {
  let place: RealPlace;
  beforeAll(async () => {
    place = await S3.start();
  });
  afterAll(() => place?.stop());

  it('is gone on with in a later run, part by part', async () => {
    const here = new DiskFolder(await temporaryFolder());
    here.write('f.dat', CONTENT);
    const run = await runner({
      source: here.at('f.dat'),
      destination: `${place.path}/f.dat`,
      destinationEndpoint: place.endpoint,
      operation: 'upload',
    });
    const first = await run(CUT_AT_BYTES);
    expect(first.attempts.map(({ succeeded }) => succeeded)).toEqual([false]);
    expect(place.folder.names(), 'nothing shows before it is whole').toEqual([]);
    const second = await run();
    expect(second.lines).toEqual(['0 200']);
    expect(second.result.movedBytes).toBeLessThan(CONTENT.length - CUT_AT_BYTES / 2);
    expect(place.folder.read('f.dat').equals(CONTENT)).toBe(true);
  });
});
