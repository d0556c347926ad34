import type { ErrorCode } from '../../core/error-codes.js';
import type { BreakerState, Park, PartnerStore } from '../partner-store.js';
import { present } from './present.js';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

/** Partners that nothing goes to for now. */
export class SqlitePartners implements PartnerStore {
  readonly #store: StoreFile;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(store: StoreFile) {
    this.#store = store;
    this.#sql = prepare(store);
  }

  /** False when it was parked already with these settings; one of other settings is replaced. */
  park(park: Park): Promise<boolean> {
    return this.#store.write(() => {
      const known = this.#sql.markOf.get({ connection: park.connection });
      if (known?.settings_mark === park.settingsMark) return false;
      this.#sql.park.run(park);
      return true;
    });
  }

  release(connection: string): Promise<boolean> {
    return this.#store.write(() => this.#sql.release.run({ connection }).changes > 0);
  }

  parks(): Promise<readonly Park[]> {
    return this.#store.read(() =>
      this.#sql.parks.all({}).map((row) => ({
        connection: row.connection,
        sinceMs: row.since_ms,
        errorCode: row.error_code as ErrorCode,
        reason: row.reason,
        settingsMark: row.settings_mark,
      })),
    );
  }

  setBreaker(state: BreakerState): Promise<void> {
    const { openUntilMs = null, lastErrorCode = null, lastReason = null } = state;
    return this.#store.write(
      () => void this.#sql.setBreaker.run({ ...state, openUntilMs, lastErrorCode, lastReason }),
    );
  }

  clearBreaker(connection: string): Promise<void> {
    return this.#store.write(() => void this.#sql.clearBreaker.run({ connection }));
  }

  breakers(): Promise<readonly BreakerState[]> {
    return this.#store.read(() =>
      this.#sql.breakers.all({}).map((row) =>
        present<BreakerState>({
          connection: row.connection,
          failures: row.failures,
          openUntilMs: row.open_until_ms,
          lastErrorCode: row.last_error_code as ErrorCode | null,
          lastReason: row.last_reason,
          sinceMs: row.since_ms,
        }),
      ),
    );
  }
}

interface BreakerValues {
  readonly connection: string;
  readonly failures: number;
  readonly openUntilMs: number | null;
  readonly lastErrorCode: string | null;
  readonly lastReason: string | null;
  readonly sinceMs: number;
}

function prepare({ database }: StoreFile) {
  return {
    markOf: statement(database, (from, bind: Bind<{ connection: string }>) =>
      from.selectFrom('parks').select('settings_mark').where('connection', '=', bind('connection')),
    ),
    park: statement(database, (from, bind: Bind<Park>) => {
      const facts = {
        since_ms: bind('sinceMs'),
        error_code: bind('errorCode'),
        reason: bind('reason'),
        settings_mark: bind('settingsMark'),
      };
      return from
        .insertInto('parks')
        .values({ connection: bind('connection'), ...facts })
        .onConflict((on) => on.column('connection').doUpdateSet(facts));
    }),
    release: statement(database, (from, bind: Bind<{ connection: string }>) =>
      from.deleteFrom('parks').where('connection', '=', bind('connection')),
    ),
    parks: statement(database, (from) => from.selectFrom('parks').selectAll().orderBy('connection')),
    setBreaker: statement(database, (from, bind: Bind<BreakerValues>) => {
      const facts = {
        failures: bind('failures'),
        open_until_ms: bind('openUntilMs'),
        last_error_code: bind('lastErrorCode'),
        last_reason: bind('lastReason'),
        since_ms: bind('sinceMs'),
      };
      return from
        .insertInto('breakers')
        .values({ connection: bind('connection'), ...facts })
        .onConflict((on) => on.column('connection').doUpdateSet(facts));
    }),
    clearBreaker: statement(database, (from, bind: Bind<{ connection: string }>) =>
      from.deleteFrom('breakers').where('connection', '=', bind('connection')),
    ),
    breakers: statement(database, (from) => from.selectFrom('breakers').selectAll().orderBy('connection')),
  };
}
