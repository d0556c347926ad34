import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TransferError } from '../../src/core/transfer-error.js';
import { remotePath } from '../../src/core/remote-path.js';
import { performArchive } from '../../src/runs/actions/archive.js';
import { performDelete } from '../../src/runs/actions/delete.js';
import { performList } from '../../src/runs/actions/list.js';
import { performMakeFolder } from '../../src/runs/actions/make-folder.js';
import { performRename } from '../../src/runs/actions/rename.js';
import { performTransfer } from '../../src/runs/actions/transfer.js';
import {
  transferAction,
  transferScene,
  type TransferScene,
} from '../../src/runs/actions/transfer-scene.testing.js';
import type { PlaceBook } from '../../src/runs/place-book.js';
import type { RunServices } from '../../src/runs/run-services.js';
import { DEFAULT_TRANSFER_VALUES } from '../../src/settings/transfer-settings.js';
import type { Store } from '../../src/store/store.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { SessionPools } from '../../src/transfers/session-pools.js';
import { testPlatform } from '../platform/test-platform.js';
import { DiskFolder } from '../suites/disk-folder.js';
import { REAL_SERVERS, type RealEnd } from '../suites/targets/real-endpoints.js';

/** What a rule does at real servers, with its ledger and the guard; `acme` is the server. */

const MEANT = new Set(['vsftpd', 'ProFTPD over TLS', 'OpenSSH']);
let folderCount = 0;

interface Sides {
  readonly scene: TransferScene;
  readonly services: Partial<RunServices>;
  readonly there: DiskFolder;
  /** Of the server: `/.../rule-1`. */
  readonly remote: string;
  close(): Promise<void>;
}

async function sidesAt(end: RealEnd, endpoint: Endpoint = end.endpoint): Promise<Sides> {
  folderCount += 1;
  const name = `rule-${folderCount}`;
  const scene = await transferScene();
  const remote = join(end.server.remoteRoot, name);
  const pools = new SessionPools(testPlatform(), scene.services.budgets, scene.guard);
  const acme = { ...endpoint, label: 'acme' };
  const local = scene.services.placeBook as PlaceBook;
  const placeBook: PlaceBook = {
    pools,
    resolve: async (text, side) => {
      if (!text.startsWith('acme:')) return local.resolve(text, side);
      const path = remotePath(text.slice('acme:'.length));
      return { place: { endpoint: acme, path, text }, transfer: DEFAULT_TRANSFER_VALUES };
    },
    withTimeout: (resolved) => resolved,
    poolOf: ({ place }) => pools.of(place.endpoint),
    renew: () => Promise.resolve(),
    close: () => pools.close(),
  };
  const services = { ...scene.services, placeBook };
  const there = new DiskFolder(join(end.server.root, name));
  return { scene, services, there, remote, close: () => pools.close() };
}

/** The process dies once the file has its final name, and before that is recorded. */
function dying(store: Store): Store {
  const { ledger } = store;
  const dead = new TransferError({ code: 'STORE_FAILED', lastCode: -1, phase: 'store', message: 'dead' });
  return {
    ...store,
    ledger: {
      claim: (...given) => ledger.claim(...given),
      settle: () => Promise.reject(dead),
      ofTarget: (...given) => ledger.ofTarget(...given),
      ofRun: (...given) => ledger.ofRun(...given),
      find: (...given) => ledger.find(...given),
    },
  };
}

