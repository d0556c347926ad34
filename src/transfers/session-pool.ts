import type { Platform } from '../core/platform.js';
import { cancelledError, throwIfCancelled, TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { createClient } from '../protocols/protocol-registry.js';
import type { Endpoint } from './endpoint.js';

/**
 * Live sessions to one endpoint, reused from file to file, never more than its limit. A server that admits no
 * more lowers the limit to what it admits. A refused login or an untrusted server is final for the pool: no
 * further login is tried, so that no account gets locked by us.
 */
export class SessionPool {
  readonly endpoint: Endpoint;
  readonly #platform: Platform;
  readonly #idle: ProtocolClient[] = [];
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #open = 0;
  #final: TransferError | undefined;

  constructor(endpoint: Endpoint, platform: Platform) {
    this.endpoint = endpoint;
    this.#platform = platform;
    this.#limit = Math.max(1, endpoint.maxConnections);
  }

  /** An idle session or a new one; waits while the limit is reached. */
  async acquire(signal: AbortSignal): Promise<ProtocolClient> {
    for (;;) {
      throwIfCancelled(signal, 'connect');
      if (this.#final !== undefined) throw this.#final;
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      if (this.#open < this.#limit) {
        const session = await this.#connect(signal);
        if (session !== undefined) return session;
      } else {
        await this.#turn(signal);
      }
    }
  }

  /** Gives a session back; a lost one is closed. */
  async release(session: ProtocolClient, isLost: boolean): Promise<void> {
    if (isLost) {
      await session.close();
      this.#open -= 1;
    } else {
      this.#idle.push(session);
    }
    this.#waiting.shift()?.();
  }

  async close(): Promise<void> {
    const sessions = this.#idle.splice(0);
    this.#open -= sessions.length;
    await Promise.all(sessions.map((session) => session.close()));
  }

  /** Undefined = the server is full but sessions of ours are open: wait for one of those. */
  async #connect(signal: AbortSignal): Promise<ProtocolClient | undefined> {
    this.#open += 1;
    const session = await createClient(this.endpoint.options, this.#platform);
    try {
      await session.connect({ signal });
      return session;
    } catch (error) {
      await session.close();
      this.#open -= 1;
      this.#waiting.shift()?.();
      if (!(error instanceof TransferError)) throw error;
      if (error.retry === 'auth' || error.retry === 'config') this.#final = error;
      if (error.code !== 'TOO_MANY_CONNECTIONS' || this.#open === 0) throw error;
      this.#limit = Math.max(1, Math.min(this.#limit, this.#open));
      return undefined;
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(cancelledError(signal, 'connect'));
      };
      this.#waiting.push(proceed);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
