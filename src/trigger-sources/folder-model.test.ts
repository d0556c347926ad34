import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderScene } from './folder-scene.testing.js';
import { settled } from './jumping-clock.testing.js';
import type { FolderSource } from './folder-source.js';

const SETTLE_MS = 5000;
const SWEEP_MS = 60_000;
/** A sweep sees it, a look after the settle time fires it; a debounced hint and a failed look may lie between. */
const LONG_ENOUGH_MS = 2 * SWEEP_MS + SETTLE_MS;

type Deed =
  | { readonly kind: 'write' | 'append' | 'remove'; readonly name: string; readonly isHinted: boolean }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string; readonly isHinted: boolean }
  | { readonly kind: 'mood'; readonly mood: 'ENOENT' | 'EIO' | 'hangs' }
  | { readonly kind: 'recover' | 'restart' | 'overflow' | 'look now' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number };

const name = fc.constantFrom('a.xml', 'a.xml', 'b.xml', 'sub/d.xml', 'e.tmp', '.f.xml.0a1b2c3d.tally');
const isHinted = fc.boolean();
const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('write', 'append', 'remove'), name, isHinted }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename'), name, to: name, isHinted }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('mood'), mood: fc.constantFrom('ENOENT', 'EIO', 'hangs') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('recover', 'restart', 'overflow', 'look now') }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass'),
      ms: fc.oneof(fc.integer({ min: 20, max: 5100 }), fc.integer({ min: 1, max: 90_000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump'),
      ms: fc.integer({ min: -86_400_000, max: 86_400_000 }),
    }),
  },
);

/** What the world knows of each file: since when it is as it is, and for how long of that it could be seen. */
class World {
  readonly scene = new FolderScene();
  source!: FolderSource;
  readonly #born = new Map<string, { version: string; sinceMs: number; visibleMs: number }>();
  readonly #everReady = new Set<string>();
  #modifiedMs = 1_000_000;
  #isVisible = true;
  #checked = 0;

  constructor() {
    this.scene.folder.putFolder('/share/out/sub');
  }

  async start(): Promise<void> {
    this.source = await this.scene.started({ subfolders: true, settleMs: SETTLE_MS, sweepMs: SWEEP_MS });
  }

  async do(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'write':
      case 'append':
        this.#put(deed.name);
        break;
      case 'remove':
        this.scene.folder.entries.delete(this.#path(deed.name));
        this.#born.delete(deed.name);
        break;
      case 'rename':
        this.#rename(deed.name, deed.to);
        break;
      case 'mood':
        this.scene.folder.mood = deed.mood;
        this.#isVisible = false;
        break;
      case 'recover':
        this.scene.folder.recover();
        this.#isVisible = true;
        break;
      case 'restart':
        await this.#restart();
        break;
      case 'overflow':
        this.scene.folder.overflow('/share/out');
        break;
      case 'look now':
        if (this.#isVisible) await this.source.lookNow();
        break;
      case 'pass':
        await this.#pass(deed.ms);
        break;
      case 'jump':
        this.scene.clock.jump(deed.ms);
    }
    if ('isHinted' in deed && deed.isHinted) this.scene.folder.hint(this.#path(deed.name));
    await settled();
    this.#checkFired();
  }

  /** All is well for long: everything that lies there has fired. */
  async rest(): Promise<void> {
    await this.do({ kind: 'recover' });
    await this.do({ kind: 'pass', ms: LONG_ENOUGH_MS + 60_000 });
    const keys = this.scene.sink.events.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const version of this.#everReady) expect(keys).toContain(version);
  }

  #put(fileName: string): void {
    this.#modifiedMs += 1;
    const sizeBytes = (this.scene.folder.entries.get(this.#path(fileName))?.sizeBytes ?? 0) + 1;
    this.scene.folder.put(this.#path(fileName), { sizeBytes, modifiedMs: this.#modifiedMs });
    this.#stands(fileName);
  }

  #rename(from: string, to: string): void {
    if (from === to || !this.#born.has(from)) return;
    this.scene.folder.rename(this.#path(from), this.#path(to));
    this.#born.delete(from);
    this.#stands(to);
  }

  #stands(fileName: string): void {
    const { sizeBytes, modifiedMs } = this.scene.folder.entries.get(this.#path(fileName))!;
    const version = `file:local:${this.#path(fileName)}:${sizeBytes}:${modifiedMs}`;
    this.#born.set(fileName, { version, sinceMs: this.scene.clock.monotonicMs(), visibleMs: 0 });
  }

  async #pass(ms: number): Promise<void> {
    await this.scene.clock.pass(ms);
    for (const [fileName, file] of this.#born) {
      if (this.#isVisible) file.visibleMs += ms;
      else file.visibleMs = 0;
      if (file.visibleMs >= LONG_ENOUGH_MS && fileName.endsWith('.xml')) this.#everReady.add(file.version);
    }
  }

  async #restart(): Promise<void> {
    await this.source.stop();
    for (const { key } of this.scene.sink.events) this.scene.events.known.add(key);
    for (const file of this.#born.values()) file.visibleMs = 0;
    await this.start();
  }

  /** Nothing fires while it grows, nor what is not there, nor what never counts. */
  #checkFired(): void {
    const { events } = this.scene.sink;
    const nowMs = this.scene.clock.monotonicMs();
    for (const { key } of events.slice(this.#checked)) {
      const [fileName, file] = [...this.#born].find(([, { version }]) => version === key) ?? [];
      expect(file, key).toBeDefined();
      expect(fileName).toMatch(/^[^.].*\.xml$/);
      expect(nowMs - (file?.sinceMs ?? 0)).toBeGreaterThanOrEqual(SETTLE_MS);
    }
    this.#checked = events.length;
  }

  #path(fileName: string): string {
    return `/share/out/${fileName}`;
  }
}

describe('any story of a watched folder', () => {
  it('fires every version that stood long enough once, none twice, none while it grows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDeed, { maxLength: 60 }), async (deeds) => {
        const world = new World();
        await world.start();
        for (const each of deeds) await world.do(each);
        await world.rest();
        await world.source.stop();
      }),
      { numRuns: 500 },
    );
  });
});
