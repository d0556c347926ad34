import { TransferError } from '../../core/transfer-error.js';
import { SettingsError } from '../../settings/settings-error.js';
import {
  notTried,
  PROBE_STEPS,
  type ProbeFindings,
  type ProbeStep,
  type ProbeStepName,
} from './probe-step.js';

export interface ProbeRunFacts {
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Called as each step ends. */
  readonly tell: (step: ProbeStep) => void;
}

/** Steps one after another: each is timed, and what a failed one leaves without ground is not tried. */
export class ProbeRun {
  readonly #facts: ProbeRunFacts;
  readonly #steps: ProbeStep[] = [];
  readonly #lost = new Set<ProbeStepName>();

  constructor(facts: ProbeRunFacts) {
    this.#facts = facts;
  }

  get steps(): readonly ProbeStep[] {
    return this.#steps;
  }

  /** Of the first step that failed. */
  get failure(): TransferError | undefined {
    return this.#steps.find(({ verdict }) => verdict === 'failed')?.error;
  }

  /** Runs one step, unless one that it needs has failed or was itself not tried for that. */
  async step(
    name: ProbeStepName,
    needs: readonly ProbeStepName[],
    run: () => Promise<ProbeFindings>,
  ): Promise<void> {
    const { now, tell } = this.#facts;
    const startedMs = now();
    const blockedBy = needs.some((need) => this.#lost.has(need)) ? this.#firstFailed : undefined;
    const findings =
      blockedBy === undefined
        ? await this.#findings(run)
        : notTried(`the failure at ${PROBE_STEPS[blockedBy]} comes first`);
    if (blockedBy !== undefined || findings.verdict === 'failed') this.#lost.add(name);
    const step = { elapsedMs: now() - startedMs, ...findings, name, blockedBy };
    this.#steps.push(step);
    tell(step);
  }

  async #findings(run: () => Promise<ProbeFindings>): Promise<ProbeFindings> {
    try {
      return await run();
    } catch (error) {
      if (this.#facts.signal.aborted || !(error instanceof TransferError)) throw error;
      // What was typed wrong is no finding about the partner.
      if (error instanceof SettingsError && error.isUsage) throw error;
      if (error.code === 'LOCATION_INVALID') throw error;
      return { verdict: 'failed', lines: error.message.split('\n'), remedy: error.advice, error };
    }
  }

  get #firstFailed(): ProbeStepName | undefined {
    return this.#steps.find(({ verdict }) => verdict === 'failed')?.name;
  }
}
