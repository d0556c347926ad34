import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../core/clock.js';
import { remotePath } from '../core/remote-path.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { startFtpPartner, type FtpPartnerOptions } from '../simulator/ftp-partner.js';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { ConnectionBudget, type BudgetMember } from './connection-budget.js';
import { ConnectionBudgets } from './connection-budgets.js';
import { ServerMemory } from './server-memory.js';
import { SessionPool } from './session-pool.js';
import { transferSides } from './transfer-side.js';

const acme = ftpEndpoint({ host: 'ftp.acme.example', port: 21, user: 'tally', password: 'x' });
const never = new AbortController().signal;

/** Time that the test moves; its timers run when it passes them. */
function handClock() {
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    startTimer: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer), restart: () => undefined };
    },
    sleep: () => Promise.resolve(),
  };
  const pass = (ms: number) => {
    nowMs += ms;
    for (const timer of [...timers]) {
      if (timer.atMs > nowMs) continue;
      timers.delete(timer);
      timer.run();
    }
  };
  return { clock, pass };
}

function budgetOf(maxConnections: number) {
  const { clock, pass } = handClock();
  const memory = ServerMemory.inMemory({ ...testPlatform(), clock });
  const endpoint = { ...acme, maxConnections };
  return { budget: new ConnectionBudget(endpoint, clock, memory), memory, endpoint, clock, pass };
}

const busy = (): BudgetMember => ({ endIdle: () => false });
const someSession = {} as ProtocolClient;

/** `waits` while the promise is open, else what it gave. */
async function stateOf(turn: Promise<{ readonly kind: string }>): Promise<string> {
  return Promise.race([
    turn.then(({ kind }) => kind),
    new Promise<string>((resolve) => setImmediate(resolve, 'waits')),
  ]);
}

describe('ConnectionBudget', () => {
  it('serves those who wait in their order, and a free session goes to its own pool only', async () => {
    const { budget } = budgetOf(2);
    const [one, two] = [busy(), busy()];
    await budget.take(one, never, true);
    await budget.take(two, never, true);
    const first = budget.take(two, never, true);
    const second = budget.take(one, never, true);
    expect(await stateOf(first)).toBe('waits');

    expect(budget.free(one, someSession)).toBe('surplus');
    budget.giveBack();
    expect(await stateOf(first)).toBe('place');
    expect(await stateOf(second)).toBe('waits');
    expect(budget.free(one, someSession)).toBe('taken');
    expect(await stateOf(second)).toBe('session');
    expect(budget.free(two, someSession)).toBe('idle');
  });

  it('ends an idle session of another pool for one that waits', async () => {
    const { budget } = budgetOf(1);
    const idle: BudgetMember = {
      endIdle: () => {
        queueMicrotask(() => budget.giveBack());
        return true;
      },
    };
    await budget.take(idle, never, true);
    expect(await stateOf(budget.take(busy(), never, true))).toBe('place');
  });

  it('forgets who stops waiting', async () => {
    const { budget } = budgetOf(1);
    await budget.take(busy(), never, true);
    const impatient = new AbortController();
    const given = budget.take(busy(), impatient.signal, true);
    const patient = budget.take(busy(), never, true);
    impatient.abort();
    await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
    budget.giveBack();
    expect(await stateOf(patient)).toBe('place');
  });

  it('is lowered to what the server admitted, and grows again one a minute, for those who wait too', async () => {
    const { budget, memory, endpoint, pass } = budgetOf(4);
    for (let count = 0; count < 3; count += 1) await budget.take(busy(), never, true);
    expect(budget.refused()).toBe(true);
    expect(memory.of(endpoint).connectionLimit).toBe(2);

    const third = budget.take(busy(), never, true);
    expect(await stateOf(third)).toBe('waits');
    pass(59_999);
    expect(await stateOf(third)).toBe('waits');
    pass(1);
    expect(await stateOf(third)).toBe('place');
    pass(60_000);
    expect(await stateOf(budget.take(busy(), never, true))).toBe('place');
    expect(memory.of(endpoint).connectionLimit).toBeUndefined();
    expect(await stateOf(budget.take(busy(), never, true))).toBe('waits');
  });

  it('begins with what was learnt of the server before', async () => {
    const { memory, endpoint, clock } = budgetOf(4);
    memory.remember(endpoint, { connectionLimit: 1 });
    const later = new ConnectionBudget(endpoint, clock, memory);
    await later.take(busy(), never, true);
    expect(await stateOf(later.take(busy(), never, true))).toBe('waits');
  });
});

async function partnerAndFiles(changes: Partial<FtpPartnerOptions>, names: readonly string[]) {
  const outbox = await temporaryFolder();
  const root = await temporaryFolder();
  await mkdir(join(root, 'in'));
  for (const name of names) await writeFile(join(outbox, name), name.repeat(1000));
  const partner = await startFtpPartner({ root, user: 'u', password: 'p', ...changes });
  onTestFinished(() => partner.stop());
  return { outbox, inbox: join(root, 'in'), partner };
}

