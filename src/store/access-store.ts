import type { ErrorCode } from '../core/error-codes.js';

export const ROLES = ['viewer', 'operator', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface TokenRecord {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly lastUsedMs?: number;
  readonly revokedMs?: number;
}

/** What came of a change that was asked for. */
export interface AuditResult {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Why it was not made. */
  readonly errorCode?: ErrorCode;
}

export interface AuditEntry {
  readonly id: number;
  readonly atMs: number;
  /** Name of the token, or `cli`. */
  readonly who: string;
  /** Address of the peer, and the one it claims behind a trusted proxy. */
  readonly peer: string;
  readonly claimedPeer?: string;
  /** `rule.run`, `run.cancel`, `token.create`, ... */
  readonly what: string;
  readonly target: string;
  readonly isAllowed: boolean;
  readonly detail?: unknown;
  /** Absent until the change has ended, and for ever when the daemon died before that. */
  readonly result?: AuditResult;
}

export interface AccessStore {
  /** `hash`: SHA-256 of the token, hex. The token itself is never kept. */
  addToken(token: Omit<TokenRecord, 'id'> & { readonly hash: string }): Promise<number>;
  /** By hash; expired and revoked ones too: the caller decides. */
  tokenOf(hash: string): Promise<TokenRecord | undefined>;
  tokenUsed(id: number, nowMs: number): Promise<void>;
  revoke(id: number, nowMs: number): Promise<boolean>;
  tokens(): Promise<readonly TokenRecord[]>;
  /** Gives the entry's number. */
  audit(entry: Omit<AuditEntry, 'id' | 'result'>): Promise<number>;
  auditEnded(id: number, result: AuditResult): Promise<void>;
  audits(options: { readonly beforeId?: number; readonly limit: number }): Promise<readonly AuditEntry[]>;
}