describe.each(REAL_SERVERS.filter(({ name }) => MEANT.has(name)))('a rule with $name', ({ start, codes }) => {
  let end: RealEnd;
  beforeAll(async () => {
    end = await start();
  });
  afterAll(() => end?.server.stop());

  it('moves there and back, each file once, with its line and its delivery', async () => {
    const { scene, services, there, remote, close } = await sidesAt(end);
    there.write('keep', 'x');
    for (const name of ['a.csv', 'b.csv']) await scene.write(`outbox/${name}`, name);
    const push = transferAction({ kind: 'move', from: 'outbox/*.csv', to: `acme:${remote}/%FS.FILE_NAME%` });
    expect(await performTransfer(push, await scene.begin({ services }))).toMatchObject({ filesSucceeded: 2 });
    expect(scene.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      `0 ${codes.done}`,
      `0 ${codes.done}`,
    ]);
    const pull = transferAction({ kind: 'download', from: `acme:${remote}/a.csv`, to: 'inbox/' });
    const first = await performTransfer(pull, await scene.begin({ services }));
    expect(first).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    const again = await performTransfer(pull, await scene.begin({ services }));
    expect(again).toMatchObject({ kind: 'succeeded', filesSucceeded: 0 });
    expect(await scene.read('inbox/a.csv')).toBe('a.csv');
    expect(scene.lines).toHaveLength(3);
    await close();
  });

  it('looks at the target after a crash, and sends nothing again', async () => {
    const { scene, services, there, remote, close } = await sidesAt(end);
    there.write('keep', 'x');
    await scene.write('outbox/a.csv', 'hello');
    const push = transferAction({ kind: 'move', to: `acme:${remote}/a.csv` });
    const first = await scene.begin({ services: { ...services, store: dying(scene.store) } });
    expect(await performTransfer(push, first)).toMatchObject({ kind: 'failed', error: { message: 'dead' } });
    expect(await scene.names('outbox')).toEqual(['a.csv']);
    await scene.kill(first.run.id);
    const second = await scene.begin({ services, run: first.run.id, isResumed: true });
    expect(await performTransfer(push, second)).toMatchObject({
      kind: 'succeeded',
      text: expect.stringContaining('nothing was sent again') as string,
    });
    expect(await scene.names('outbox')).toEqual([]);
    expect(there.text('a.csv')).toBe('hello');
    expect(await scene.store.ledger.ofRun(first.run.id)).toMatchObject([{ state: 'disposed' }]);
    await close();
  });

  it('lists, makes folders, renames, archives and deletes', async () => {
    const { scene, services, there, remote, close } = await sidesAt(end);
    there.write('a.csv', 'a');
    const at = (path: string) => `acme:${remote}/${path}`;
    const context = await scene.begin({ services });
    await performList({ kind: 'list', from: at('*.csv'), into: 'D', recursive: false }, context);
    expect(context.datasets.get('D')).toMatchObject([{ path: at('a.csv'), sizeBytes: 1 }]);
    const ends = [
      await performMakeFolder({ kind: 'makeFolder', path: at('x/y') }, context),
      await performRename({ kind: 'rename', from: at('a.csv'), to: 'b.csv', replace: false }, context),
      await performArchive({ kind: 'archive', path: at('b.csv'), to: at('done/1/') }, context),
      await performDelete(
        { kind: 'delete', path: at('x/y'), recursive: false, folder: true, missingOk: false },
        context,
      ),
    ];
    expect(ends.map(({ kind }) => kind)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    expect(there.text('done/1/b.csv')).toBe('a');
    const gone = {
      kind: 'delete',
      path: at('none'),
      recursive: false,
      folder: false,
      missingOk: false,
    } as const;
    expect(await performDelete(gone, context)).toMatchObject({
      kind: 'failed',
      error: { lastCode: codes.missing },
    });
    await close();
  });

  it('tries a wrong password once, however many runs there are', async () => {
    const { scene, services, remote, close } = await sidesAt(end, end.stranger);
    await scene.write('outbox/a.csv', 'hello');
    const push = transferAction({ to: `acme:${remote}/a.csv`, options: { retries: 3, retryDelay: 1 } });
    const contexts = await Promise.all(Array.from({ length: 16 }, () => scene.begin({ services })));
    const ends = await Promise.all(contexts.map((context) => performTransfer(push, context)));
    expect(ends.filter(({ kind }) => kind === 'failed')).toHaveLength(1);
    expect(ends.filter(({ kind }) => kind === 'postponed')).toHaveLength(15);
    expect(scene.lines).toHaveLength(1);
    expect(scene.lines[0]).toMatch(new RegExp(`^1 ${codes.loginRefused} `));
    await close();
  });
});
