import { remotePath } from '../../src/core/remote-path.js';
import type { Platform } from '../../src/core/platform.js';
import { runBatch } from '../../src/transfers/batch.js';
import type {
  BatchPlace,
  BatchRequest,
  BatchResult,
  FilePair,
  PlannedFile,
} from '../../src/transfers/batch-request.js';
import type { ConnectionBudgets } from '../../src/transfers/connection-budgets.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { PartialJournal } from '../../src/transfers/partial-journal.js';
import type { ServerMemory } from '../../src/transfers/server-memory.js';
import type { SessionPools } from '../../src/transfers/session-pools.js';
import { DEFAULT_TRANSFER_OPTIONS, type TransferOptions } from '../../src/transfers/transfer-options.js';
import type { EndedAttempt, TransferObserver } from '../../src/transfers/transfer-observer.js';

export const localEndpoint: Endpoint = {
  label: 'local',
  options: { kind: 'local' },
  columns: { protocol: 'local', host: 'localhost', port: 0, user: 'tester' },
  maxConnections: 4,
  finalName: 'temporary',
};

export interface BatchFixture {
  readonly source: string;
  readonly destination: string;
  readonly sourceEndpoint?: Endpoint;
  readonly destinationEndpoint?: Endpoint;
  /** These and no others. */
  readonly pairs?: readonly FilePair[];
  readonly operation?: 'upload' | 'download';
  readonly recursive?: boolean;
  readonly missingSourceOk?: boolean;
  readonly dryRun?: boolean;
  readonly transfer?: Partial<TransferOptions>;
  readonly signal?: AbortSignal;
  readonly journal?: PartialJournal;
  readonly memory?: ServerMemory;
  readonly budgets?: ConnectionBudgets;
  readonly pools?: SessionPools;
  readonly observer?: Partial<TransferObserver>;
}

export interface BatchRecord {
  readonly result: BatchResult;
  readonly attempts: readonly EndedAttempt[];
  /** `result code` of each line, for example `0 226` or `1 550`. */
  readonly lines: readonly string[];
  readonly planned: readonly PlannedFile[];
  readonly warnings: readonly string[];
}

/** Runs one batch and keeps what it told. Retries wait a millisecond. */
export async function runBatchFixture(platform: Platform, fixture: BatchFixture): Promise<BatchRecord> {
  const attempts: EndedAttempt[] = [];
  const planned: PlannedFile[] = [];
  const warnings: string[] = [];
  const request: BatchRequest = {
    source: place(fixture.sourceEndpoint ?? localEndpoint, fixture.source),
    destination: place(fixture.destinationEndpoint ?? localEndpoint, fixture.destination),
    ...(fixture.pairs === undefined ? {} : { pairs: fixture.pairs }),
    operation: fixture.operation ?? 'upload',
    recursive: fixture.recursive ?? false,
    missingSourceOk: fixture.missingSourceOk ?? false,
    dryRun: fixture.dryRun ?? false,
    transfer: { ...DEFAULT_TRANSFER_OPTIONS, retries: 0, retryDelayMs: 1, ...fixture.transfer },
  };
  const result = await runBatch(request, {
    platform,
    signal: fixture.signal ?? new AbortController().signal,
    journal: fixture.journal ?? PartialJournal.inMemory(platform),
    ...(fixture.memory === undefined ? {} : { memory: fixture.memory }),
    ...(fixture.budgets === undefined ? {} : { budgets: fixture.budgets }),
    ...(fixture.pools === undefined ? {} : { pools: fixture.pools }),
    planned: (file) => planned.push(file),
    observer: {
      warned: (text) => warnings.push(text),
      ...fixture.observer,
      attemptEnded: async (attempt) => {
        attempts.push(attempt);
        await fixture.observer?.attemptEnded?.(attempt);
      },
    },
  });
  return { result, attempts, lines: attempts.map(lineOf), planned, warnings };
}

function lineOf(attempt: EndedAttempt): string {
  return `${attempt.succeeded ? 0 : 1} ${attempt.lastCode}`;
}

function place(endpoint: Endpoint, path: string): BatchPlace {
  return { endpoint, path: remotePath(path), text: path };
}
