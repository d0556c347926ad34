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
