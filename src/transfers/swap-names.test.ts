import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { seededRandom, testPlatform } from '../../test/platform/test-platform.js';
import type { Platform } from '../core/platform.js';
import type { RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { LocalClient } from '../protocols/local/local-client.js';
import type { CallOptions, RenameOptions } from '../protocols/protocol-client.js';
import { ConnectionBudgets } from './connection-budgets.js';
import type { Endpoint } from './endpoint.js';
import { PartialJournal } from './partial-journal.js';
import { ServerMemory } from './server-memory.js';
import { SessionPool } from './session-pool.js';
import { SessionPools } from './session-pools.js';
import type { TransferOptions } from './transfer-options.js';

/** A server that replaces nothing when it renames. */
const server: Endpoint = { ...localEndpoint, label: 'swaps' };

interface Script {
  /** Called when the n-th rename or removal is done (from 1, `remove` and `rename` each), before its reply. */
  readonly done?: (verb: 'rename' | 'remove', count: number) => void;
  /** In place of the n-th one. */
  readonly before?: (verb: 'rename' | 'remove', count: number) => void;
}

class SwapClient extends LocalClient {
  readonly #script: Script;
  readonly #counts: Record<'rename' | 'remove', number>;

  constructor(platform: Platform, script: Script, counts: Record<'rename' | 'remove', number>) {
    super(platform);
    this.#script = script;
    this.#counts = counts;
  }

  override async rename(from: RemotePath, to: RemotePath, options: RenameOptions) {
    const count = (this.#counts.rename += 1);
    this.#script.before?.('rename', count);
    const receipt = await super.rename(from, to, { ...options, replace: false });
    this.#script.done?.('rename', count);
    return receipt;
  }

  override async remove(path: RemotePath, options: CallOptions) {
    const count = (this.#counts.remove += 1);
    this.#script.before?.('remove', count);
    const receipt = await super.remove(path, options);
    this.#script.done?.('remove', count);
    return receipt;
  }
}

class SwapPools extends SessionPools {
  readonly #pool: SessionPool;

  constructor(platform: Platform, script: Script) {
    super(platform);
    const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
    const counts = { rename: 0, remove: 0 };
    this.#pool = new (class extends SessionPool {
      override acquire = () => Promise.resolve(new SwapClient(platform, script, counts));
      override release = (session: { close(): Promise<void> }) => session.close();
    })(server, platform, budgets.of(server));
  }

  override of(endpoint: Endpoint): SessionPool {
    return endpoint === server ? this.#pool : super.of(endpoint);
  }
}

function lost(): TransferError {
  return new TransferError({
    code: 'CONNECTION_LOST',
    lastCode: 10054,
    phase: 'rename',
    message: 'swaps: the connection broke',
    sessionLost: true,
  });
}

async function scene() {
  const root = await temporaryFolder();
  const to = join(root, 'to');
  await mkdir(to);
  await writeFile(join(root, 'f'), 'new');
  await writeFile(join(to, 'f'), 'old');
  let pid = 100;
  const run = async (script: Script = {}, transfer: Partial<TransferOptions> = {}, name = 'f') => {
    pid += 1;
    const base = testPlatform({ random: seededRandom(pid) });
    const platform = { ...base, host: { ...base.host, pid, isProcessAlive: () => false } };
    const journal = await PartialJournal.open(platform, join(root, 'state'));
    const record = await runBatchFixture(platform, {
      source: join(root, 'f'),
      destination: join(to, name),
      destinationEndpoint: server,
      pools: new SwapPools(platform, script),
      journal,
      transfer,
    });
    await journal.close();
    return record;
  };
  const content = () => readFile(join(to, 'f'), 'utf8');
  return { to, run, content };
}

describe('a server that replaces nothing', () => {
  it('gets the new file by a swap of names', async () => {
    const { to, run, content } = await scene();
    const { lines } = await run();
    expect(lines).toEqual(['0 0']);
    expect(await content()).toBe('new');
    expect(await readdir(to)).toEqual(['f']);
  });

  // 1: the refused replacing, 2: the old one aside, 3: the new one to its name.
  it.each([2, 3])('has done rename %i of which the reply was lost: the next attempt sees it', async (at) => {
    const { to, run, content } = await scene();
    const done: Script['done'] = (verb, count) => {
      if (verb === 'rename' && count === at) throw lost();
    };
    const { lines, result } = await run({ done }, { retries: 1 });
    expect(lines).toEqual(['1 10054', '0 0']);
    expect(result).toMatchObject({ succeeded: 1, leftovers: [] });
    expect(await content()).toBe('new');
    expect(await readdir(to)).toEqual(['f']);
  });

  it('refuses the final name in the end: the old file has its name again', async () => {
    const { to, run, content } = await scene();
    const before: Script['before'] = (verb, count) => {
      if (verb === 'rename' && count === 3)
        throw new TransferError({ code: 'REFUSED', lastCode: 553, phase: 'rename', message: 'no' });
    };
    const { lines } = await run({ before });
    expect(lines).toEqual(['1 553']);
    expect(await content()).toBe('old');
    expect(await readdir(to)).toEqual(['f']);
  });

  it('is lost for good with the old file aside: it has its name again, and nothing of ours stays', async () => {
    const { to, run, content } = await scene();
    const done: Script['done'] = (verb, count) => {
      if (verb === 'rename' && count === 2) throw lost();
    };
    const { lines, result } = await run({ done });
    expect(lines).toEqual(['1 10054']);
    expect(result.leftovers).toEqual([]);
    expect(await content()).toBe('old');
    expect(await readdir(to)).toEqual(['f']);
  });

  it('keeps the old file, and the partner takes the new one: the next run does not bring the old one back', async () => {
    const { to, run } = await scene();
    const before: Script['before'] = (verb) => {
      if (verb === 'remove') throw lost();
    };
    const { lines, result } = await run({ before });
    expect([lines, result.succeeded]).toEqual([['0 0'], 1]);
    await rm(join(to, 'f'));
    await run({}, {}, 'g');
    expect(await readdir(to)).toEqual(['g']);
  });
});
