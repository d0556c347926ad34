import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { remotePath } from '../core/remote-path.js';
import type { Platform } from '../core/platform.js';
import { startFtpPartner } from '../simulator/ftp-partner.js';
import { localEndpoint } from '../../test/platform/batch-fixture.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { BatchResult, FilePair } from './batch-request.js';
import { runBatch } from './batch.js';
import type { Endpoint } from './endpoint.js';
import { PartialJournal } from './partial-journal.js';
import { SessionPools } from './session-pools.js';
import { DEFAULT_TRANSFER_OPTIONS, type TransferOptions } from './transfer-options.js';
import type { EndedAttempt } from './transfer-observer.js';

interface Scene {
  readonly platform: Platform;
  readonly outbox: string;
  readonly root: string;
  readonly endpoint: Endpoint;
  readonly partner: Awaited<ReturnType<typeof startFtpPartner>>;
}

async function scene(): Promise<Scene> {
  const outbox = await temporaryFolder();
  const root = await temporaryFolder();
  for (const name of ['in', 'other']) await mkdir(join(root, name));
  const partner = await startFtpPartner({ root, user: 'u', password: 'p' });
  onTestFinished(() => partner.stop());
  return { platform: testPlatform(), outbox, root, endpoint: ftpEndpoint(partner), partner };
}

function pair(source: string, target: string, changes: Partial<FilePair> = {}): FilePair {
  return { source: remotePath(source), target: remotePath(target), sizeBytes: undefined, ...changes };
}

async function push(
  { platform, endpoint }: Scene,
  pairs: readonly FilePair[],
  changes: { readonly pools?: SessionPools; readonly transfer?: Partial<TransferOptions> } = {},
): Promise<{ readonly result: BatchResult; readonly attempts: readonly EndedAttempt[] }> {
  const attempts: EndedAttempt[] = [];
  const [first] = pairs;
  const result = await runBatch(
    {
      source: { endpoint: localEndpoint, path: first?.source ?? remotePath(''), text: '' },
      destination: { endpoint, path: first?.target ?? remotePath(''), text: '' },
      pairs,
      operation: 'upload',
      recursive: false,
      missingSourceOk: false,
      dryRun: false,
      transfer: { ...DEFAULT_TRANSFER_OPTIONS, retries: 0, ...changes.transfer },
    },
    {
      platform,
      journal: PartialJournal.inMemory(platform),
      signal: new AbortController().signal,
      observer: { attemptEnded: async (attempt) => void attempts.push(attempt) },
      ...(changes.pools === undefined ? {} : { pools: changes.pools }),
    },
  );
  return { result, attempts };
}

it('sends each pair to its own place, whatever folder it lies in, and reads no name as a mask', async () => {
  const place = await scene();
  for (const name of ['a.xml', 'what?.xml', 'b*.xml']) await writeFile(join(place.outbox, name), name);
  const { result } = await push(place, [
    pair(`${place.outbox}/a.xml`, '/in/renamed.xml'),
    pair(`${place.outbox}/what?.xml`, '/other/what?.xml'),
    pair(`${place.outbox}/b*.xml`, '/in/b*.xml'),
  ]);
  expect(result).toMatchObject({ succeeded: 3, failed: 0 });
  expect((await readdir(join(place.root, 'in'))).sort()).toEqual(['b*.xml', 'renamed.xml']);
  expect(await readdir(join(place.root, 'other'))).toEqual(['what?.xml']);
});

it('takes the policy of the pair before that of the batch', async () => {
  const place = await scene();
  for (const name of ['a', 'b']) await writeFile(join(place.outbox, name), 'new');
  for (const name of ['a', 'b']) await writeFile(join(place.root, 'in', name), 'old');
  const { result } = await push(place, [
    pair(`${place.outbox}/a`, '/in/a', { overwrite: 'skip' }),
    pair(`${place.outbox}/b`, '/in/b'),
  ]);
  expect(result).toMatchObject({ succeeded: 1, skipped: 1 });
  expect(await readFile(join(place.root, 'in', 'a'), 'utf8')).toBe('old');
  expect(await readFile(join(place.root, 'in', 'b'), 'utf8')).toBe('new');
});

it('a source that is gone fails alone, with its line', async () => {
  const place = await scene();
  await writeFile(join(place.outbox, 'b'), 'new');
  const { result, attempts } = await push(place, [
    pair(`${place.outbox}/gone`, '/in/gone'),
    pair(`${place.outbox}/b`, '/in/b'),
  ]);
  expect(result).toMatchObject({ succeeded: 1, failed: 1 });
  expect(attempts.map(({ localPath, succeeded }) => [localPath, succeeded])).toEqual([
    [`${place.outbox}/gone`, false],
    [`${place.outbox}/b`, true],
  ]);
});

it('a refused login is one line of the first file and one try, however many files and workers', async () => {
  const place = await scene();
  const { partner, endpoint } = place;
  const pairs = Array.from({ length: 20 }, (_, index) => pair(`${place.outbox}/${index}`, `/in/${index}`));
  const wrong = { ...endpoint, options: { ...ftpEndpoint({ ...partner, password: 'wrong' }).options } };
  const { result, attempts } = await push({ ...place, endpoint: wrong }, pairs);
  expect(result).toMatchObject({ notAttempted: 20, stoppedBy: { code: 'AUTH_REJECTED' } });
  expect(attempts).toMatchObject([{ localPath: `${place.outbox}/0`, remotePath: '/in/0', lastCode: 530 }]);
  expect(partner.acceptedConnections).toBe(1);
});

it('batches that share their pools share their logins, and leave closing to whoever made the pools', async () => {
  const place = await scene();
  const pools = new SessionPools(place.platform);
  for (const name of ['a', 'b', 'c', 'd']) await writeFile(join(place.outbox, name), 'new');
  const transfer = { parallel: 2 };
  const pairs = (names: readonly string[]) =>
    names.map((name) => pair(`${place.outbox}/${name}`, `/in/${name}`));
  await push(place, pairs(['a', 'b']), { pools, transfer });
  await push(place, pairs(['c', 'd']), { pools, transfer });
  await pools.close();
  await place.partner.whenIdle();
  expect(place.partner.acceptedConnections).toBeLessThanOrEqual(2);
  expect((await readdir(join(place.root, 'in'))).sort()).toEqual(['a', 'b', 'c', 'd']);
});
