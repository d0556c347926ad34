import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.js';

/** A database in which one statement of the turns can be made to fail. */
function failing(sql: string) {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE facts (text TEXT)');
  const statement = { isFailing: false };
  const prepare = database.prepare.bind(database);
  database.prepare = ((source: string) => {
    const prepared = prepare(source);
    if (source !== sql) return prepared;
    const run = prepared.run.bind(prepared);
    prepared.run = () => {
      if (statement.isFailing) throw new Error(`${sql} failed`);
      return run();
    };
    return prepared;
  }) as typeof database.prepare;
  const commits = new GroupCommit({ database, monotonicMs: () => 0, rolledBack: () => undefined });
  const add = (text: string) => commits.write(() => void prepare('INSERT INTO facts VALUES (?)').run(text));
  const facts = () => prepare('SELECT text FROM facts').pluck().all();
  return { statement, add, facts };
}

describe('writes that go together', () => {
  it.each(['BEGIN IMMEDIATE', 'SAVEPOINT one', 'RELEASE one', 'COMMIT'])(
    'all hear of a %s that fails, and the next ones go on',
    async (sql) => {
      const { statement, add, facts } = failing(sql);
      statement.isFailing = true;
      const before = await Promise.allSettled([add('a'), add('b')]);
      expect(before.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      statement.isFailing = false;
      await add('c');
      expect(facts()).toEqual(['c']);
    },
  );
});

/** Time that only work and pauses take. */
function timed() {
  const database = new Database(':memory:');
  let nowMs = 0;
  const pauses: (() => void)[] = [];
  const commits = new GroupCommit({
    database,
    monotonicMs: () => nowMs,
    pause: (pauseMs) =>
      new Promise((resolve) => {
        nowMs += pauseMs;
        pauses.push(resolve);
      }),
    rolledBack: () => undefined,
  });
  const settled: string[] = [];
  const write = (name: string, tookMs: number) =>
    void commits.write(() => (nowMs += tookMs)).then(() => settled.push(name));
  return { commits, pauses, settled, write };
}

const turn = () => new Promise(setImmediate);

describe('how long a write waits for others', () => {
  it('not at all where it is alone', async () => {
    const { commits, pauses, settled, write } = timed();
    write('a', 1);
    await commits.idle();
    write('b', 1);
    await commits.idle();
    expect(settled).toEqual(['a', 'b']);
    expect(pauses).toEqual([]);
  });

  it('after many at once, as long as more come, and not longer', async () => {
    const { commits, pauses, settled, write } = timed();
    for (let count = 0; count < 10; count += 1) write(`first ${count}`, 0.5);
    await turn();
    await turn();
    expect(settled.length).toBe(10);
    write('second', 0);
    await turn();
    await turn();
    expect(pauses.length).toBe(1);
    write('third', 0);
    pauses.shift()?.();
    await turn();
    expect(settled.length).toBe(10);
    expect(pauses.length).toBe(1);
    pauses.shift()?.();
    await commits.idle();
    expect(settled.slice(10)).toEqual(['second', 'third']);
  });

  it('never longer than its limit, however many come', async () => {
    const { commits, pauses, settled, write } = timed();
    for (let count = 0; count < 40; count += 1) write(`first ${count}`, 0.4);
    await turn();
    await turn();
    let paused = 0;
    write('next', 0);
    await turn();
    await turn();
    while (pauses.length > 0) {
      paused += 1;
      write(`more ${paused}`, 0);
      pauses.shift()?.();
      await turn();
      await turn();
    }
    await commits.idle();
    expect(paused).toBe(20);
    expect(settled.length).toBe(40 + 1 + 20);
  });
});
