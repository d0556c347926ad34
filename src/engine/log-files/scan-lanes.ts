import type { Worker } from 'node:worker_threads';
import type { GroupTable } from '../../log-tools/stats/group-table.js';
import { addPacked } from '../../log-tools/stats/packed-groups.js';
import { addCounts, NO_LINES } from '../../client-log/reading/count-lines.js';
import type { LineCounts } from '../../client-log/reading/log-line.js';
import { TransferError } from '../../core/transfer-error.js';
import type { CutTold } from './file-bytes.js';
import type { LogFile } from './log-file.js';
import type { FromWorker, ToWorker } from './scan-worker.js';
import { canStartThreads, dropSpareThread, takeScanThread, WORTH_A_THREAD_BYTES } from './scan-thread.js';
import { createScanner } from './scanner.js';
import type { ScanTask, ScanTaskResult, ScanWork } from './scan-task.js';

/** How logs are scanned. */
export interface ScanOptions {
  /** Processor cores to use. */
  readonly jobs: number;
  readonly wasCut: CutTold;
  /** Ends the scan with CANCELLED. */
  readonly signal: AbortSignal;
}

/** Each takes a few megabytes, and more than there are cores help nobody. */
const MOST_LANES = 64;

/** As many lanes as the files are worth. */
export function lanesFor(work: ScanWork, files: readonly LogFile[], jobs: number): ScanLanes {
  const bytes = files.reduce((sum, { body }) => sum + (body.kind === 'plain' ? body.sizeBytes : 0), 0);
  const packed = files.filter(({ body }) => body.kind === 'packed' && body.source.kind !== 'stdin').length;
  const wanted = 1 + Math.floor(bytes / WORTH_A_THREAD_BYTES) + (work.kind === 'group' ? packed : 0);
  return new ScanLanes(work, Math.min(jobs, wanted, MOST_LANES));
}

/** Tasks that a thread has at a time, so that it never waits for the next one. */
const WORKER_DEPTH = 2;

interface Lane {
  readonly depth: number;
  busy: number;
  /** Whether it can scan this piece. */
  takes(task: ScanTask): boolean;
  run(task: ScanTask): Promise<ScanTaskResult>;
  /** Adds to `table` what was counted of all pieces. Resolves with what their lines were. */
  addGroupsTo(table: GroupTable): Promise<LineCounts>;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: ScanTask;
  readonly resolve: (result: ScanTaskResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Scans pieces of logs on several processor cores: this thread, and `jobs - 1` of its own. */
export class ScanLanes {
  readonly #lanes: readonly Lane[];
  readonly #waiting: Waiting[] = [];

  constructor(work: ScanWork, jobs: number) {
    const workers = Array.from({ length: canStartThreads() ? jobs - 1 : 0 }, () => new WorkerLane(work));
    this.#lanes = [...workers, new OwnLane(work)];
  }

  /** How many pieces keep all lanes busy. */
  get depth(): number {
    return this.#lanes.reduce((sum, { depth }) => sum + depth, 0);
  }

  /** Scans a piece as soon as a lane is free. Rejects with whatever the scanner failed with. */
  scan(task: ScanTask): Promise<ScanTaskResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#dispatch();
    });
  }

  /** Adds to `table` what all lanes have counted, once every piece is done. Resolves with what the lines were. */
  async addGroupsTo(table: GroupTable): Promise<LineCounts> {
    const counts = await Promise.all(this.#lanes.map((lane) => lane.addGroupsTo(table)));
    return counts.reduce(addCounts, NO_LINES);
  }

  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all([dropSpareThread(), ...this.#lanes.map((lane) => lane.close())]);
  }

  #dispatch(): void {
    for (const lane of this.#lanes) {
      while (lane.busy < lane.depth) {
        const index = this.#waiting.findIndex(({ task }) => lane.takes(task));
        const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
        if (next === undefined) break;
        void this.#runOn(lane, next);
      }
    }
  }

  async #runOn(lane: Lane, { task, resolve, reject }: Waiting): Promise<void> {
    lane.busy += 1;
    try {
      resolve(await lane.run(task));
    } catch (error) {
      reject(error);
    } finally {
      lane.busy -= 1;
      this.#dispatch();
    }
  }
}

/** This thread. It lets others speak before each piece, as it hears nothing while it scans. */
class OwnLane implements Lane {
  readonly depth = 1;
  busy = 0;
  readonly #work: ScanWork;
  #scanner: ReturnType<typeof createScanner> | undefined;

  constructor(work: ScanWork) {
    this.#work = work;
  }

  takes(): boolean {
    return true;
  }

  async run(task: ScanTask): Promise<ScanTaskResult> {
    await new Promise(setImmediate);
    this.#scanner ??= createScanner(this.#work);
    return this.#scanner.run(task);
  }

  async addGroupsTo(table: GroupTable): Promise<LineCounts> {
    const groups = this.#scanner?.groups?.();
    if (groups === undefined) return NO_LINES;
    table.addTable(groups.table);
    return groups.counts;
  }

  async close(): Promise<void> {}
}

class WorkerLane implements Lane {
  readonly depth = WORKER_DEPTH;
  busy = 0;
  readonly #worker: Worker;
  readonly #open = new Map<
    number,
    { resolve: (reply: FromWorker) => void; reject: (error: unknown) => void }
  >();
  #lastId = 0;

  constructor(work: ScanWork) {
    this.#worker = takeScanThread();
    this.#worker.postMessage({ kind: 'work', work } satisfies ToWorker);
    this.#worker.on('message', (reply: FromWorker) => {
      this.#open.get(reply.id)?.resolve(reply);
      this.#open.delete(reply.id);
    });
    this.#worker.on('error', (error) => this.#failAll(error));
  }

  /** Only the first thread of a process has its stdin. */
  takes(task: ScanTask): boolean {
    return task.kind === 'range' || task.source.kind !== 'stdin';
  }

  async run(task: ScanTask): Promise<ScanTaskResult> {
    const reply = await this.#ask({ kind: 'task', id: this.#nextId(), task });
    if (reply.kind === 'result') return reply.result;
    throw failureOf(reply);
  }

  async addGroupsTo(table: GroupTable): Promise<LineCounts> {
    const reply = await this.#ask({ kind: 'groups', id: this.#nextId() });
    if (reply.kind !== 'groups') throw failureOf(reply);
    if (reply.groups === undefined) return NO_LINES;
    addPacked(table, reply.groups.groups);
    return reply.groups.counts;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #ask(message: Exclude<ToWorker, { kind: 'work' }>): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      this.#open.set(message.id, { resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  #failAll(error: unknown): void {
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }
}

function failureOf(reply: FromWorker): unknown {
  if (reply.kind === 'refused') return new TransferError(reply.facts);
  return reply.kind === 'failed' ? reply.error : new RangeError('a thread answered what it was not asked');
}
