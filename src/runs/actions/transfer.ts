import type { TransferError } from '../../core/transfer-error.js';
import type { TransferAction } from '../../rules/actions/action.js';
import type { BatchContext } from '../../transfers/batch.js';
import { runBatch } from '../../transfers/batch.js';
import type { BatchRequest, FilePair, PlannedFile } from '../../transfers/batch-request.js';
import { isUntried } from '../../transfers/connect-guard.js';
import { isLocal, type Endpoint } from '../../transfers/endpoint.js';
import { linePaths } from '../../transfers/transfer.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import type { AttemptOwner } from '../attempt-book.js';
import { partnerName } from '../delivery-place.js';
import { FileFailures } from '../file-failures.js';
import { LedgerGate, type LedgerGateContext } from '../ledger-gate.js';
import { LinkedPaths } from '../linked-paths.js';
import type { BatchOfMovingFiles } from '../moving-files.js';
import { atPartner } from './at-partner.js';
import { doneBefore, goneBefore } from './transfer-done-before.js';
import { SEND_AGAIN } from './send-again.js';
import { transferOrder, type TransferOrder } from './transfer-order.js';
import { TransferStory } from './transfer-story.js';

/**
 * Copies, moves or downloads what the action names: each file is claimed in the ledger before anything is written, and
 * settled once its copy is proven; every attempt stands in the store and then in the client log.
 */
export async function performTransfer(action: TransferAction, context: ActionContext): Promise<ActionEnd> {
  const order = await transferOrder(action, context);
  if (context.isShadow) return shadow(action, order, context);
  const partner = partnerOf(order);
  const { logFailure } = context.services.attempts;
  if (logFailure !== undefined) return waitForLog(logFailure);
  return atPartner({ place: { ...order.request.source, endpoint: partner } }, context, async () => {
    const { services } = context;
    const story = new TransferStory(action.kind, order, services.platform.host);
    const before = await doneBefore(order, context);
    if (before !== undefined) return story.endOfBefore(before);
    story.goneBefore(await goneBefore(order, context));
    const failures = await FileFailures.of(context);
    const moving = services.moving.ofBatch(partnerName(partner));
    const result = await runBatch(order.request, batchContext({ order, context, failures, story, moving }));
    moving.over();
    const { stoppedBy } = result;
    if (stoppedBy?.code === 'CLIENT_LOG_FAILED') return waitForLog(stoppedBy);
    if (stoppedBy !== undefined && (isUntried(stoppedBy) || stoppedBy.code === 'CANCELLED')) throw stoppedBy;
    await failures.record(result);
    return story.end(result, failures.faultOfOne(result));
  });
}

/** Its lines are owed, and go before the next one: whatever is left to do is done once the log takes them. */
function waitForLog({ message }: TransferError): ActionEnd {
  return { kind: 'postponed', for: 'log', reason: message };
}

/** Looks at both ends and changes nothing. */
async function shadow(
  action: TransferAction,
  order: TransferOrder,
  context: ActionContext,
): Promise<ActionEnd> {
  const story = new TransferStory(action.kind, order, context.services.platform.host);
  const failures = await FileFailures.of(context);
  const moving = context.services.moving.ofBatch(partnerName(partnerOf(order)));
  return story.shadowEnd(
    await runBatch(order.request, batchContext({ order, context, failures, story, moving })),
  );
}

/** The end that is not on this machine; where both are, the target. */
function partnerOf({ request }: TransferOrder): Endpoint {
  return isLocal(request.source.endpoint) ? request.destination.endpoint : request.source.endpoint;
}

interface Parts {
  readonly order: TransferOrder;
  readonly context: ActionContext;
  readonly failures: FileFailures;
  readonly story: TransferStory;
  readonly moving: BatchOfMovingFiles;
}

function batchContext(parts: Parts): BatchContext {
  const { context, story, moving } = parts;
  const { services, signal } = context;
  const { platform, journal, memory, budgets, rounds, placeBook, attempts } = services;
  const owner = attemptOwner(parts);
  const gateContext = ledgerContext(parts);
  return {
    platform,
    journal,
    memory,
    budgets,
    rounds,
    pools: placeBook.pools,
    signal,
    gate: (pair: FilePair) => new LedgerGate(gateContext, pair),
    obstacle: () => (context.isShadow ? undefined : attempts.logFailure),
    planned: (file: PlannedFile, error?: TransferError) => story.planned(file, error),
    observer: {
      attemptEnded: (attempt) => {
        const { sizeBytes, tookMs } = attempt;
        return attempts.record(owner, attempt, {
          ...(sizeBytes === undefined ? {} : { sizeBytes }),
          ...(tookMs === undefined ? {} : { tookMs }),
        });
      },
      noneFollowed: (attempt) => attempts.noneFollowed(attempt),
      fileStarted: ({ id }) => moving.started(id),
      fileSettled: (file, outcome) => {
        moving.settled(file.id);
        story.settled(file, outcome);
      },
      warned: (text) => story.warned(text),
    },
  };
}

function attemptOwner({ order, context }: Parts): AttemptOwner {
  return {
    run: context.run.id,
    step: context.step,
    rule: context.rule.name,
    partner: partnerName(partnerOf(order)),
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
