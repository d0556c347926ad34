import { joinRemote, type RemotePath } from '../../src/core/remote-path.js';
import { openFolder } from './disk-folder.js';
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
    openFolder(target, FOLDER).touch(NAMES);
    made.add(target);
  }
  return { folder: joinRemote(target.remoteRoot, FOLDER), names: NAMES };
}
