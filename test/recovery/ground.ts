import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files } from '../../src/core/files.js';
import { nodeFiles } from '../../src/engine/platform/node-files.js';
import { MemoryDisk } from '../simulation/memory-disk.js';

/** A folder on which a rule lives and dies, and what a test does there itself; paths are below it. */
export interface Ground {
  readonly folder: string;
  readonly files: Files;
  makeFolder(path: string): Promise<void>;
  put(path: string, content: string): Promise<void>;
  content(path: string): Promise<string | undefined>;
  /** Sorted; empty where there is no such folder. */
  names(path: string): Promise<readonly string[]>;
}

/** A folder of this machine. */
export function realGround(folder: string): Ground {
  const at = (path: string) => join(folder, path);
  return {
    folder,
    files: nodeFiles,
    makeFolder: async (path) => void (await mkdir(at(path), { recursive: true })),
    put: async (path, content) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    content: (path) => readFile(at(path), 'utf8').catch(() => undefined),
    names: async (path) => (await readdir(at(path)).catch(() => [])).sort(),
  };
}

/** A disk in memory: for thousands of lives, which would wait for the real one most of their time. */
export function memoryGround(): Ground {
  const folder = '/ground';
  const disk = new MemoryDisk(() => Date.parse('2026-03-02T02:00:00Z'));
  const at = (path: string) => `${folder}/${path}`;
  disk.makePath(folder);
  return {
    folder,
    files: disk,
    makeFolder: async (path) => disk.makePath(at(path)),
    put: async (path, content) => {
      disk.makePath(dirname(at(path)));
      disk.put(at(path), content);
    },
    content: async (path) => disk.content(at(path)),
    names: async (path) => [...disk.names(at(path))].sort(),
  };
}
