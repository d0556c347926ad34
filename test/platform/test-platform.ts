import type { Files } from '../../src/core/files.js';
import type { Platform } from '../../src/core/platform.js';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';

/** The real platform with a seeded random source and whatever else the test replaces. */
export function testPlatform(changes: Partial<Platform> = {}): Platform {
  return { ...createNodePlatform(), random: seededRandom(1), ...changes };
}

/** Replayable random numbers (mulberry32). */
export function seededRandom(seed: number): Platform['random'] {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return {
    fraction,
    token: (length) =>
      Array.from({ length }, () => letters[Math.floor(fraction() * letters.length)]).join(''),
  };
}

/**
 * Files whose n-th call fails (counted over all methods and over the handles they open), every call counted in
 * `calls`. `afterwards` says whether the calls after it work again.
 */
export function failingFiles(
  inner: Files,
  failAt: number,
  errno: string,
): Files & { readonly calls: () => number } {
  let calls = 0;
  const counted = <A extends unknown[], R>(run: (...values: A) => Promise<R>) => {
    return async (...values: A): Promise<R> => {
      calls += 1;
      if (calls === failAt) throw Object.assign(new Error(`${errno}: made to fail`), { code: errno });
      return run(...values);
    };
  };
  return {
    calls: () => calls,
    open: counted(async (path, mode) => {
      const file = await inner.open(path, mode);
      return {
        read: counted((buffer: Uint8Array, position: number) => file.read(buffer, position)),
        write: counted((buffers: readonly Uint8Array[], position: number) => file.write(buffers, position)),
        stat: counted(() => file.stat()),
        truncate: counted((sizeBytes: number) => file.truncate(sizeBytes)),
        sync: counted(() => file.sync()),
        // A close that fails has closed all the same.
        close: counted(() => file.close()),
      };
    }),
    stat: counted((path: string) => inner.stat(path)),
    lstat: counted((path: string) => inner.lstat(path)),
    list: (path) => inner.list(path),
    rename: counted((from: string, to: string) => inner.rename(from, to)),
    link: counted((from: string, to: string) => inner.link(from, to)),
    remove: counted((path: string) => inner.remove(path)),
    makeFolder: counted((path: string, options?: { readonly recursive?: boolean }) =>
      inner.makeFolder(path, options),
    ),
    removeFolder: counted((path: string) => inner.removeFolder(path)),
    setModifiedTime: counted((path: string, modifiedMs: number) => inner.setModifiedTime(path, modifiedMs)),
    syncFolder: counted((path: string) => inner.syncFolder(path)),
    readAll: counted((path: string, maxBytes?: number) => inner.readAll(path, maxBytes)),
    realPath: counted((path: string) => inner.realPath(path)),
  };
}
