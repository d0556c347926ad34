import type { RemotePath } from '../core/remote-path.js';
import { asTransferError, type Phase, type TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { isLocal } from './endpoint.js';
import { asLogged, ownFailureCode, type Ends } from './logged-code.js';
import type { SessionPool } from './session-pool.js';

/** One end as it is given: where the sessions come from, and the path. */
export interface SidePlace {
  readonly pool: SessionPool;
  readonly path: RemotePath;
}

/** The two ends of one file. */
export function transferSides(
  source: SidePlace,
  target: SidePlace,
): { readonly source: TransferSide; readonly target: TransferSide } {
  const sides = {
    source: new TransferSide(source, target.pool),
    target: new TransferSide(target, source.pool),
  };
  sides.source.standBeside(sides.target);
  sides.target.standBeside(sides.source);
  return sides;
}

/** One end of one file: where it is, the session in hand, and whose codes the log shows. */
export class TransferSide {
  readonly pool: SessionPool;
  readonly path: RemotePath;
  readonly #ends: Ends;
  #session: ProtocolClient | undefined;
  #other: TransferSide | undefined;

  constructor({ pool, path }: SidePlace, other: SessionPool) {
    this.pool = pool;
    this.path = path;
    this.#ends = { isLocal: isLocal(pool.endpoint), otherIsLocal: isLocal(other.endpoint) };
  }

  get isLocal(): boolean {
    return this.#ends.isLocal;
  }

  /** Of a failure that no server spoke of. */
  get ownFailureCode(): number {
    return ownFailureCode(this.#ends);
  }

  standBeside(other: TransferSide): void {
    this.#other = other;
  }

  get holdsPartner(): boolean {
    return this.#session !== undefined && !this.isLocal;
  }

  /** The session in hand, or one from the pool. */
  async session(signal: AbortSignal): Promise<ProtocolClient> {
    this.#session ??= await this.pool.acquire(signal, {
      mayWait: this.isLocal || this.#other?.holdsPartner !== true,
    });
    return this.#session;
  }

  /** Gives the session back, if there is one. */
  async leave(isLost: boolean): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await this.pool.release(session, isLost);
  }

  /** Runs one operation; a session that broke in it is closed at once. */
  async use<T>(
    signal: AbortSignal,
    run: (session: ProtocolClient) => Promise<T>,
    phase: Phase = 'stat',
  ): Promise<T> {
    try {
      return await run(await this.session(signal));
    } catch (thrown) {
      const error = asTransferError(thrown, phase);
      if (error.sessionLost) await this.leave(true);
      throw this.logged(error);
    }
  }

  /** The error with the code that the log shows. */
  logged(error: TransferError): TransferError {
    return asLogged(error, this.#ends);
  }
}
