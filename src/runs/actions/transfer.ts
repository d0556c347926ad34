import type { TransferAction } from '../../rules/actions/action.js';
import type { BatchContext } from '../../transfers/batch.js';
import { runBatch } from '../../transfers/batch.js';
import type { BatchRequest, FilePair, PlannedFile } from '../../transfers/batch-request.js';
import { isLocal } from '../../transfers/endpoint.js';
import { linePaths } from '../../transfers/transfer.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import type { AttemptOwner } from '../attempt-book.js';
import { partnerName } from '../delivery-place.js';
import { FileFailures } from '../file-failures.js';
import { LedgerGate, type LedgerGateContext } from '../ledger-gate.js';
import { LinkedPaths } from '../linked-paths.js';
import { postponed, untriedEnd } from '../untried.js';
import { transferOrder, type TransferOrder } from './transfer-order.js';
import { TransferStory } from './transfer-story.js';

/** With this value `yes` an event asks for what was delivered to be sent once more (`tally runs retry`). */
export const SEND_AGAIN = 'TALLY.SEND_AGAIN';

/**
 * Copies, moves or downloads what the action names: each file is claimed in the ledger before anything is written, and
 * settled once its copy is proven; every attempt stands in the store and then in the client log.
 */
export async function performTransfer(action: TransferAction, context: ActionContext): Promise<ActionEnd> {
  const order = await transferOrder(action, context);
  const { request } = order;
  const partner = isLocal(request.source.endpoint) ? request.destination.endpoint : request.source.endpoint;
  const waits = context.isShadow ? undefined : postponed(partner.label, context.services);
  if (waits !== undefined) return waits;
  const failures = await FileFailures.of(context);
  const story = new TransferStory(action.kind, order, context.services.platform.host);
  const result = await runBatch(request, batchContext({ order, context, failures, story }));
  if (context.isShadow) return story.shadowEnd(result);
  const untried =
    result.stoppedBy === undefined
      ? undefined
      : untriedEnd(result.stoppedBy, partner.label, context.services);
  if (untried !== undefined) return untried;
  if (context.signal.aborted && result.stoppedBy?.code === 'CANCELLED') return { kind: 'cancelled' };
  await failures.record(result);
  return story.end(result, failures.faultOfOne(result));
}

interface Parts {
  readonly order: TransferOrder;
  readonly context: ActionContext;
  readonly failures: FileFailures;
  readonly story: TransferStory;
}

function batchContext(parts: Parts): BatchContext {
  const { context, story } = parts;
  const { services, signal } = context;
  const { platform, journal, memory, budgets, placeBook, attempts } = services;
  const owner = attemptOwner(parts);
  const gateContext = ledgerContext(parts);
  return {
    platform,
    journal,
    memory,
    budgets,
    pools: placeBook.pools,
    signal,
    gate: (pair: FilePair) => new LedgerGate(gateContext, pair),
    planned: (file: PlannedFile) => story.planned(file),
    observer: {
      attemptEnded: (attempt) => {
        const { sizeBytes, tookMs } = attempt;
        return attempts.record(owner, attempt, {
          ...(sizeBytes === undefined ? {} : { sizeBytes }),
          ...(tookMs === undefined ? {} : { tookMs }),
        });
      },
      noneFollowed: (attempt) => attempts.noneFollowed(attempt),
      fileSettled: (file, outcome) => story.settled(file, outcome),
      warned: (text) => story.warned(text),
    },
  };
}

function attemptOwner({ order, context }: Parts): AttemptOwner {
  const { source, destination } = order.request;
  const remote = isLocal(source.endpoint) ? destination.endpoint : source.endpoint;
  return {
    run: context.run.id,
    step: context.step,
    rule: context.rule.name,
    partner: partnerName(remote),
  };
}

function ledgerContext({ order, context, failures, story }: Parts): LedgerGateContext {
  const { services, rule, run, step, event } = context;
  const { platform, store } = services;
  const { source, destination } = order.request;
  const links = new LinkedPaths(rule, platform.files, platform.host.os);
  return {
    platform,
    ledger: store.ledger,
    rule: rule.name,
    run: run.id,
    step,
    source: source.endpoint,
    target: destination.endpoint,
    sendsAgain: event.values[SEND_AGAIN] === 'yes',
    screen: async (pair, facts) => {
      const reason = failures.whyLeftAlone({ endpoint: source.endpoint, path: pair.source }, facts);
      if (reason !== undefined) return reason;
      if (isLocal(source.endpoint)) await links.checkThing(pair.source);
      if (isLocal(destination.endpoint)) await links.checkName(pair.target);
      return undefined;
    },
    deliveredBefore: (delivery) => story.deliveredBefore(delivery),
    isLogged: (pair) => isLogged(pair, order.request, context),
  };
}

/** After a crash only: the attempts of the run, which is the one that is gone on with, are few by then. */
async function isLogged(
  { source, target }: FilePair,
  request: BatchRequest,
  { services, run, step }: ActionContext,
): Promise<boolean> {
  const paths = linePaths(request.source.endpoint, source, target, services.platform);
  return (await services.store.transfers.ofRun(run.id)).some(
    (attempt) =>
      attempt.succeeded &&
      attempt.step === step &&
      attempt.localPath === paths.localPath &&
      attempt.remotePath === paths.remotePath,
  );
}
