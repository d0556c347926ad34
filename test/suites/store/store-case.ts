import assert from 'node:assert/strict';
import { TransferError } from '../../../src/core/transfer-error.js';
import type { ErrorCode } from '../../../src/core/error-codes.js';
import type { DeliveryKey } from '../../../src/store/ledger-store.js';
import type { NewRun, RunRecord } from '../../../src/store/run-store.js';
import type { Store } from '../../../src/store/store.js';
import type { NewAttempt } from '../../../src/store/transfer-store.js';

/** One sentence of the contract in src/store as data; it rejects when the sentence does not hold. */
export interface StoreCase {
  /** What holds, as a sentence. */
  readonly name: string;
  /** `store` is empty and of this case alone. */
  run(store: Store): Promise<void>;
}

export const NOW_MS = Date.parse('2026-03-01T02:10:00Z');
export const DAY_MS = 86_400_000;

/** Names that something might trip over. */
export const HOSTILE_NAMES = [
  `it's "quoted" \`so\``,
  "'; DROP TABLE runs; --",
  'nul\0inside',
  'right\u202eto left',
  'half \ud800 a pair',
  '\u{10FFFE}d800',
  '100% _wild_ * ?',
  'line\r\nbreak',
  '',
  'x'.repeat(65_536),
] as const;

export function newRun(changes: Partial<NewRun> = {}): NewRun {
  return {
    rule: 'orders',
    revision: 'r1',
    ruleJson: '{"name":"orders"}',
    event: { kind: 'manual', values: { 'FS.PATH': '/out/a.xml' } },
    eventKey: 'manual:1',
    trigger: 'manual',
    state: 'waiting',
    isShadow: false,
    createdMs: NOW_MS,
    ...changes,
  };
}

export function deliveryKey(changes: Partial<DeliveryKey> = {}): DeliveryKey {
  return {
    rule: 'orders',
    source: 'local:/out/a.xml',
    sourceIdentity: '5:1700000000000',
    target: 'acme:/in/a.xml',
    ...changes,
  };
}

export function newAttempt(changes: Partial<NewAttempt> = {}): NewAttempt {
  return {
    run: 1,
    step: '0',
    rule: 'orders',
    partner: 'acme',
    endedMs: NOW_MS,
    protocol: 'sftp',
    host: 'sftp.acme.example',
    port: 22,
    user: 'batch',
    localPath: '/out/a.xml',
    remotePath: '/in/a.xml',
    operation: 'upload',
    lastCode: 0,
    succeeded: true,
    isLast: true,
    attemptNumber: 1,
    ...changes,
  };
}

export const SUCCEEDED = {
  state: 'succeeded',
  endedMs: NOW_MS,
  reason: 'all steps succeeded',
  filesSucceeded: 1,
  filesFailed: 0,
} as const;

/** Makes runs of these events. */
export async function madeRuns(
  store: Store,
  ...changes: readonly Partial<NewRun>[]
): Promise<readonly number[]> {
  const ids = await store.runs.create(changes.map(newRun));
  return ids.map((id) => {
    assert.ok(id !== undefined, 'the run was made');
    return id;
  });
}

/** Makes a run and claims it for a minute. */
export async function runningRun(store: Store, changes: Partial<NewRun> = {}): Promise<RunRecord> {
  const [id = 0] = await madeRuns(store, changes);
  const run = await store.runs.claim(id, 'node-a', NOW_MS, NOW_MS + 60_000);
  assert.ok(run !== undefined, 'the run was claimed');
  return run;
}

export function fenceOf(run: RunRecord): number {
  assert.ok(run.lease !== undefined, 'the run has a lease');
  return run.lease.fence;
}

/** That `work` is refused with this code. */
export async function refused(work: Promise<unknown>, code: ErrorCode): Promise<TransferError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof TransferError, `refused with a TransferError, not ${String(error)}`);
  assert.equal(error.code, code);
  assert.equal(error.phase, 'store');
  return error;
}
