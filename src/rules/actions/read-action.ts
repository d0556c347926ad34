import type { PathBase } from '../read-location.js';
import type { RuleCursor } from '../rule-findings.js';
import { ACTION_KEYS, type WrittenActions } from './action-schema.js';
import type { Action } from './action.js';
import {
  readArchive,
  readCompress,
  readDelete,
  readExtract,
  readList,
  readMakeFolder,
  readRename,
  readTransfer,
} from './read-file-action.js';
import { readCall, readHttp, readMail, readRun, readSystemLog } from './read-other-action.js';
import { readPgp } from './read-pgp.js';

/** The action of a step, which holds exactly one; undefined for a branch or a loop. `at`: the step. */
export function readAction(written: WrittenActions, at: RuleCursor, base: PathBase): Action | undefined {
  const kind = ACTION_KEYS.find((key) => written[key] !== undefined);
  if (kind === undefined) return undefined;
  const read = READERS[kind] as (group: unknown, place: RuleCursor, paths: PathBase) => Action;
  return read(written[kind], at.at(kind), base);
}

type Readers = {
  readonly [Key in keyof WrittenActions]-?: (
    written: NonNullable<WrittenActions[Key]>,
    at: RuleCursor,
    base: PathBase,
  ) => Action;
};

const READERS: Readers = {
  copy: (written, at, base) => readTransfer('copy', written, at, base),
  move: (written, at, base) => readTransfer('move', written, at, base),
  download: (written, at, base) => readTransfer('download', written, at, base),
  list: readList,
  rename: readRename,
  delete: readDelete,
  makeFolder: readMakeFolder,
  archive: readArchive,
  compress: readCompress,
  extract: readExtract,
  encrypt: (written, at, base) => readPgp('encrypt', written, at, base),
  decrypt: (written, at, base) => readPgp('decrypt', written, at, base),
  sign: (written, at, base) => readPgp('sign', written, at, base),
  verify: (written, at, base) => readPgp('verify', written, at, base),
  run: readRun,
  http: readHttp,
  mail: readMail,
  systemLog: readSystemLog,
  call: readCall,
  wait: (forMs) => ({ kind: 'wait', forMs }),
  fail: (reason, at) => {
    at.text(reason);
    return { kind: 'fail', reason };
  },
  stop: (what) => ({ kind: 'stop', what }),
};
