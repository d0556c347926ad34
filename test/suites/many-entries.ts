import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { joinRemote, type RemotePath } from '../../src/core/remote-path.js';
import type { ProtocolTarget } from './protocol-target.js';

const COUNT = 5_000;
const NAMES: readonly string[] = Array.from({ length: COUNT }, (_, index) => `entry-${index}`);
const FOLDER = 'many-entries';

export interface ManyEntries {
  readonly folder: RemotePath;
  readonly names: readonly string[];
}

const made = new WeakSet<ProtocolTarget>();

/** A folder of 5,000 empty files, made once for each server. No case changes it. */
export function manyEntries(target: ProtocolTarget): ManyEntries {
  if (!made.has(target)) {
    mkdirSync(join(target.root, FOLDER));
    execFileSync('touch', NAMES, { cwd: join(target.root, FOLDER) });
    made.add(target);
  }
  return { folder: joinRemote(target.remoteRoot, FOLDER), names: NAMES };
}
