import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Dialer, DialTarget } from '../../src/core/dialer.js';

/** What happens to the line. `line`: to all connections that stand at that moment; `connection`: to the one that carried the byte. */
export interface LineFault {
  /** After so many bytes of the run, both directions and all connections counted together. */
  readonly afterBytes: number;
  readonly deed: LineDeed;
  readonly reach: 'connection' | 'line';
}

export const LINE_DEEDS = ['cut', 'reset', 'stall', 'delay'] as const;
export type LineDeed = (typeof LINE_DEEDS)[number];

/** Shorter than every time limit, so that nothing fails by it. */
const DELAY_MS = 60;

/**
 * A line between us and the servers that goes bad once: every connection that `dialer` makes runs through a relay on
 * loopback which counts the bytes. After its one fault, and for connections made later, the line is sound.
 */
export class BadLine {
  readonly #inner: Dialer;
  readonly #pairs = new Set<Pair>();
  #fault: LineFault | undefined;
  #bytes = 0;
  #struckAt: number | undefined;
  #onStrike: (() => void) | undefined;

  constructor(inner: Dialer) {
    this.#inner = inner;
  }

  /** Bytes that have passed since `arm`. */
  get bytes(): number {
    return this.#bytes;
  }

  get hasStruck(): boolean {
    return this.#struckAt !== undefined;
  }

  get dialer(): Dialer {
    return {
      dial: async (target, options) => {
        const port = await this.#relayTo(target);
        return this.#inner.dial({ host: '127.0.0.1', port }, options);
      },
      listen: (options) => this.#inner.listen(options),
      lookup: (host, options) => this.#inner.lookup(host, options),
    };
  }

  /** Counts anew and waits for the fault's moment; without a fault the line stays sound. `onStrike` runs at that moment. */
  arm(fault: LineFault | undefined, onStrike?: () => void): void {
    this.#fault = fault;
    this.#bytes = 0;
    this.#struckAt = undefined;
    this.#onStrike = onStrike;
  }

  /** Ends every connection that still stands. */
  close(): void {
    for (const pair of this.#pairs) pair.destroy();
    this.#pairs.clear();
  }

  /** A port that leads to the target once. */
  async #relayTo({ host, port }: DialTarget): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (near) => {
      server.close();
      const far = connect({ host, port, allowHalfOpen: true });
      const pair = new Pair(near, far, (chunk, from) => this.#pass(chunk, from, pair));
      this.#pairs.add(pair);
      near.on('close', () => this.#pairs.delete(pair));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  #pass(chunk: Buffer, to: Socket, pair: Pair): void {
    const before = this.#bytes;
    this.#bytes += chunk.byteLength;
    const fault = this.#fault;
    if (fault === undefined || this.#struckAt !== undefined || this.#bytes < fault.afterBytes) {
      pair.forward(to, chunk);
      return;
    }
    this.#struckAt = fault.afterBytes;
    const sound = Math.max(0, fault.afterBytes - before);
    pair.forward(to, chunk.subarray(0, sound));
    this.#onStrike?.();
    const rest = chunk.subarray(sound);
    const struck = fault.reach === 'line' ? [...this.#pairs] : [pair];
    if (fault.deed === 'delay') {
      for (const each of struck) each.pause(DELAY_MS);
      pair.forward(to, rest);
    } else {
      for (const each of struck) each.suffer(fault.deed);
    }
  }
}

/** The two halves of one relayed connection. */
class Pair {
  readonly #near: Socket;
  readonly #far: Socket;
  #isDead = false;
  #heldUntil: Promise<unknown> | undefined;

  constructor(near: Socket, far: Socket, pass: (chunk: Buffer, to: Socket) => void) {
    this.#near = near;
    this.#far = far;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        if (!this.#isDead) pass(chunk, to);
      });
      from.on('end', () => void this.#later(() => to.end()));
      from.on('error', () => to.destroy());
      from.on('close', () => void this.#later(() => to.destroySoon()));
    }
  }

  forward(to: Socket, chunk: Buffer): void {
    if (chunk.byteLength > 0) void this.#later(() => to.write(chunk));
  }

  /** Everything, ends of streams included, waits so long. */
  pause(ms: number): void {
    this.#heldUntil = new Promise((resolve) => setTimeout(resolve, ms));
  }

  suffer(deed: Exclude<LineDeed, 'delay'>): void {
    this.#isDead = true;
    if (deed === 'stall') return;
    for (const socket of [this.#near, this.#far]) {
      if (deed === 'reset') socket.resetAndDestroy();
      else socket.end();
    }
  }

  destroy(): void {
    this.#isDead = true;
    this.#near.destroy();
    this.#far.destroy();
  }

  /** In order: what was held back comes before what follows. */
  async #later(run: () => void): Promise<void> {
    if (this.#heldUntil !== undefined) {
      const turn = this.#heldUntil;
      this.#heldUntil = turn.then(() => undefined);
      await this.#heldUntil;
    }
    if (!this.#isDead) run();
  }
}
