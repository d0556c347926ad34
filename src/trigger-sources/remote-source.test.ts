import { mkdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RemoteTrigger } from '../rules/triggers/trigger.js';
import { UNFINISHED_MASKS } from '../rules/triggers/read-triggers.js';
import type { ResolvedPlace } from '../settings/resolve-place.js';
import { remotePath } from '../core/remote-path.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from '../simulator/ftp-partner.js';
import { HOSTILE_NAMES } from '../simulator/faults.js';
import type { Endpoint } from '../transfers/endpoint.js';
import { SessionPools } from '../transfers/session-pools.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { MemoryEvents, ruleNamed } from './folder-scene.testing.js';
import { JumpingClock, settled } from './jumping-clock.testing.js';
import { RemoteSource, type PartnerAdmissions } from './remote-source.js';
import { MemorySink } from './trigger-sink.testing.js';

/** A partner whose folder is on the disk, and what watches it; the clock of the looks is the test's. */
class RemoteScene {
  readonly clock = new JumpingClock('2026-11-26T02:10:00Z');
  readonly sink = new MemorySink();
  readonly events = new MemoryEvents();
  admission: ReturnType<PartnerAdmissions['admits']> = { kind: 'open' };
  readonly root: string;
  readonly partner: FtpPartner;
  readonly #pools = new SessionPools(testPlatform());
  readonly #place: ResolvedPlace;

  constructor(root: string, partner: FtpPartner, changes: Partial<Endpoint>) {
    this.root = root;
    this.partner = partner;
    const endpoint = { ...ftpEndpoint(partner), label: 'acme', ...changes };
    const place = { endpoint, path: remotePath('/out'), text: 'acme:/out' };
    this.#place = { place } as ResolvedPlace;
  }

