import type { Platform } from '../core/platform.js';
import { cancelledError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import type { Delivery, DeliveryKey, LedgerStore } from '../store/ledger-store.js';
import type { FilePair } from '../transfers/batch-request.js';
import type { Endpoint } from '../transfers/endpoint.js';
import type { Admission, DeliveredFacts, FileGate, GateLook } from '../transfers/file-gate.js';
import { findArrived } from '../transfers/find-arrived.js';
import { deliveryIdentity, deliveryPlace, isVersionTold } from './delivery-place.js';

export interface LedgerGateContext {
  readonly platform: Pick<Platform, 'clock'>;
  readonly ledger: LedgerStore;
  readonly rule: string;
  readonly run: number;
  readonly step: string;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** A person asked for it: what is delivered, or may be, is sent once more. */
  readonly sendsAgain: boolean;
  /** Rejects (PATH_REFUSED), or says why the file is left alone. */
  readonly screen: (pair: FilePair, sourceFacts: RemoteEntry) => Promise<string | undefined>;
  /** The step had delivered this one before, and was begun again since. */
  readonly deliveredBefore: (delivery: Delivery) => void;
  /** True when the store has a successful attempt of this run at it: its line is there, or will be. */
  readonly isLogged: (pair: FilePair) => Promise<boolean>;
}

/** Between two looks whether the run that has a file has settled it. */
const HELD_LOOK_MS = 2_000;

/**
 * The ledger's word on one file of a rule: claimed before anything is written, settled once it is known what became of
 * it. What is delivered does not go a second time; what a killed run left open is looked for on the target first.
 */
export class LedgerGate implements FileGate {
  readonly #context: LedgerGateContext;
  readonly #pair: FilePair;
  #claim:
    { readonly id: number; readonly identity: string; readonly state: 'claimed' | 'delivered' } | undefined;

  constructor(context: LedgerGateContext, pair: FilePair) {
    this.#context = context;
    this.#pair = pair;
  }

  async admit(look: GateLook): Promise<Admission> {
    const reason = await this.#context.screen(this.#pair, look.sourceFacts);
    if (reason !== undefined) return { kind: 'skip', reason };
    const identity = deliveryIdentity(look.sourceFacts);
    if (this.#claim?.identity === identity && this.#claim.state === 'claimed') return { kind: 'go' };
    // Another version by now: what was claimed for the former has not arrived.
    await this.notDelivered();
    return this.#ask(identity, look);
  }

  async preview(sourceFacts: RemoteEntry): Promise<string | undefined> {
    const left = await this.#context.screen(this.#pair, sourceFacts);
    if (left !== undefined || this.#context.sendsAgain) return left;
    const { rule, source, sourceIdentity, target } = this.#key(deliveryIdentity(sourceFacts));
    const known = (await this.#context.ledger.ofTarget(rule, target)).find(
      (delivery) => delivery.source === source && delivery.sourceIdentity === sourceIdentity,
    );
    if (known?.state !== 'delivered' || !isVersionTold(sourceFacts)) return undefined;
    return deliveredText(known);
  }

  async delivered({ bytes, proof, proofFacts, finalTarget }: DeliveredFacts): Promise<void> {
    const claim = this.#claim;
    if (claim === undefined) return;
    const place = deliveryPlace(this.#context.target, finalTarget);
    await this.#context.ledger.settle(claim.id, {
      state: 'delivered',
      nowMs: this.#now(),
      bytes,
      proof,
      ...(proofFacts === undefined ? {} : { proofFacts }),
      ...(finalTarget === this.#pair.target ? {} : { finalTarget: place }),
    });
    this.#claim = { ...claim, state: 'delivered' };
  }

  async disposed(): Promise<void> {
    if (this.#claim?.state !== 'delivered') return;
    await this.#context.ledger.settle(this.#claim.id, { state: 'disposed', nowMs: this.#now() });
  }

  async notDelivered(): Promise<void> {
    const claim = this.#claim;
    if (claim?.state !== 'claimed') return;
    this.#claim = undefined;
    await this.#context.ledger.settle(claim.id, { state: 'failed', nowMs: this.#now() });
  }

  #now(): number {
    return this.#context.platform.clock.now();
  }

  #key(sourceIdentity: string): DeliveryKey {
    const { rule, source, target } = this.#context;
    return {
      rule,
      source: deliveryPlace(source, this.#pair.source),
      sourceIdentity,
      target: deliveryPlace(target, this.#pair.target),
    };
  }

  async #ask(identity: string, look: GateLook): Promise<Admission> {
    const { ledger, run, step, sendsAgain } = this.#context;
    for (;;) {
      const answer = await ledger.claim(this.#key(identity), { run, step, nowMs: this.#now() });
      switch (answer.kind) {
        case 'fresh':
          this.#claim = { id: answer.id, identity, state: 'claimed' };
          return { kind: 'go' };
        case 'unsettled':
          this.#claim = { id: answer.id, identity, state: 'claimed' };
          return sendsAgain ? { kind: 'go', note: SENT_AGAIN } : this.#lookedFor(look);
        case 'delivered': {
          const again = this.#whyAgain(answer.delivery, look.sourceFacts);
          if (again === undefined) return this.#deliveredBefore(answer.delivery, identity);
          await ledger.settle(answer.delivery.id, { state: 'failed', nowMs: this.#now() });
          const admission = await this.#ask(identity, look);
          return admission.kind === 'go' ? { kind: 'go', note: again } : admission;
        }
        case 'held':
          // Whoever waits keeps no session from the run that is waited for.
          await look.job.source.leave(false);
          await look.job.target.leave(false);
          await this.#waitForHolder(look.context.signal);
      }
    }
  }

  async #waitForHolder(signal: AbortSignal): Promise<void> {
    try {
      await this.#context.platform.clock.sleep(HELD_LOOK_MS, signal);
    } catch {
      throw cancelledError(signal, 'plan');
    }
  }

  #whyAgain(delivery: Delivery, sourceFacts: RemoteEntry): string | undefined {
    if (this.#context.sendsAgain) return SENT_AGAIN;
    if (delivery.state === 'disposed')
      return `${deliveredText(delivery)}; its source was removed then and is there again: sent as a new file`;
    if (!isVersionTold(sourceFacts) && delivery.run !== this.#context.run)
      return `${deliveredText(delivery)}; the source tells no time of change, so that it may be another version: sent again`;
    return undefined;
  }

  #deliveredBefore(delivery: Delivery, identity: string): Admission {
    this.#claim = { id: delivery.id, identity, state: 'delivered' };
    if (delivery.run === this.#context.run) this.#context.deliveredBefore(delivery);
    return { kind: 'delivered', reason: deliveredText(delivery) };
  }

  async #lookedFor(look: GateLook): Promise<Admission> {
    const { ledger, rule, target } = this.#context;
    const ownId = this.#claim?.id;
    const isNumerated = look.context.options.overwrite === 'numerate';
    // Of numerated names some are those of other deliveries, maybe with the same content.
    const facts = await findArrived(look, async (path) => {
      if (!isNumerated) return false;
      const there = await ledger.ofTarget(rule, deliveryPlace(target, path));
      return there.some(({ id, state }) => id !== ownId && (state === 'delivered' || state === 'disposed'));
    });
    if (facts === undefined)
      return { kind: 'go', note: 'a killed run had begun it; the target does not have it' };
    return {
      kind: 'arrived',
      facts,
      note: 'a killed run had delivered it; the target was looked at, and nothing was sent again',
      isLogged: await this.#context.isLogged({ ...this.#pair, target: facts.finalTarget }),
    };
  }
}

const SENT_AGAIN = 'sent again, as somebody asked';

function standsAt({ finalTarget, target }: Delivery): string {
  return finalTarget ?? target;
}

function deliveredText(delivery: Delivery): string {
  const at = new Date(delivery.settledMs ?? delivery.claimedMs).toISOString().replace(/\.\d+/, '');
  const proof =
    delivery.proof === undefined || delivery.proof === 'none' ? 'not proven' : `proven by ${delivery.proof}`;
  return `delivered before: ${at}, run ${delivery.run}, to ${standsAt(delivery)}, ${proof}`;
}
