import type SqliteDatabase from 'better-sqlite3';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
} from 'kysely';
import { fromStored, toStored } from './stored-text.js';
import type { Tables } from './tables.js';

/** Builds and types the SQL; running it is the statement's part. */
export const sqlBuilder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

export type SqlBuilder = typeof sqlBuilder;

/** Stands in a statement for a value that is known only when it is run. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Names a value of each run, of the type that the run gives. */
export type Bind<P> = <K extends keyof P & string>(name: K) => Exclude<P[K], undefined>;

/** SQL that is compiled once and run many times, without waiting: the caller stands within a read or a write. */
export class Statement<P extends object, Row> {
  readonly #statement: SqliteDatabase.Statement;
  readonly #parameters: readonly unknown[];

  constructor(database: SqliteDatabase.Database, query: Compilable<Row>) {
    const { sql, parameters } = query.compile();
    this.#statement = database.prepare(sql);
    this.#parameters = parameters;
  }

  all(values: P): Row[] {
    return (this.#statement.all(...this.#bound(values)) as object[]).map(readRow<Row>);
  }

  get(values: P): Row | undefined {
    const row = this.#statement.get(...this.#bound(values)) as object | undefined;
    return row === undefined ? undefined : readRow<Row>(row);
  }

  /** How many rows were changed, and the id of an inserted one. */
  run(values: P): { readonly changes: number; readonly id: number } {
    const { changes, lastInsertRowid } = this.#statement.run(...this.#bound(values));
    return { changes, id: Number(lastInsertRowid) };
  }

  #bound(values: P): unknown[] {
    return this.#parameters.map((value) =>
      boundValue(value instanceof Parameter ? (values as Record<string, unknown>)[value.name] : value),
    );
  }
}

/** Makes a statement; `build` names what each run gives. */
export function statement<P extends object, Row>(
  database: SqliteDatabase.Database,
  build: (sql: SqlBuilder, bind: Bind<P>) => Compilable<Row>,
): Statement<P, Row> {
  const bind = ((name: string) => new Parameter(name)) as unknown as Bind<P>;
  return new Statement<P, Row>(database, build(sqlBuilder, bind));
}

function boundValue(value: unknown): unknown {
  if (typeof value === 'string') return toStored(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? null : value;
}

function readRow<Row>(row: object): Row {
  const texts = row as Record<string, unknown>;
  for (const name in texts) {
    const value = texts[name];
    if (typeof value === 'string') texts[name] = fromStored(value);
  }
  return row as Row;
}
