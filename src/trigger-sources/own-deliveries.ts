import { sep } from 'node:path';
import type { Step, TransferAction } from '../rules/actions/action.js';
import type { Rule } from '../rules/rule.js';
import type { Delivery, LedgerStore } from '../store/ledger-store.js';
import type { Objection } from './file-verdict.js';
import type { SeenFile } from './seen-file.js';

/** A clock of a share may be wrong by so much; a file that is changed later than that after our delivery is another's. */
const CLOCK_TOLERANCE_MS = 600_000;
const ASK_AGAIN_MS = 5000;

/** Tells what the rule itself delivered into its own folder from what others put there. */
export class OwnDeliveries {
  readonly #rule: string;
  readonly #ledger: Pick<LedgerStore, 'ofTarget'>;
  /** `local`, or the connection. */
  readonly #place: string;
  readonly #mayDeliverHere: boolean;

  constructor(rule: Rule, ledger: Pick<LedgerStore, 'ofTarget'>, place: string) {
    this.#rule = rule.name;
    this.#ledger = ledger;
    this.#place = place;
    this.#mayDeliverHere = transfersOf([...rule.steps, ...rule.otherwise]).some(({ to }) =>
      mayLeadTo(place, to),
    );
  }

  /** The delivery is under way: its file may lie there whole before the ledger says so. */
  async objectionTo(file: SeenFile): Promise<Objection> {
    const isUnderWay = (await this.#of(file)).some(({ state }) => state === 'claimed');
    if (!isUnderWay) return undefined;
    return { state: 'notYet', reason: 'this rule is delivering to this path', readyInMs: ASK_AGAIN_MS };
  }

  async isResult(file: SeenFile): Promise<boolean> {
    return (await this.#of(file)).some((delivery) => isOf(delivery, file));
  }

  async #of(file: SeenFile): Promise<readonly Delivery[]> {
    if (!this.#mayDeliverHere) return [];
    const separator = this.#place === 'local' ? sep : '/';
    return this.#ledger.ofTarget(this.#rule, `${this.#place}:${file.path.split(separator).join('/')}`);
  }
}

function isOf({ state, bytes, settledMs }: Delivery, file: SeenFile): boolean {
  if (state !== 'delivered' && state !== 'disposed') return false;
  if (bytes !== undefined && file.sizeBytes !== undefined && bytes !== file.sizeBytes) return false;
  return (
    settledMs === undefined ||
    file.modifiedMs === undefined ||
    file.modifiedMs <= settledMs + CLOCK_TOLERANCE_MS
  );
}

/** A text that begins with a variable may lead anywhere. */
function mayLeadTo(place: string, to: string): boolean {
  const prefix = /^([A-Za-z0-9_][A-Za-z0-9_.-]+):/.exec(to)?.[1];
  if (to.startsWith('%') || prefix === 'file') return true;
  return place === 'local' ? prefix === undefined : prefix === place;
}

function transfersOf(steps: readonly Step[]): TransferAction[] {
  return steps.flatMap((step): TransferAction[] => {
    switch (step.kind) {
      case 'action': {
        const { action } = step;
        const isTransfer = action.kind === 'copy' || action.kind === 'move' || action.kind === 'download';
        return [...(isTransfer ? [action] : []), ...transfersOf(step.ifFailed)];
      }
      case 'branch':
        return transfersOf([...step.then, ...step.otherwise]);
      case 'loop':
        return transfersOf(step.steps);
    }
  });
}