const NAMES = Array.from({ length: 12 }, (_, index) => `${index}.txt`);

/** Most sessions at a time between their login and their QUIT. */
function mostLogins(transcript: readonly { readonly text: string }[]): number {
  let open = 0;
  return transcript.reduce((most, { text }) => {
    if (text.startsWith('230')) open += 1;
    if (text.startsWith('QUIT')) open -= 1;
    return Math.max(most, open);
  }, 0);
}

it('two batches to one partner together open no more sessions than it may have', async () => {
  const { outbox, inbox, partner } = await partnerAndFiles({}, NAMES);
  const platform = testPlatform();
  const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
  const push = (mask: string) =>
    runBatchFixture(platform, {
      source: `${outbox}/${mask}`,
      destination: '/in/',
      destinationEndpoint: { ...ftpEndpoint(partner), maxConnections: 3 },
      transfer: { parallel: 3 },
      budgets,
    });
  const [some, others] = await Promise.all([push('1*.txt'), push('?.txt')]);
  expect([some.result.failed, others.result.failed]).toEqual([0, 0]);
  expect((await readdir(inbox)).length).toBe(NAMES.length);
  expect(mostLogins(partner.transcript)).toBeLessThanOrEqual(3);
});

it.each([421, 530] as const)(
  'a server that admits two, by %i, gets every file through two sessions',
  async (code) => {
    const { outbox, inbox, partner } = await partnerAndFiles({ connectionLimit: { count: 2, code } }, NAMES);
    const platform = testPlatform();
    const memory = ServerMemory.inMemory(platform);
    const endpoint = ftpEndpoint(partner);
    const { result, lines } = await runBatchFixture(platform, {
      source: `${outbox}/*.txt`,
      destination: '/in/',
      destinationEndpoint: endpoint,
      transfer: { parallel: 4 },
      memory,
    });
    expect(result).toMatchObject({ succeeded: NAMES.length, failed: 0 });
    expect(new Set(lines)).toEqual(new Set(['0 226']));
    expect((await readdir(inbox)).length).toBe(NAMES.length);
    expect(memory.of(endpoint).connectionLimit).toBe(2);
  },
);

it('a file between two ends of one partner never waits for itself', async () => {
  const { partner } = await partnerAndFiles({}, []);
  const platform = testPlatform();
  const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
  const endpoint = { ...ftpEndpoint(partner), maxConnections: 1 };
  const pools = [1, 2].map(() => new SessionPool(endpoint, platform, budgets.of(endpoint)));
  const [from, to] = pools as [SessionPool, SessionPool];
  const { source, target } = transferSides(
    { pool: from, path: remotePath('/in/a') },
    { pool: to, path: remotePath('/in/b') },
  );
  await source.session(never);
  await expect(target.session(never)).rejects.toMatchObject({ code: 'TOO_MANY_CONNECTIONS', side: 'us' });
  await source.leave(false);
  await target.session(never);
  await target.leave(false);
  await Promise.all(pools.map((pool) => pool.close()));
  await partner.whenIdle();
});

describe('a pool that was closed while a file was under way', () => {
  async function closedPool() {
    const { partner } = await partnerAndFiles({}, []);
    const { clock, pass } = handClock();
    const platform = testPlatform({ clock });
    const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
    const endpoint = { ...ftpEndpoint(partner), maxConnections: 1 };
    const poolOf = () => new SessionPool(endpoint, platform, budgets.of(endpoint));
    const pool = poolOf();
    const session = await pool.acquire(never);
    await pool.close();
    await pool.release(session, false);
    return { partner, poolOf, pool, session, pass };
  }

  it('keeps its place from nobody', async () => {
    const { partner, poolOf } = await closedPool();
    const next = poolOf();
    await next.release(await next.acquire(never), false);
    await next.close();
    await partner.whenIdle();
  });

  it('lets it go on with its session, and ends that a little later', async () => {
    const { partner, pool, session, pass } = await closedPool();
    expect(await pool.acquire(never)).toBe(session);
    await pool.release(session, false);
    pass(5_000);
    await partner.whenIdle();
  });
});

it('this machine bears as many sessions as each end asks for', () => {
  const platform = testPlatform();
  const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
  expect(budgets.of(localEndpoint)).not.toBe(budgets.of(localEndpoint));
});

describe('a session that cannot even be made', () => {
  it('gives its place back', async () => {
    const broken = () => {
      throw new Error('no trace to be had');
    };
    const platform = testPlatform({ trace: { open: broken } });
    const endpoint = { ...acme, maxConnections: 1 };
    const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
    const pool = new SessionPool(endpoint, platform, budgets.of(endpoint));
    for (const mayWait of [true, false])
      await expect(pool.acquire(never, { mayWait })).rejects.toThrow('no trace to be had');
  });
});
