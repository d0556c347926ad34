import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowDeed, SessionDeed } from './faults.js';

/** Deeds of a flow on its own way, besides those that any protocol has. */
export type DropDeed =
  /** Closes the data connection alone; then comes 426, another code, or no reply at all. FTP only. */
  {
    readonly kind: 'dropData';
    readonly afterBytes: number;
    readonly how?: 'close' | 'reset';
    readonly thenCode?: number | 'no-reply';
  };

export type FlowEnd =
  /** Every byte went through. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'diskFull' }
  | { readonly kind: 'dropped'; readonly deed: DropDeed }
  /** The flow's own connection is gone. */
  | { readonly kind: 'cut' }
  /** A deed ended the session: nothing more is to be said. */
  | { readonly kind: 'over' };

export interface FlowSession {
  /** Aborted when the session's connection is gone, or this flow's own. */
  readonly over: AbortSignal;
  /** True when the flow's own connection has come to its orderly end, so that what is in hand may still pass. */
  readonly hasEndedInOrder?: () => boolean;
  /** Does this to the session; resolves with what becomes of the flow. */
  suffer(deed: SessionDeed): Promise<'goes-on' | 'over'>;
}

interface Edge {
  readonly atBytes: number;
  readonly deed: Extract<
    FlowDeed | DropDeed,
    { kind: 'truncate' | 'stall' | 'diskFull' | 'afterBytes' | 'dropData' }
  >;
}

/** Bytes on their way through a partner: lets them pass, slowly or up to a point, as the deeds demand. */
export class Flow {
  readonly #session: FlowSession;
  readonly #edges: Edge[];
  readonly #bytesPerSecond: number | undefined;
  #passedBytes = 0;
  #end: FlowEnd = { kind: 'whole' };

  constructor(deeds: readonly (FlowDeed | DropDeed)[], session: FlowSession) {
    this.#session = session;
    this.#edges = deeds.flatMap(edgeOf).sort((one, other) => one.atBytes - other.atBytes);
    this.#bytesPerSecond = deeds.find((deed) => deed.kind === 'slow')?.bytesPerSecond;
  }

  /** How the flow ended; to be asked after `through` ended. */
  get end(): FlowEnd {
    return this.#end;
  }

  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** The source's bytes as far as they may pass. Failures of the source pass through. */
  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#starting(source)) {
      let rest = chunk;
      while (rest.length > 0) {
        if (!(await this.#mayGoOn())) return;
        const piece = rest.subarray(0, this.#nextPieceBytes(rest.length));
        rest = rest.subarray(piece.length);
        yield piece;
        this.#passedBytes += piece.length;
        await this.#pace(piece.length);
      }
    }
    if (this.#edges.length > 0) await this.#mayGoOn();
  }

  /** Edges at byte 0 hold before the source is even asked. */
  async *#starting(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    if (await this.#mayGoOn()) yield* source;
  }

  #nextPieceBytes(available: number): number {
    const toEdge = (this.#edges[0]?.atBytes ?? Infinity) - this.#passedBytes;
    const pace =
      this.#bytesPerSecond === undefined ? Infinity : Math.max(1, Math.ceil(this.#bytesPerSecond / 20));
    return Math.min(available, toEdge, pace);
  }

  async #pace(bytes: number): Promise<void> {
    if (this.#bytesPerSecond === undefined) return;
    await sleep((bytes / this.#bytesPerSecond) * 1000, undefined, { signal: this.#session.over }).catch(
      () => undefined,
    );
  }

  /** Performs the deeds that are due at this byte. */
  async #mayGoOn(): Promise<boolean> {
    for (
      let edge = this.#edges[0];
      edge !== undefined && edge.atBytes <= this.#passedBytes;
      edge = this.#edges[0]
    ) {
      this.#edges.shift();
      const end = await this.#perform(edge.deed);
      if (end === undefined) continue;
      this.#end = end;
      return false;
    }
    if (this.#end.kind !== 'whole') return false;
    const isInOrder = this.#session.hasEndedInOrder?.() === true;
    if (this.#session.over.aborted && !isInOrder) this.#end = { kind: 'cut' };
    return this.#end.kind === 'whole';
  }

  async #perform(deed: Edge['deed']): Promise<FlowEnd | undefined> {
    switch (deed.kind) {
      case 'truncate':
        return { kind: 'truncated' };
      case 'diskFull':
        return { kind: 'diskFull' };
      case 'dropData':
        return { kind: 'dropped', deed };
      case 'stall':
        await aborted(this.#session.over);
        return { kind: 'cut' };
      case 'afterBytes':
        return (await this.#session.suffer(deed.do)) === 'over' ? { kind: 'over' } : undefined;
    }
  }
}

function edgeOf(deed: FlowDeed | DropDeed): readonly Edge[] {
  switch (deed.kind) {
    case 'truncate':
    case 'stall':
    case 'diskFull':
    case 'dropData':
      return [{ atBytes: deed.afterBytes, deed }];
    case 'afterBytes':
      return [{ atBytes: deed.bytes, deed }];
    case 'slow':
    case 'loseWrites':
    case 'hostileNames':
    case 'endlessListing':
    case 'wrongSize':
      return [];
  }
}

/** Resolves when the signal aborts, also when it was before. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
