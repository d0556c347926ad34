import type { Selectable } from 'kysely';
import type { ErrorCode } from '../../core/error-codes.js';
import type { AccessStore, AuditEntry, AuditResult, Role, TokenRecord } from '../access-store.js';
import { fromJson, present, toJson } from './present.js';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';
import type { Tables } from './tables.js';

/** Tokens by their hash, and who did what. */
export class SqliteAccess implements AccessStore {
  readonly #store: StoreFile;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(store: StoreFile) {
    this.#store = store;
    this.#sql = prepare(store);
  }

  addToken(token: Parameters<AccessStore['addToken']>[0]): Promise<number> {
    const { lastUsedMs = null, revokedMs = null } = token;
    return this.#store.write(() => this.#sql.addToken.run({ ...token, lastUsedMs, revokedMs }).id);
  }

  tokenOf(hash: string): Promise<TokenRecord | undefined> {
    return this.#store.read(() => {
      const row = this.#sql.tokenOf.get({ hash });
      return row === undefined ? undefined : tokenOf(row);
    });
  }

  tokenUsed(id: number, nowMs: number): Promise<void> {
    return this.#store.write(() => void this.#sql.tokenUsed.run({ id, nowMs }));
  }

  revoke(id: number, nowMs: number): Promise<boolean> {
    return this.#store.write(() => this.#sql.revoke.run({ id, nowMs }).changes > 0);
  }

  tokens(): Promise<readonly TokenRecord[]> {
    return this.#store.read(() => this.#sql.tokens.all({}).map(tokenOf));
  }

  audit(entry: Omit<AuditEntry, 'id' | 'result'>): Promise<number> {
    const { claimedPeer = null, isAllowed } = entry;
    const row = { ...entry, claimedPeer, isAllowed: isAllowed ? 1 : 0, detail: toJson(entry.detail) };
    return this.#store.write(() => this.#sql.audit.run(row).id);
  }

  auditEnded(id: number, { status, errorCode }: AuditResult): Promise<void> {
    const row = { id, status, errorCode: errorCode ?? null };
    return this.#store.write(() => void this.#sql.auditEnded.run(row));
  }

  audits({ beforeId = Number.MAX_SAFE_INTEGER, limit }: Parameters<AccessStore['audits']>[0]) {
    return this.#store.read(() => this.#sql.audits.all({ beforeId, limit }).map(auditOf));
  }
}

function tokenOf(row: Selectable<Tables['tokens']>): TokenRecord {
  return present<TokenRecord>({
    id: row.id,
    name: row.name,
    role: row.role as Role,
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    lastUsedMs: row.last_used_ms,
    revokedMs: row.revoked_ms,
  });
}

function auditOf(row: Selectable<Tables['audits']>): AuditEntry {
  return present<AuditEntry>({
    id: row.id,
    atMs: row.at_ms,
    who: row.who,
    peer: row.peer,
    claimedPeer: row.claimed_peer,
    what: row.what,
    target: row.target,
    isAllowed: row.is_allowed === 1,
    detail: fromJson(row.detail),
    result: resultOf(row),
  });
}

function resultOf({ status, error_code: errorCode }: Selectable<Tables['audits']>): AuditResult | null {
  return status === null ? null : present<AuditResult>({ status, errorCode: errorCode as ErrorCode | null });
}

interface TokenValues {
  readonly name: string;
  readonly role: string;
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly lastUsedMs: number | null;
  readonly revokedMs: number | null;
}

interface AuditValues {
  readonly atMs: number;
  readonly who: string;
  readonly peer: string;
  readonly claimedPeer: string | null;
  readonly what: string;
  readonly target: string;
  readonly isAllowed: number;
  readonly detail: string | null;
}

function prepare({ database }: StoreFile) {
  return {
    addToken: statement(database, (from, bind: Bind<TokenValues>) =>
      from.insertInto('tokens').values({
        name: bind('name'),
        role: bind('role'),
        hash: bind('hash'),
        created_ms: bind('createdMs'),
        expires_ms: bind('expiresMs'),
        last_used_ms: bind('lastUsedMs'),
        revoked_ms: bind('revokedMs'),
      }),
    ),
    tokenOf: statement(database, (from, bind: Bind<{ hash: string }>) =>
      from.selectFrom('tokens').selectAll().where('hash', '=', bind('hash')),
    ),
    tokenUsed: statement(database, (from, bind: Bind<{ id: number; nowMs: number }>) =>
      from
        .updateTable('tokens')
        .set({ last_used_ms: bind('nowMs') })
        .where('id', '=', bind('id')),
    ),
    revoke: statement(database, (from, bind: Bind<{ id: number; nowMs: number }>) =>
      from
        .updateTable('tokens')
        .set({ revoked_ms: bind('nowMs') })
        .where('id', '=', bind('id'))
        .where('revoked_ms', 'is', null),
    ),
    tokens: statement(database, (from) => from.selectFrom('tokens').selectAll().orderBy('id')),
    audit: statement(database, (from, bind: Bind<AuditValues>) =>
      from.insertInto('audits').values({
        at_ms: bind('atMs'),
        who: bind('who'),
        peer: bind('peer'),
        claimed_peer: bind('claimedPeer'),
        what: bind('what'),
        target: bind('target'),
        is_allowed: bind('isAllowed'),
        detail: bind('detail'),
      }),
    ),
    auditEnded: statement(
      database,
      (from, bind: Bind<{ id: number; status: number; errorCode: string | null }>) =>
        from
          .updateTable('audits')
          .set({ status: bind('status'), error_code: bind('errorCode') })
          .where('id', '=', bind('id')),
    ),
    audits: statement(database, (from, bind: Bind<{ beforeId: number; limit: number }>) =>
      from
        .selectFrom('audits')
        .selectAll()
        .where('id', '<', bind('beforeId'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
  };
}
