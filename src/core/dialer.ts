import type { Socket } from 'node:net';
import type { BlockPool } from './block-pool.js';

/** Where a connection goes to. */
export interface DialTarget {
  /** Name or address; a name is resolved by the dialer (or by its proxy). */
  readonly host: string;
  readonly port: number;
  /** Our own address to connect from (EFT: HomeIP). */
  readonly localAddress?: string;
}

export interface DialOptions {
  readonly signal: AbortSignal;
  /** Limit for name resolution, TCP and every proxy on the way together. */
  readonly timeoutMs: number;
  /** For payload: large reads come as blocks of this pool, for the reader to give back. A dialer may ignore it. */
  readonly blocks?: BlockPool;
}

/**
 * Gives connected sockets; a proxy is a Dialer that uses another Dialer. Rejects with a TransferError
 * whose `lastCode` is the WinSock number (client-log.md, table A) or the proxy's code (table B).
 * The socket comes paused, with TCP_NODELAY and keep-alive set, and with no listener left on it by the dialer.
 */
export interface Dialer {
  dial(target: DialTarget, options: DialOptions): Promise<Socket>;
  /** Waits for one connection from outside (FTP active mode). */
  listen(options: ListenOptions): Promise<DialListener>;
  /**
   * The addresses of a name in the system's order, or the address itself. Rejects like `dial`; never gives an empty
   * list. By this machine's resolver, also where `dial` leaves names to a proxy.
   */
  lookup(host: string, options: Pick<DialOptions, 'signal' | 'timeoutMs'>): Promise<readonly HostAddress[]>;
}

export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface ListenOptions {
  /** Our own address to listen on. */
  readonly address: string;
  /** Ports to choose from, both ends included; any free port when absent. */
  readonly portRange?: PortRange;
  readonly signal: AbortSignal;
}

export interface PortRange {
  readonly min: number;
  readonly max: number;
}

export interface DialListener {
  readonly address: string;
  readonly port: number;
  /** Takes one connection from `peerAddress` and refuses every other. Rejects on time-out or abort. */
  accept(peerAddress: string, options: DialOptions): Promise<Socket>;
  /** Idempotent; never throws. */
  close(): void;
}
