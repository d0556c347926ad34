import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Platform } from '../../src/core/platform.js';
import { folderTree } from '../../src/simulator/folder-tree.js';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import type { FtpHabits } from '../../src/simulator/ftp-habits.js';
import type { ServedFile, ServedTree } from '../../src/simulator/served-tree.js';
import { startSftpPartner } from '../../src/simulator/sftp-partner.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { PartialJournal } from '../../src/transfers/partial-journal.js';
import { ServerMemory } from '../../src/transfers/server-memory.js';
import type { TransferOptions } from '../../src/transfers/transfer-options.js';
import type { Outcome } from '../../src/core/outcome.js';
import { runBatchFixture, type BatchRecord } from '../platform/batch-fixture.js';
import { ftpEndpoint, sftpEndpoint } from '../platform/partner-endpoint.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { seededRandom, testPlatform } from '../platform/test-platform.js';
import { MIB, noise } from '../suites/bytes.js';

export type Server = 'ftp' | 'sftp';
export type Direction = 'upload' | 'download';

export const CONTENT = noise(8 * MIB);
export const OLD = Buffer.from('old content');

/** Bytes of files that went through a partner, as its disk saw them. */
export interface Traffic {
  readBytes: number;
  writtenBytes: number;
}

/** A file of 8 MiB on one side, an older one of its name on the other, and a partner in between. */
export interface ResumeScene {
  readonly from: string;
  readonly to: string;
  readonly endpoint: Endpoint;
  readonly traffic: Traffic;
  readonly memory: ServerMemory;
  /** Breaks the connection once, when so many bytes of the file have passed, in the `nth` flow of that kind. */
  cut(afterBytes: number, nth?: number): void;
  /** Breaks the connection once, before the file is opened for the next time. */
  cutBefore(): void;
  clearFaults(): void;
  /** One run as a process of its own would make it; no process before it is alive. */
  run(transfer?: Partial<TransferOptions>): Promise<ResumeRun>;
}

export interface ResumeRun extends BatchRecord {
  readonly outcome: Outcome | undefined;
  readonly notes: string;
}

export interface SceneOptions {
  readonly habits?: Partial<FtpHabits>;
  /** Puts a tree of other habits around the partner's folder. */
  readonly tree?: (inner: ServedTree) => ServedTree;
  readonly timeoutMs?: number;
}

export async function resumeScene(
  server: Server,
  direction: Direction,
  options: SceneOptions = {},
): Promise<ResumeScene> {
  const root = await temporaryFolder();
  const [local, remote, state] = ['local', 'remote', 'state'].map((name) => join(root, name));
  if (local === undefined || remote === undefined || state === undefined) throw new TypeError('unreachable');
  for (const folder of [local, remote]) await mkdir(folder);
  const [from, to] = direction === 'upload' ? [local, remote] : [remote, local];
  await writeFile(join(from, 'f.dat'), CONTENT);
  await writeFile(join(to, 'f.dat'), OLD);
  const traffic: Traffic = { readBytes: 0, writtenBytes: 0 };
  const tree = countingTree((options.tree ?? same)(await folderTree(remote)), traffic);
  const { endpoint, ...faults } = await partnerOf(server, direction, tree, options);
  const memory = ServerMemory.inMemory(testPlatform());
  const running = new Set<number>();
  let lastPid = 100;
  const run = async (transfer: Partial<TransferOptions> = {}) => {
    const pid = (lastPid += 1);
    running.add(pid);
    const platform = processPlatform(pid, running);
    const journal = await PartialJournal.open(platform, state);
    const outcomes: Outcome[] = [];
    const record = await runBatchFixture(platform, {
      ...(direction === 'upload'
        ? { source: `${local}/f.dat`, destination: '/f.dat', destinationEndpoint: endpoint }
        : { source: '/f.dat', destination: `${local}/f.dat`, sourceEndpoint: endpoint }),
      operation: direction,
      transfer: { retries: 0, ...transfer },
      journal,
      memory,
      observer: { fileSettled: (_, outcome) => void outcomes.push(outcome) },
    });
    await journal.close();
    running.delete(pid);
    const [outcome] = outcomes;
    const notes = outcome?.kind === 'succeeded' ? outcome.notes.join('; ') : '';
    return { ...record, outcome, notes };
  };
  return { from, to, endpoint, traffic, memory, ...faults, run };
}

