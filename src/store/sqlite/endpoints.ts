import type { Selectable } from 'kysely';
import type { NewAttempt } from '../transfer-store.js';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';
import type { Tables } from './tables.js';

/** Who an attempt spoke with, and in which direction: what many attempts have in common. */
export type Endpoint = Pick<NewAttempt, 'partner' | 'protocol' | 'host' | 'port' | 'user' | 'operation'>;

/** The endpoints that the store knows by number. Called within a read or a write. */
export class Endpoints {
  readonly #byId = new Map<number, Endpoint>();
  readonly #byKey = new Map<string, number>();
  readonly #sql: ReturnType<typeof prepare>;

  constructor(store: StoreFile) {
    this.#sql = prepare(store);
    store.onRollback(() => {
      this.#byId.clear();
      this.#byKey.clear();
    });
  }

  /** Makes its row where there is none; within a write only. */
  idOf({ partner, protocol, host, port, user, operation }: Endpoint): number {
    const endpoint = { partner, protocol, host, port, user, operation };
    const key = JSON.stringify(Object.values(endpoint));
    const known = this.#byKey.get(key) ?? this.#sql.find.get(endpoint)?.id;
    const id = known ?? this.#sql.add.run(endpoint).id;
    this.#byKey.set(key, id);
    this.#byId.set(id, endpoint);
    return id;
  }

  get(id: number): Endpoint {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const row = this.#sql.get.get({ id });
    if (row === undefined) throw new Error(`an attempt names the endpoint ${id}, which is not there`);
    const endpoint = endpointOf(row);
    this.#byId.set(id, endpoint);
    return endpoint;
  }

  all(): readonly { readonly id: number; readonly endpoint: Endpoint }[] {
    return this.#sql.all.all({}).map((row) => ({ id: row.id, endpoint: endpointOf(row) }));
  }
}

function endpointOf(row: Selectable<Tables['endpoints']>): Endpoint {
  const { partner, protocol, host, port, user, operation } = row;
  const known = { protocol, operation } as Pick<Endpoint, 'protocol' | 'operation'>;
  return { partner, host, port, user, ...known };
}

function prepare({ database }: StoreFile) {
  return {
    find: statement(database, (from, bind: Bind<Endpoint>) =>
      from
        .selectFrom('endpoints')
        .select('id')
        .where('partner', '=', bind('partner'))
        .where('protocol', '=', bind('protocol'))
        .where('host', '=', bind('host'))
        .where('port', '=', bind('port'))
        .where('user', '=', bind('user'))
        .where('operation', '=', bind('operation')),
    ),
    get: statement(database, (from, bind: Bind<{ id: number }>) =>
      from.selectFrom('endpoints').selectAll().where('id', '=', bind('id')),
    ),
    all: statement(database, (from) => from.selectFrom('endpoints').selectAll()),
    add: statement(database, (from, bind: Bind<Endpoint>) =>
      from.insertInto('endpoints').values({
        partner: bind('partner'),
        protocol: bind('protocol'),
        host: bind('host'),
        port: bind('port'),
        user: bind('user'),
        operation: bind('operation'),
      }),
    ),
  };
}
