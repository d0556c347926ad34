import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../core/error-codes.js';
import { TransferError } from '../core/transfer-error.js';
import { settingsError } from '../settings/settings-error.js';
import type { BatchResult } from '../transfers/batch-request.js';
import { exitCodeOfBatch, exitCodeOfError } from './exit-codes.js';

const error = (code: ErrorCode) => new TransferError({ code, lastCode: -1, phase: 'read', message: code });

function batch(changes: Partial<BatchResult>, ...failures: readonly ErrorCode[]): BatchResult {
  return {
    succeeded: 0,
    skipped: 0,
    failed: failures.length,
    cancelled: 0,
    notAttempted: 0,
    proofs: [],
    movedBytes: 0,
    elapsedMs: 0,
    planned: 0,
    leftovers: [],
    failures: failures.map((code) => ({ source: 's', target: 't', error: error(code), delivered: false })),
    ...changes,
  };
}

describe('the exit code of a batch', () => {
  it.each<[string, BatchResult, number]>([
    ['all sent', batch({ succeeded: 3 }), 0],
    ['all skipped by policy', batch({ skipped: 3 }), 0],
    ['no file matched', batch({}), 9],
    ['a dry run that planned', batch({ planned: 1 }), 0],
    ['some failed', batch({ succeeded: 1 }, 'PERMISSION_DENIED'), 6],
    ['one skipped, one failed', batch({ skipped: 1 }, 'NOT_FOUND'), 6],
    ['the only one was not found', batch({}, 'NOT_FOUND'), 3],
    ['all refused alike', batch({}, 'PERMISSION_DENIED', 'PERMISSION_DENIED'), 4],
    ['all failed, each otherwise', batch({}, 'PERMISSION_DENIED', 'NO_SPACE'), 6],
    ['no connection', batch({ stoppedBy: error('CONNECT_REFUSED') }), 5],
    ['login refused', batch({ stoppedBy: error('AUTH_REJECTED') }), 4],
    ['host key unknown', batch({ stoppedBy: error('HOST_KEY_UNKNOWN') }), 4],
    [
      'connection lost halfway',
      batch({ succeeded: 2, notAttempted: 5, stoppedBy: error('CONNECTION_LOST') }),
      6,
    ],
    ['the log cannot be written', batch({ succeeded: 2, stoppedBy: error('CLIENT_LOG_FAILED') }), 1],
    ['source missing', batch({ stoppedBy: error('NOT_FOUND') }), 3],
  ])('%s', (_name, result, exitCode) => {
    expect(exitCodeOfBatch(result, false)).toBe(exitCode);
  });

  it('nothing to move is fine when that was allowed', () => {
    expect(exitCodeOfBatch(batch({}), true)).toBe(0);
  });
});

it('a mistake on the command line is usage, one in the settings is not', () => {
  expect(exitCodeOfError(settingsError({ kind: 'flag', name: '--retries' }, 'x'))).toBe(2);
  expect(exitCodeOfError(settingsError({ kind: 'file', file: 'f', line: 1, column: 1 }, 'x'))).toBe(8);
  expect(exitCodeOfError(error('LOCATION_INVALID'))).toBe(2);
  expect(exitCodeOfError(error('TIMEOUT'))).toBe(5);
});

describe('a failure that differs from its kind', () => {
  it.each([
    ['REPLY_LOST', 'permanent', 7],
    ['REPLY_LOST', 'transient', 5],
    ['REFUSED', 'transient', 5],
    ['REFUSED', 'permanent', 7],
    ['NOT_FOUND', 'transient', 3],
  ] as const)('%s, %s: %i', (code, retry, expected) => {
    const failure = error(code).with({ retry });
    expect(exitCodeOfError(failure)).toBe(expected);
    const failures = [{ source: 's', target: 't', error: failure, delivered: false }];
    expect(exitCodeOfBatch(batch({ failed: 1, failures }), false)).toBe(expected);
  });
});