/** A process of this machine beside those in `running`. */
function processPlatform(pid: number, running: ReadonlySet<number>): Platform {
  const platform = testPlatform({ random: seededRandom(pid) });
  return { ...platform, host: { ...platform.host, pid, isProcessAlive: (other) => running.has(other) } };
}

async function partnerOf(server: Server, direction: Direction, tree: ServedTree, options: SceneOptions) {
  const place = { root: tree, user: 'u', password: 'p4ssw0rd' };
  const { timeoutMs = 5_000, habits = {} } = options;
  const flow = (afterBytes: number) =>
    ({ kind: 'afterBytes', bytes: afterBytes, do: { kind: 'reset' } }) as const;
  if (server === 'ftp') {
    const partner = await startFtpPartner({ ...place, habits });
    onTestFinished(() => partner.stop());
    const command = direction === 'upload' ? 'STOR' : 'RETR';
    return {
      endpoint: ftpEndpoint(partner, { timeoutMs }),
      clearFaults: () => partner.clearFaults(),
      cutBefore: () => partner.inject({ at: { command, nth: 1 }, do: { kind: 'reset' } }),
      cut: (afterBytes: number, nth = 1) => partner.inject({ at: { command, nth }, do: flow(afterBytes) }),
    };
  }
  const partner = await startSftpPartner(place);
  onTestFinished(() => partner.stop());
  return {
    endpoint: sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] }, { timeoutMs }),
    clearFaults: () => partner.clearFaults(),
    cutBefore: () => partner.inject({ at: { command: 'OPEN', nth: 1 }, do: { kind: 'reset' } }),
    cut: (afterBytes: number, nth = 1) =>
      partner.inject({ at: { command: 'OPEN', nth }, do: flow(afterBytes) }),
  };
}

const same = (tree: ServedTree): ServedTree => tree;

function countingTree(inner: ServedTree, traffic: Traffic): ServedTree {
  return treeWith(inner, (file) => ({
    ...fileOf(file),
    read: async (position, length) => {
      const bytes = await file.read(position, length);
      traffic.readBytes += bytes.length;
      return bytes;
    },
    write: async (position, bytes) => {
      traffic.writtenBytes += bytes.length;
      await file.write(position, bytes);
    },
  }));
}

/** The same tree, but for what becomes of its open files. */
export function treeWith(
  inner: ServedTree,
  around: (file: ServedFile, mode: string) => ServedFile,
): ServedTree {
  return {
    stat: (path) => inner.stat(path),
    lstat: (path) => inner.lstat(path),
    list: (path) => inner.list(path),
    open: async (path, mode) => around(await inner.open(path, mode), mode),
    remove: (path) => inner.remove(path),
    makeFolder: (path) => inner.makeFolder(path),
    removeFolder: (path) => inner.removeFolder(path),
    rename: (from, to) => inner.rename(from, to),
    setModifiedTime: (path, modifiedMs) => inner.setModifiedTime(path, modifiedMs),
  };
}

/** Its methods, bound. */
export function fileOf(file: ServedFile): ServedFile {
  return {
    stat: () => file.stat(),
    read: (position, length) => file.read(position, length),
    write: (position, bytes) => file.write(position, bytes),
    truncate: (sizeBytes) => file.truncate(sizeBytes),
    close: () => file.close(),
  };
}

export async function readTarget({ to }: ResumeScene): Promise<Buffer> {
  return readFile(join(to, 'f.dat'));
}

/** What stands beside the final name: a part under its temporary name. */
export async function partOf({ to }: ResumeScene): Promise<string | undefined> {
  const names = (await readdir(to)).filter((name) => name !== 'f.dat');
  if (names.length > 1) throw new Error(`more than one part: ${names.join(', ')}`);
  return names[0] === undefined ? undefined : join(to, names[0]);
}

export async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** Other content of the same size, with another time. */
export async function changeSource({ from }: ResumeScene): Promise<Buffer> {
  const changed = Buffer.from(CONTENT).reverse();
  await writeFile(join(from, 'f.dat'), changed);
  await utimes(join(from, 'f.dat'), 1_700_000_000, 1_700_000_000);
  return changed;
}
