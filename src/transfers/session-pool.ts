import type { Timer } from '../core/clock.js';
import type { Platform } from '../core/platform.js';
import { asTransferError, throwIfCancelled, type TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { createClient } from '../protocols/protocol-registry.js';
import type { BudgetMember, ConnectionBudget } from './connection-budget.js';
import type { ConnectGuard, ConnectPass } from './connect-guard.js';
import type { Endpoint } from './endpoint.js';

/** How long a closed pool keeps sessions for those who still work with it: from one file to the next. */
const LINGER_MS = 5_000;

/**
 * Live sessions to one endpoint, reused from file to file, within the budget of their partner. A refused login or
 * an untrusted server is final for the pool: no further login is tried, so that no account gets locked by us. With a
 * guard that is the guard's to say, for all pools of the partner.
 */
export class SessionPool implements BudgetMember {
  readonly endpoint: Endpoint;
  readonly #platform: Platform;
  readonly #budget: ConnectionBudget;
  readonly #guard: ConnectGuard | undefined;
  readonly #idle: ProtocolClient[] = [];
  #final: TransferError | undefined;
  #isClosed = false;
  #linger: Timer | undefined;

  constructor(endpoint: Endpoint, platform: Platform, budget: ConnectionBudget, guard?: ConnectGuard) {
    this.endpoint = endpoint;
    this.#platform = platform;
    this.#budget = budget;
    this.#guard = guard;
  }

  /**
   * An idle session or a new one; waits while the limit is reached. Whoever holds a session that others may wait for
   * asks with `mayWait: false` and is refused (TOO_MANY_CONNECTIONS) instead: two that wait for each other never end.
   */
  async acquire(signal: AbortSignal, { mayWait } = { mayWait: true }): Promise<ProtocolClient> {
    for (;;) {
      throwIfCancelled(signal, 'connect');
      if (this.#final !== undefined) throw this.#final;
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      const turn = await this.#budget.take(this, signal, mayWait);
      const session = turn.kind === 'session' ? turn.session : await this.#connect(signal);
      if (session !== undefined) return session;
    }
  }

  /** Gives a session back; a lost one is closed. */
  async release(session: ProtocolClient, isLost: boolean): Promise<void> {
    const next = isLost ? 'surplus' : this.#budget.free(this, session);
    if (next === 'idle') this.#idle.push(session);
    if (next === 'surplus') await this.#end(session);
    if (this.#isClosed) this.#endSoon();
  }

  /** Ends what is idle. Whoever works with it goes on; what it gives back is ended a little later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#endAllIdle();
  }

  #endSoon(): void {
    this.#linger ??= this.#platform.clock.startTimer(LINGER_MS, () => {
      this.#linger = undefined;
      void this.#endAllIdle();
    });
  }

  async #endAllIdle(): Promise<void> {
    this.#budget.leave(this);
    await Promise.all(this.#idle.splice(0).map((session) => this.#end(session)));
  }

  endIdle(): boolean {
    const session = this.#idle.shift();
    if (session === undefined) return false;
    void this.#end(session);
    return true;
  }

  async #end(session: ProtocolClient): Promise<void> {
    await session.close();
    this.#budget.giveBack();
  }

  /** Undefined = the server is full but sessions of ours are open: wait for one of those. */
  async #connect(signal: AbortSignal): Promise<ProtocolClient | undefined> {
    let pass: ConnectPass | undefined;
    try {
      pass = await this.#guard?.enter(this.endpoint, signal);
      if (this.#final !== undefined) throw this.#final;
    } catch (error) {
      this.#budget.giveBack();
      throw error;
    }
    let session: ProtocolClient | undefined;
    try {
      session = await createClient(this.endpoint.options, this.#platform);
      await session.connect({ signal });
    } catch (error) {
      await session?.close();
      return this.#connectFailed(asTransferError(error, 'connect'), pass);
    }
    await this.#admitted(session, pass);
    return session;
  }

  async #admitted(session: ProtocolClient, pass: ConnectPass | undefined): Promise<void> {
    try {
      await pass?.made();
    } catch (error) {
      await this.#end(session);
      throw error;
    }
  }

  async #connectFailed(error: TransferError, pass: ConnectPass | undefined): Promise<undefined> {
    const isFull = error.code === 'TOO_MANY_CONNECTIONS';
    const mayWait = isFull && this.#budget.refused();
    if (!isFull) this.#budget.giveBack();
    await pass?.failed(error);
    if (mayWait) return undefined;
    const isFinal = error.retry === 'auth' || error.retry === 'config';
    if (isFinal && pass === undefined) this.#final = error;
    throw error;
  }
}
