import { z } from 'zod';
import type { Delivery } from '../../store/ledger-store.js';
import type { AttemptRecord } from '../../store/transfer-store.js';
import { optionalTime, timeSchema, timeText } from './view-parts.js';

export const transferView = z.strictObject({
  id: z.int(),
  run: z.int().optional(),
  step: z.string(),
  rule: z.string(),
  partner: z.string(),
  endedAt: timeSchema,
  protocol: z.string(),
  host: z.string(),
  port: z.int(),
  user: z.string(),
  localPath: z.string(),
  remotePath: z.string(),
  operation: z.enum(['upload', 'download']),
  lastCode: z.int().describe('As it stands in the client log'),
  result: z.enum(['succeeded', 'failed']),
  isLast: z.boolean().describe('No other attempt at this file follows within its step'),
  attempt: z.int(),
  sizeBytes: z.number().optional(),
  tookMs: z.number().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});

/** One attempt at one file. */
export function transferData(attempt: AttemptRecord): z.input<typeof transferView> {
  const { id, run, step, rule, partner, protocol, host, port, user, localPath, remotePath } = attempt;
  return {
    id,
    ...(run === undefined ? {} : { run }),
    step,
    rule,
    partner,
    endedAt: timeText(attempt.endedMs),
    protocol,
    host,
    port,
    user,
    localPath,
    remotePath,
    operation: attempt.operation,
    lastCode: attempt.lastCode,
    result: attempt.succeeded ? 'succeeded' : 'failed',
    isLast: attempt.isLast,
    attempt: attempt.attemptNumber,
    ...(attempt.sizeBytes === undefined ? {} : { sizeBytes: attempt.sizeBytes }),
    ...(attempt.tookMs === undefined ? {} : { tookMs: attempt.tookMs }),
    ...(attempt.errorCode === undefined ? {} : { code: attempt.errorCode }),
    ...(attempt.message === undefined ? {} : { message: attempt.message }),
  };
}

export const deliveryView = z.strictObject({
  id: z.int(),
  rule: z.string(),
  source: z.string(),
  sourceIdentity: z.string().describe('Size and time of change of the source'),
  target: z.string(),
  finalTarget: z.string().optional().describe('Where it stands when it was numerated or renamed'),
  state: z.enum(['claimed', 'delivered', 'disposed', 'failed']),
  run: z.int(),
  step: z.string(),
  claimedAt: timeSchema,
  settledAt: timeSchema.optional(),
  bytes: z.number().optional(),
  proof: z.string().optional().describe('How the copy was proven'),
});

/** One entry of the ledger. */
export function deliveryData(delivery: Delivery): z.input<typeof deliveryView> {
  const { id, rule, source, sourceIdentity, target, state, run, step, finalTarget, bytes, proof } = delivery;
  return {
    id,
    rule,
    source,
    sourceIdentity,
    target,
    ...(finalTarget === undefined ? {} : { finalTarget }),
    state,
    run,
    step,
    claimedAt: timeText(delivery.claimedMs),
    ...optionalTime('settledAt', delivery.settledMs),
    ...(bytes === undefined ? {} : { bytes }),
    ...(proof === undefined ? {} : { proof }),
  };
}