  static async start(
    options: Partial<FtpPartnerOptions> = {},
    changes: Partial<Endpoint> = {},
  ): Promise<RemoteScene> {
    const root = await temporaryFolder();
    await mkdir(join(root, 'out'));
    const partner = await startFtpPartner({ root, user: 'orders', password: 'secret', ...options });
    onTestFinished(() => partner.stop());
    const scene = new RemoteScene(root, partner, changes);
    onTestFinished(() => scene.#pools.close());
    return scene;
  }

  /** A source that looks when the test says so. */
  source(changes: Partial<RemoteTrigger> = {}): RemoteSource {
    const source = new RemoteSource({
      rule: ruleNamed('fetch'),
      trigger: {
        kind: 'remote',
        from: 'acme:/out/',
        include: [],
        exclude: [...UNFINISHED_MASKS],
        subfolders: false,
        settleMs: 5000,
        events: 'changed',
        everyMs: 300_000,
        ...changes,
      },
      sink: this.sink,
      services: {
        platform: { clock: this.clock },
        store: { events: this.events, ledger: { ofTarget: async () => [] } },
        places: {
          resolve: async () => this.#place,
          poolOf: ({ place }) => this.#pools.of(place.endpoint),
        },
        guard: { admits: () => this.admission },
      },
    });
    onTestFinished(() => source.stop());
    return source;
  }

  write(name: string, text = 'x'): Promise<void> {
    return writeFile(join(this.root, 'out', name), text);
  }

  /** A look by the clock, which asks the store for nothing that it remembers. */
  async look(source: RemoteSource): Promise<void> {
    const looks = this.sink.told.length;
    await this.clock.pass(300_000);
    while (this.sink.told.length === looks) await settled();
    expect(source.state.kind).toBe('looked');
  }

  get fired(): readonly string[] {
    return this.sink.events.map(({ file }) => file?.path ?? '');
  }
}

describe('a watched folder of a partner', () => {
  it('fires once for what stayed the same from one look to a later one', async () => {
    const scene = await RemoteScene.start();
    await scene.write('a.csv', 'abc');
    const source = scene.source();
    await source.lookNow();
    scene.clock.jump(86_400_000);
    await source.lookNow();
    expect(scene.fired).toEqual([]);
    await scene.clock.pass(5000);
    await source.lookNow();
    await source.lookNow();
    expect(scene.sink.events).toMatchObject([
      {
        rule: 'fetch',
        trigger: 'remote',
        file: { connection: 'acme', path: '/out/a.csv', folder: '/out', sizeBytes: 3 },
      },
    ]);
    expect(scene.sink.told).toContain('looked fetch remote:acme:/out/');
    expect(source.state).toMatchObject({ kind: 'looked', files: 1, unreadLines: 0 });
  });

  it('looks again after the settle time by itself where something new lies, and not while it grows', async () => {
    const scene = await RemoteScene.start();
    await scene.write('a.csv', 'abc');
    const source = scene.source();
    await source.lookNow();
    await scene.write('a.csv', 'abcd');
    await scene.clock.pass(5000);
    await scene.partner.seen('MLSD', 2);
    await source.lookNow();
    await scene.clock.pass(5000);
    await source.lookNow();
    const looks = scene.partner.transcript.filter(({ text }) => text.startsWith('MLSD'));
    expect(looks).toHaveLength(4);
    expect(scene.sink.events.map(({ file }) => file?.sizeBytes)).toEqual([4]);
  });

  it('takes files that are older than those it took before', async () => {
    const scene = await RemoteScene.start();
    const source = scene.source({ settleMs: 0 });
    await scene.write('new.csv');
    await source.lookNow();
    await scene.write('old.csv');
    await utimes(join(scene.root, 'out/old.csv'), new Date('2001-01-01'), new Date('2001-01-01'));
    await source.lookNow();
    expect(scene.fired).toEqual(['/out/new.csv', '/out/old.csv']);
  });

  it('knows by LIST, which tells minutes, what it knew by MLSD, which tells seconds', async () => {
    const scene = await RemoteScene.start();
    const source = scene.source({ settleMs: 0 });
    await scene.write('a.csv');
    await utimes(join(scene.root, 'out/a.csv'), new Date(), new Date(Date.now() - 86_400_000));
    await source.lookNow();
    scene.partner.inject({ at: { command: 'MLSD' }, do: { kind: 'reply', code: 500 } });
    await scene.look(source);
    expect(scene.partner.transcript.some(({ text }) => text.startsWith('LIST'))).toBe(true);
    expect(scene.fired).toEqual(['/out/a.csv']);
    const [key = ''] = scene.events.known;
    expect(key).toMatch(/^file:acme:\/out\/a\.csv:1:\d+$/);
    expect(Number(key.split(':').at(-1)) % 60_000).toBe(0);
  });

  it('sees done-files, masks, folders below and our own unfinished copies for what they are', async () => {
    const scene = await RemoteScene.start({}, { temporaryName: '{name}.{id}.part' });
    await mkdir(join(scene.root, 'out/sub'));
    for (const name of [
      'a.csv',
      'a.csv.ok',
      'b.csv',
      'c.txt',
      'd.csv.0a1b2c3d.part',
      'e.tmp',
      'sub/f.csv',
      'sub/f.csv.ok',
    ])
      await scene.write(name);
    const source = scene.source({
      from: 'acme:/out/*.csv*',
      settleMs: 0,
      subfolders: true,
      doneFile: '%FS.FILE_NAME%.ok',
    });
    await source.lookNow();
    expect([...scene.fired].sort()).toEqual(['/out/a.csv', '/out/sub/f.csv']);
    await scene.write('b.csv.ok');
    await source.lookNow();
    expect(scene.fired.at(-1)).toBe('/out/b.csv');
    const verdicts = await source.looked(100);
    const reasonOf = (name: string) => verdicts.find(({ path }) => path === `/out/${name}`)?.reason;
    expect(reasonOf('c.txt')).toBe('not *.csv*');
    expect(reasonOf('d.csv.0a1b2c3d.part')).toBe('a copy of ours on its way');
  });
});

describe('a partner that fails', () => {
  it('makes no news of a listing that breaks off, and forgets nothing by it', async () => {
    const scene = await RemoteScene.start();
    await scene.write('a.csv');
    const source = scene.source({ settleMs: 0 });
    await source.lookNow();
    for (const name of ['b.csv', 'c.csv', 'd.csv']) await scene.write(name);
    scene.partner.inject({
      at: { command: 'MLSD', nth: 1 },
      do: { kind: 'afterBytes', bytes: 120, do: { kind: 'reset' } },
    });
    await source.lookNow();
    expect(scene.fired).toEqual(['/out/a.csv']);
    expect(source.state).toMatchObject({ kind: 'failed' });
    expect(scene.sink.told.filter((text) => text.startsWith('failed'))).toEqual([]);
    await source.lookNow();
    expect([...scene.fired].sort()).toEqual(['/out/a.csv', '/out/b.csv', '/out/c.csv', '/out/d.csv']);
  });

  it('tells of a failure that lasts, and of its end', async () => {
    const scene = await RemoteScene.start();
    const source = scene.source();
    await rm(join(scene.root, 'out'), { recursive: true });
    await source.lookNow();
    expect(scene.sink.told).toEqual(['failed fetch remote:acme:/out/ NOT_FOUND']);
    await mkdir(join(scene.root, 'out'));
    await source.lookNow();
    expect(scene.sink.told.slice(1)).toEqual([
      'recovered fetch remote:acme:/out/',
      'looked fetch remote:acme:/out/',
    ]);
  });

  it('is not visited while it is parked', async () => {
    const scene = await RemoteScene.start();
    scene.admission = { kind: 'parked', reason: 'it refused our login' };
    const source = scene.source();
    await source.lookNow();
    expect(scene.partner.acceptedConnections).toBe(0);
    expect(source.state).toEqual({ kind: 'held back', reason: 'it refused our login' });
    expect(scene.sink.told).toEqual([]);
  });

  it('cannot lead us anywhere by its names', async () => {
    const scene = await RemoteScene.start();
    await scene.write('good.csv');
    // A line of 64 KiB ends the whole listing.
    const names = HOSTILE_NAMES.filter((name) => name.length < 1000);
    scene.partner.inject({ at: { command: 'MLSD' }, do: { kind: 'hostileNames', names } });
    const source = scene.source({ settleMs: 0 });
    await source.lookNow();
    for (const path of scene.fired) expect(path).toMatch(/^\/out\/[^/\\\u0000-\u001f]+$/);
    expect(scene.fired).toContain('/out/good.csv');
    const verdicts = await source.looked(1000);
    expect(verdicts.some(({ reason }) => reason.startsWith('its name is not safe to use'))).toBe(true);
  });

  it('stops in the middle of a listing that says nothing any more', async () => {
    const scene = await RemoteScene.start();
    await scene.write('a.csv');
    scene.partner.inject({ at: { command: 'MLSD' }, do: { kind: 'silence' } });
    const source = scene.source({ settleMs: 0 });
    await source.start();
    await scene.partner.seen('MLSD');
    await source.stop();
    expect(scene.fired).toEqual([]);
  });

  it('shows a grown file as not ready although its time stands still', async () => {
    const scene = await RemoteScene.start();
    const path = join(scene.root, 'out/a.csv');
    const source = scene.source();
    for (let size = 1; size <= 3; size += 1) {
      await writeFile(path, '');
      await truncate(path, size);
      await utimes(path, new Date('2020-01-01'), new Date('2020-01-01'));
      await scene.clock.pass(5000);
      await source.lookNow();
    }
    expect(scene.fired).toEqual([]);
  });
});
