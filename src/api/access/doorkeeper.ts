import { printable } from '../../core/printable.js';
import type { Clock } from '../../core/clock.js';
import type { AccessStore, TokenRecord } from '../../store/access-store.js';
import { ApiRefusal } from '../api-refusal.js';
import { includesRole, type Caller, type RouteRole } from './caller.js';
import type { LockOut } from './lock-out.js';
import { isLocal, type Peer } from './peer.js';
import type { RefusalAudit } from './refusal-audit.js';
import { isSameHash, isTokenText, tokenHash } from './token-text.js';

export interface DoorkeeperParts {
  readonly access: AccessStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly lockOut: LockOut;
  readonly refusals: RefusalAudit;
  /** Hash of the token that the daemon gave to commands on this machine. */
  readonly localTokenHash: string;
}

/** One request as far as the door sees it: nothing of it has been read but its head. */
export interface Knock {
  readonly authorization: string | undefined;
  readonly peer: Peer;
  /** Method and pattern of the route, never the address as it was sent. */
  readonly target: string;
  readonly role: RouteRole;
}

const USED_EVERY_MS = 60_000;
const BEARER = { 'www-authenticate': 'Bearer realm="tallyman"' };

/** Decides who is let in: whatever is not allowed is refused. */
export class Doorkeeper {
  readonly #parts: DoorkeeperParts;
  readonly #usedMs = new Map<number, number>();

  constructor(parts: DoorkeeperParts) {
    this.#parts = parts;
  }

  /** The caller; undefined for an open route. Rejects with an ApiRefusal (401, 403, 429). */
  async admit(knock: Knock): Promise<Caller | undefined> {
    if (knock.role === 'open' || knock.role === 'hook') return undefined;
    const token = bearerToken(knock.authorization);
    const local = this.#localCaller(token, knock.peer);
    if (local !== undefined) return local;
    this.#refuseLocked(knock.peer);
    if (token === undefined) throw await this.#noToken(knock);
    const caller = await this.#callerOf(token, knock);
    if (includesRole(caller.role, knock.role)) return caller;
    await this.#parts.refusals.add({ ...entryOf(knock), who: caller.name, reason: `role ${caller.role}` });
    throw new ApiRefusal({
      code: 'ACCESS_REFUSED',
      status: 403,
      message: `${knock.target} needs the role ${knock.role}; the token "${caller.name}" has ${caller.role}`,
    });
  }

  /** Whether a caller who was let in before still would be: streams ask again. */
  async isStillAdmitted({ tokenId }: Caller): Promise<boolean> {
    if (tokenId === undefined) return true;
    const records = await this.#parts.access.tokens();
    const record = records.find(({ id }) => id === tokenId);
    return record !== undefined && problemOfToken(record, this.#parts.clock.now()) === undefined;
  }

  /** The command's own token: only from this machine, and whoever else was locked out. */
  #localCaller(token: string | undefined, peer: Peer): Caller | undefined {
    if (token === undefined || !isLocal(peer)) return undefined;
    if (!isSameHash(tokenHash(token), this.#parts.localTokenHash)) return undefined;
    return { name: 'cli', role: 'admin' };
  }

  #refuseLocked({ counted }: Peer): void {
    const remainingMs = this.#parts.lockOut.remainingMs(counted);
    if (remainingMs === 0) return;
    throw new ApiRefusal({
      code: 'TOO_MANY_REQUESTS',
      status: 429,
      message: `too many bad tokens came from ${counted}`,
      headers: { 'retry-after': String(Math.ceil(remainingMs / 1000)) },
      advice: 'Correct the token, and wait as long as Retry-After says.',
    });
  }

  async #noToken(knock: Knock): Promise<ApiRefusal> {
    await this.#parts.refusals.add({ ...entryOf(knock), who: '-', reason: 'no token' });
    return new ApiRefusal({
      code: 'ACCESS_REFUSED',
      status: 401,
      message: `${knock.target} needs a token (Authorization: Bearer tly_...)`,
      headers: BEARER,
    });
  }

  async #callerOf(token: string, knock: Knock): Promise<Caller> {
    const { access, clock } = this.#parts;
    const nowMs = clock.now();
    const record = isTokenText(token) ? await access.tokenOf(tokenHash(token)) : undefined;
    const problem = record === undefined ? 'unknown token' : problemOfToken(record, nowMs);
    if (record === undefined || problem !== undefined) {
      throw await this.#badToken(knock, record?.name ?? '-', problem ?? 'unknown token');
    }
    await this.#noteUse(record.id, nowMs);
    return { name: record.name, role: record.role, tokenId: record.id };
  }

  /** One answer for unknown, expired and revoked tokens; the audit knows which. */
  async #badToken(knock: Knock, who: string, reason: string): Promise<ApiRefusal> {
    const { lockOut, refusals } = this.#parts;
    const isLockedNow = lockOut.bad(knock.peer.counted);
    await refusals.add({
      ...entryOf(knock),
      who,
      reason: isLockedNow ? `${reason}; the address is locked out for a while` : reason,
    });
    return new ApiRefusal({
      code: 'ACCESS_REFUSED',
      status: 401,
      message: 'the token is unknown, expired or revoked',
      headers: BEARER,
    });
  }

  async #noteUse(id: number, nowMs: number): Promise<void> {
    const beforeMs = this.#usedMs.get(id);
    if (beforeMs !== undefined && Math.abs(nowMs - beforeMs) < USED_EVERY_MS) return;
    this.#usedMs.set(id, nowMs);
    await this.#parts.access.tokenUsed(id, nowMs);
  }
}

/** Why it counts no more; undefined when it does. */
function problemOfToken({ revokedMs, expiresMs }: TokenRecord, nowMs: number): string | undefined {
  if (revokedMs !== undefined) return 'revoked token';
  return nowMs >= expiresMs ? 'expired token' : undefined;
}

function entryOf({ peer, target }: Knock) {
  return {
    what: 'access',
    target,
    peer: peer.address,
    ...(peer.claimed === undefined ? {} : { claimedPeer: printable(peer.claimed, 60) }),
  };
}

const BEARER_FORM = /^Bearer ([\x21-\x7e]{1,200})$/i;

function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : BEARER_FORM.exec(header)?.[1];
}
