import { describe, expect, it } from 'vitest';
import type { ClientLogFacts } from '../client-log/log-facts.js';
import { ManualClock } from '../client-log/manual-clock.testing.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import type { EndedAttempt } from '../transfers/transfer-observer.js';
import { AttemptBook, type AttemptOwner } from './attempt-book.js';
import { LiveEventsHub } from './live-events-hub.js';

const owner: AttemptOwner = { run: undefined, step: '1', rule: 'send', partner: 'acme' };

function attempt(name: string): EndedAttempt {
  return {
    columns: { protocol: 'ftp', host: 'ftp.acme.example', port: 21, user: 'tally' },
    endedAtMs: Date.UTC(2026, 2, 2),
    localPath: `/out/${name}`,
    remotePath: `/in/${name}`,
    operation: 'upload',
    lastCode: 226,
    succeeded: true,
    isLast: true,
    attemptNumber: 1,
  };
}

/** A log that takes nothing while it is full. */
function book(attempts: 'all' | 'last' = 'all') {
  const lines: string[] = [];
  const log = {
    isFull: false,
    append: ({ remotePath }: ClientLogFacts) => {
      if (log.isFull) return Promise.reject(new Error('the disk is full'));
      lines.push(remotePath);
      return Promise.resolve();
    },
    prove: () => (log.isFull ? Promise.reject(new Error('the disk is full')) : Promise.resolve()),
  };
  const { transfers } = openMemoryStore();
  const live = new LiveEventsHub(new ManualClock('2026-03-02T00:00:00Z'), () => undefined);
  return { lines, log, transfers, attempts: new AttemptBook(transfers, log, live, { attempts }) };
}

describe('the book of attempts', () => {
  it('writes the lines that the log did not take before the next one that it takes', async () => {
    const { lines, log, transfers, attempts } = book();
    log.isFull = true;
    await expect(attempts.record(owner, attempt('a'))).rejects.toThrow('the disk is full');
    await expect(attempts.record(owner, attempt('b'))).rejects.toThrow('the disk is full');
    log.isFull = false;
    await attempts.record(owner, attempt('c'));
    await attempts.record(owner, attempt('d'));
    expect(lines).toEqual(['/in/a', '/in/b', '/in/c', '/in/d']);
    await attempts.close();
    expect(await transfers.unlogged(10)).toEqual([]);
  });

  it('owes no line twice where several files end at once', async () => {
    const { lines, log, attempts } = book();
    log.isFull = true;
    await expect(attempts.record(owner, attempt('a'))).rejects.toThrow('the disk is full');
    log.isFull = false;
    await Promise.all(['b', 'c', 'd'].map((name) => attempts.record(owner, attempt(name))));
    expect(lines).toEqual(['/in/a', '/in/b', '/in/c', '/in/d']);
  });

  it('says since when lines are owed and when all of them are written, and settles them when it is asked', async () => {
    const { lines, log, transfers, attempts } = book();
    const told: string[] = [];
    attempts.watchLog({
      logFailed: ({ message }) => void told.push(message),
      logTookAll: () => void told.push('took all'),
    });
    log.isFull = true;
    await expect(attempts.record(owner, attempt('a'))).rejects.toThrow('the disk is full');
    await expect(attempts.settleOwed()).rejects.toThrow('the disk is full');
    expect(attempts.logFailure?.message).toBe('the disk is full');
    log.isFull = false;
    await attempts.settleOwed();
    expect(attempts.logFailure).toBeUndefined();
    expect(lines).toEqual(['/in/a']);
    expect(told).toEqual(['the disk is full', 'the disk is full', 'took all']);
    await attempts.close();
    expect(await transfers.unlogged(10)).toEqual([]);
  });

  it('owes the line of an attempt that none followed after all', async () => {
    const { lines, log, attempts } = book('last');
    const failed = { ...attempt('a'), succeeded: false, isLast: false };
    await attempts.record(owner, failed);
    expect(lines).toEqual([]);
    log.isFull = true;
    await expect(attempts.noneFollowed(failed)).rejects.toThrow('the disk is full');
    log.isFull = false;
    await attempts.record(owner, attempt('b'));
    expect(lines).toEqual(['/in/a', '/in/b']);
  });
});
