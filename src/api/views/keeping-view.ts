import { z } from 'zod';
import type { AuditEntry, TokenRecord } from '../../store/access-store.js';
import { ROLES } from '../../store/access-store.js';
import type { Alarm } from '../../store/alarm-store.js';
import type { QuarantinedFile } from '../../store/run-store.js';
import { optionalTime, timeSchema, timeText } from './view-parts.js';

export const alarmView = z.strictObject({
  id: z.int(),
  kind: z.string(),
  cause: z.string().describe('One cause is one alarm, however many files meet it'),
  side: z.enum(['us', 'partner', 'network', 'proxy']),
  text: z.string(),
  isOpen: z.boolean(),
  openedAt: timeSchema,
  lastAt: timeSchema,
  closedAt: timeSchema.optional(),
  count: z.int(),
});

export function alarmData(alarm: Alarm): z.input<typeof alarmView> {
  const { id, kind, cause, side, text, count, closedMs } = alarm;
  return {
    id,
    kind,
    cause,
    side,
    text,
    isOpen: closedMs === undefined,
    openedAt: timeText(alarm.openedMs),
    lastAt: timeText(alarm.lastMs),
    ...optionalTime('closedAt', closedMs),
    count,
  };
}

export const quarantineView = z.strictObject({
  rule: z.string(),
  fileKey: z.string().describe('Names the file for its release'),
  path: z.string(),
  reason: z.string(),
  failures: z.int(),
  since: timeSchema,
});

export function quarantineData({ sinceMs, ...file }: QuarantinedFile): z.input<typeof quarantineView> {
  const { rule, fileKey, path, reason, failures } = file;
  return { rule, fileKey, path, reason, failures, since: timeText(sinceMs) };
}

export const tokenView = z.strictObject({
  id: z.int(),
  name: z.string(),
  role: z.enum(ROLES),
  state: z.enum(['valid', 'expired', 'revoked']),
  createdAt: timeSchema,
  expiresAt: timeSchema,
  lastUsedAt: timeSchema.optional(),
  revokedAt: timeSchema.optional(),
});

export function tokenData(token: TokenRecord, nowMs: number): z.input<typeof tokenView> {
  const { id, name, role, revokedMs, expiresMs } = token;
  const unrevoked = nowMs >= expiresMs ? 'expired' : 'valid';
  return {
    id,
    name,
    role,
    state: revokedMs === undefined ? unrevoked : 'revoked',
    createdAt: timeText(token.createdMs),
    expiresAt: timeText(expiresMs),
    ...optionalTime('lastUsedAt', token.lastUsedMs),
    ...optionalTime('revokedAt', revokedMs),
  };
}

export const auditView = z.strictObject({
  id: z.int(),
  at: timeSchema,
  who: z.string(),
  peer: z.string(),
  claimedPeer: z.string().optional(),
  what: z.string(),
  target: z.string(),
  isAllowed: z.boolean(),
  detail: z.unknown().optional(),
  result: z
    .strictObject({
      outcome: z.enum(['done', 'failed', 'unknown']),
      status: z.int().optional(),
      code: z.string().optional(),
    })
    .optional()
    .describe(
      'What came of the change; unknown: the daemon was still at it, or died before it could tell. Refusals have none',
    ),
});

export function auditData(entry: AuditEntry): z.input<typeof auditView> {
  const { id, who, peer, claimedPeer, what, target, isAllowed, detail } = entry;
  return {
    id,
    at: timeText(entry.atMs),
    who,
    peer,
    ...(claimedPeer === undefined ? {} : { claimedPeer }),
    what,
    target,
    isAllowed,
    ...(detail === undefined ? {} : { detail }),
    ...(isAllowed ? { result: resultData(entry) } : {}),
  };
}

function resultData({ result }: AuditEntry): z.input<typeof auditView>['result'] {
  if (result === undefined) return { outcome: 'unknown' };
  const { status, errorCode } = result;
  const code = errorCode === undefined ? {} : { code: errorCode };
  return { outcome: status < 400 ? 'done' : 'failed', status, ...code };
}
