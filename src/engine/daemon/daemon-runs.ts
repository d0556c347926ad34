import { isAbsolute, resolve } from 'node:path';
import { TransferError } from '../../core/transfer-error.js';
import { parseLocation } from '../../core/location.js';
import type { Rule } from '../../rules/rule.js';
import type { EventFile, TriggerEvent } from '../../rules/triggers/trigger-event.js';
import { knownVariables } from '../../rules/variables/known-variables.js';
import { canonicalName } from '../../rules/variables/variable-catalogue.js';
import type { RunQueue } from '../../runs/run-queue.js';
import { planRetry, retryRun } from '../../runs/run-retry.js';
import type { RunServices } from '../../runs/run-services.js';
import type { DaemonRuns, RetryPlan } from './daemon-face.js';

export interface DaemonRunsParts {
  readonly services: RunServices;
  readonly queue: RunQueue;
  readonly isDraining: () => boolean;
  /** Relative paths count from here. */
  readonly folder: () => string;
}

type RunOrder = Parameters<DaemonRuns['create']>[0];

/** Runs that people ask for. */
export class RunsOfDaemon implements DaemonRuns {
  readonly #parts: DaemonRunsParts;

  constructor(parts: DaemonRunsParts) {
    this.#parts = parts;
  }

  async create(order: RunOrder): Promise<number> {
    this.#refuseDraining();
    const rule = this.#rule(order.rule);
    const event = await this.#manualEvent(rule, order);
    const [id] = await this.#parts.queue.createRuns([event], { askedBy: order.by });
    if (id !== undefined) return id;
    throw refused(`no run of ${rule.name} was made: the same event is known already`);
  }

  cancel(run: number): Promise<'asked' | 'ended'> {
    return this.#parts.queue.cancel(run);
  }

  retryPlan(run: number): Promise<RetryPlan> {
    return planRetry(run, this.#parts.services);
  }

  retry(run: number, by: string): Promise<number> {
    this.#refuseDraining();
    return retryRun(run, this.#parts, by);
  }

  #refuseDraining(): void {
    if (this.#parts.isDraining()) throw refused('the daemon is draining: it begins nothing new');
  }

  #rule(name: string): Rule {
    const rule = this.#parts.services.book().rules.find((each) => each.name === name);
    if (rule === undefined) {
      throw new TransferError({
        code: 'NOT_FOUND',
        lastCode: -1,
        phase: 'rule',
        message: `there is no rule ${name}`,
        side: 'us',
        advice: 'tally rules list shows the rules in force.',
      });
    }
    if (!rule.enabled) throw refused(`the rule ${name} is disabled`);
    return rule;
  }

  async #manualEvent(rule: Rule, { values, file }: RunOrder): Promise<TriggerEvent> {
    const { platform } = this.#parts.services;
    const manual = rule.triggers.find(({ kind }) => kind === 'manual');
    const sample = manual?.kind === 'manual' ? manual.sample : {};
    refuseUnknown(rule, values);
    return {
      rule: rule.name,
      trigger: 'manual',
      key: `manual:${platform.random.token(20)}`,
      occurredAtMs: platform.clock.now(),
      values: { ...sample, ...values },
      ...(file === undefined ? {} : { file: await this.#eventFile(file) }),
    };
  }

  async #eventFile(text: string): Promise<EventFile> {
    const location = parseLocation(text);
    if (location.kind === 'url') throw refused('a file of a run is a local path or connection:/path');
    if (location.kind === 'local') {
      const path = isAbsolute(location.path) ? location.path : resolve(this.#parts.folder(), location.path);
      return this.#localFile(path);
    }
    const path: string = location.path;
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    return { connection: location.connection, path, folder, sizeBytes: undefined, modifiedMs: undefined };
  }

  async #localFile(path: string): Promise<EventFile> {
    const { files } = this.#parts.services.platform;
    try {
      const { sizeBytes, modifiedMs } = await files.stat(path);
      return { connection: '', path, folder: resolve(path, '..'), sizeBytes, modifiedMs };
    } catch (cause) {
      throw new TransferError({
        code: 'NOT_FOUND',
        lastCode: -1,
        phase: 'plan',
        message: `${path} cannot be looked at`,
        side: 'us',
        cause,
      });
    }
  }
}

function refuseUnknown(rule: Rule, values: Readonly<Record<string, string>>): void {
  const known = knownVariables(rule);
  const isKnown = (name: string) =>
    known.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : each === name));
  const unknown = Object.keys(values).find((name) => !isKnown(canonicalName(name)));
  if (unknown === undefined) return;
  throw new TransferError({
    code: 'VARIABLE_UNKNOWN',
    lastCode: -1,
    phase: 'rule',
    message: `the rule ${rule.name} has no variable ${unknown} that a run could set`,
    advice:
      "Name one of its variables: or of its manual trigger's sample values; tally rules show lists them.",
  });
}

function refused(message: string): TransferError {
  return new TransferError({ code: 'REFUSED', lastCode: -1, phase: 'rule', message, side: 'us' });
}
