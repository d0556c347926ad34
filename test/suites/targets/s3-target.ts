import { remotePath } from '../../../src/core/remote-path.js';
import { Secret } from '../../../src/core/secret.js';
import { createS3Client } from '../../../src/protocols/s3/s3-client.js';
import type { S3Options } from '../../../src/protocols/s3/s3-options.js';
import { startSwift, type SwiftServer } from '../../servers/s3-swift.js';
import { MIB } from '../bytes.js';
import type { DiskFolder } from '../disk-folder.js';
import type { CodeTable, ProtocolTarget } from '../protocol-target.js';
import type { Exception, SuiteWiring } from '../run-suite.js';
import { SwiftBucket, SwiftFolder } from './s3-folder.js';
import { NativeApi } from './s3-native-api.js';

export const BUCKET = 'partner-files';
const WRONG_KEY = 'not-the-secret-key-0815';

/** HTTP statuses: client-log.md, section 4. -1 where the last answer reads as success, and is none. */
const codes: CodeTable = {
  connected: [200],
  transferred: [200, 206],
  renamed: [],
  removed: [204],
  folderMade: [],
  folderRemoved: [],
  timeSet: [],
  settled: [200],
  loginRefused: [403],
  missing: [404],
  forbidden: [403],
  refused: [-1],
  diskFull: [413],
  hungUp: [10054, -1],
};

export function s3Options(
  place: Pick<SwiftServer, 'host' | 'port' | 'accessKeyId'>,
  secretAccessKey: string,
  changes: Partial<S3Options> = {},
): S3Options {
  return {
    kind: 's3',
    host: place.host,
    port: place.port,
    security: 'none',
    tls: { ca: [], pins: [] },
    region: 'us-east-1',
    credentials: { accessKeyId: place.accessKeyId, secretAccessKey: new Secret(secretAccessKey) },
    addressing: 'path',
    partBytes: 5 * MIB,
    timeoutMs: 20_000,
    proxies: [],
    ...changes,
  };
}

export interface SwiftBucketRun {
  readonly options: S3Options;
  /** A prefix of the bucket: as it is on the server, and as locations name it. */
  readonly openFolder: (name: string) => { readonly folder: DiskFolder; readonly path: string };
  stop(): Promise<void>;
}

/** One bucket of a Swift of its own. */
export async function startSwiftBucket(): Promise<SwiftBucketRun> {
  const server = await startSwift();
  const api = new NativeApi(server);
  const bucket = new SwiftBucket(api, { user: server.accessKeyId, password: server.secretAccessKey }, BUCKET);
  return {
    options: s3Options(server, server.secretAccessKey),
    openFolder: (name) => ({ folder: new SwiftFolder(bucket, name), path: `/${BUCKET}/${name}` }),
    stop: async () => {
      await api.stop();
      await server.stop();
    },
  };
}

/** OpenStack Swift's S3 API, its files seen by Swift's own. */
export async function startSwiftTarget(): Promise<ProtocolTarget> {
  const server = await startSwift();
  const api = new NativeApi(server);
  const bucket = new SwiftBucket(api, { user: server.accessKeyId, password: server.secretAccessKey }, BUCKET);
  const options = (secret: string) => s3Options(server, secret);
  return {
    root: '',
    remoteRoot: remotePath(`/${BUCKET}`),
    secrets: [server.secretAccessKey, WRONG_KEY],
    codes,
    socketsPerSession: 1,
    powers: { refusedLogin: (platform) => createS3Client(options(WRONG_KEY), platform) },
    openFolder: (name) => new SwiftFolder(bucket, name),
    createClient: (platform, changes) =>
      createS3Client(
        { ...options(server.secretAccessKey), timeoutMs: changes?.timeoutMs ?? 20_000 },
        changes?.platform ?? platform,
      ),
    stop: async () => {
      await api.stop();
      await server.stop();
    },
  };
}

const noLinks: Exception = { reason: 'S3 has no links', shows: /S3 has no links/ };
const noFolders: Exception = {
  reason: 'to S3 a folder is no thing of its own, and a file may stand beside it',
  shows: /it went well/,
};

/** What Swift lacks, and where S3 differs from the contract. */
export const swiftTraits: Pick<SuiteWiring, 'lacks' | 'exceptions'> = {
  lacks: {
    hangUp: 'a session of S3 outlives its connection: test/hostile/s3-transfer-faults.test.ts',
    loginFolder: 'paths begin with the bucket',
    lockFolder: 'Swift gives rights by bucket: s3-swift.test.ts',
    forbidReading: 'Swift gives rights by bucket: s3-swift.test.ts',
    startWithSmallDisk: 'Swift counts a quota by bucket: test/hostile/s3-transfer-faults.test.ts',
  },
  exceptions: {
    'list: a link is shown as one, or as what it leads to, and never as something else': noLinks,
    'stat: a link is what it leads to': noLinks,
    'change: a link is removed, and what it leads to stays': noLinks,
    'list: times are right as far as they say to be exact': {
      reason: 'a listing of S3 tells when a file was stored, and nothing of its own time',
      shows: /ms off/,
    },
    'write: a source that is slower than the time limit is no time-out of the server': {
      reason:
        'hours later by our clock every request is refused; shown in test/hostile/s3-transfer-faults.test.ts',
      shows: /RequestTimeTooSkewed/,
    },
    'write: a write into a folder that is not there is NOT_FOUND and makes nothing': noFolders,
    'write: a write to a folder is IS_A_FOLDER and leaves the folder': noFolders,
  },
};
