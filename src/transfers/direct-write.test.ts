import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { CheckingPools } from '../../test/platform/checking-place.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { TransferError } from '../core/transfer-error.js';
import type { Capabilities } from '../protocols/capabilities.js';
import type { Endpoint } from './endpoint.js';
import { DEFAULT_MANNERS, type Manners } from './manners.js';
import type { OverwritePolicy } from './transfer-options.js';

/** A server that cannot rename, so that every write goes to the final name at once. */
const server: Endpoint = { ...localEndpoint, label: 'direct' };

function lost(code: 'CONNECTION_LOST' | 'REPLY_LOST'): TransferError {
  return new TransferError({
    code,
    lastCode: 10054,
    phase: 'write',
    message: 'direct: the connection broke',
    sessionLost: true,
  });
}

describe('our own half under the final name', () => {
  it.each<OverwritePolicy>(['skip', 'numerate', 'fail', 'overwrite'])(
    'is replaced by the next attempt, not taken for a file of the partner (%s)',
    async (overwrite) => {
      const folder = await temporaryFolder();
      await mkdir(join(folder, 'to'));
      await writeFile(join(folder, 'f'), 'crates and crates');
      const platform = testPlatform();
      let writes = 0;
      const pools = new CheckingPools(server, platform, {
        capabilities: { rename: false },
        stored: async (path) => {
          writes += 1;
          if (writes > 1) return;
          await writeFile(path, 'crat');
          throw lost('CONNECTION_LOST');
        },
      });
      const { result, lines } = await runBatchFixture(platform, {
        source: join(folder, 'f'),
        destination: join(folder, 'to', 'f'),
        destinationEndpoint: server,
        pools,
        transfer: { overwrite, resume: false, retries: 1 },
      });
      expect(lines).toEqual(['1 10054', '0 226']);
      expect(result).toMatchObject({ succeeded: 1, skipped: 0, leftovers: [] });
      expect(await readFile(join(folder, 'to', 'f'), 'utf8')).toBe('crates and crates');
    },
  );
});

const partners: readonly [string, Partial<Manners>, Partial<Capabilities>][] = [
  ['a form, which leaves nothing to look at', {}, { rename: false, sizes: false }],
  ['a drop-box that may not be looked at', { statAfterUpload: false }, {}],
  ['a partner who takes each file at once', { goneAfterUploadOk: true }, {}],
];

it.each(partners)('%s: a file is not sent twice when its confirmation is lost', async (...facts) => {
  const [, manners, capabilities] = facts;
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'to'));
  await writeFile(join(folder, 'f'), 'crates');
  const platform = testPlatform();
  const endpoint: Endpoint = {
    ...server,
    finalName: 'direct',
    manners: { ...DEFAULT_MANNERS, ...manners },
  };
  let writes = 0;
  const pools = new CheckingPools(endpoint, platform, {
    capabilities,
    stored: async (path) => {
      writes += 1;
      await rm(path);
      throw lost('REPLY_LOST');
    },
  });
  const { result, lines } = await runBatchFixture(platform, {
    source: join(folder, 'f'),
    destination: join(folder, 'to', 'f'),
    destinationEndpoint: endpoint,
    pools,
    transfer: { retries: 3, removeSource: true },
  });
  expect([writes, lines]).toEqual([1, ['1 10054']]);
  expect(result.failures[0]).toMatchObject({
    delivered: false,
    error: { code: 'REPLY_LOST', retry: 'permanent' },
  });
  expect(await readdir(folder)).toContain('f');
});
