import { z } from 'zod';
import type { ConnectionStatus } from '../../engine/daemon/daemon-face.js';
import type { ProbeReport } from '../../engine/connection-probe/probe-connection.js';
import type { ProbeStep } from '../../engine/connection-probe/probe-step.js';
import { timeSchema, timeText } from './view-parts.js';

export const connectionView = z.strictObject({
  name: z.string(),
  protocol: z.string(),
  host: z.string(),
  port: z.int(),
  user: z.string(),
  trust: z.enum(['host-keys', 'known-hosts', 'pins', 'ca', 'none']),
  pinned: z.int(),
  maxConnections: z.int(),
  state: z
    .enum(['open', 'probe', 'shut', 'parked'])
    .describe('parked: until a person releases it; shut: until a time; probe: one try is made'),
  reason: z.string().optional().describe('Why it is parked or shut, or of the last failure'),
  since: timeSchema.optional().describe('Parked since'),
  until: timeSchema.optional().describe('Shut until'),
  failures: z.int().describe('Failures of the connection as a whole, one after another'),
});

/** A connection and how it stands with the partner. */
export function connectionData(status: ConnectionStatus): z.input<typeof connectionView> {
  const { name, protocol, host, port, user, trust, pinned, maxConnections, admission, failures } = status;
  return {
    name,
    protocol,
    host,
    port,
    user,
    trust,
    pinned,
    maxConnections,
    state: admission.kind,
    ...admissionFacts(status),
    failures,
  };
}

function admissionFacts({ admission, lastReason }: ConnectionStatus) {
  switch (admission.kind) {
    case 'parked':
      return { reason: admission.reason, since: timeText(admission.sinceMs) };
    case 'shut':
      return { reason: admission.reason, until: timeText(admission.untilMs) };
    case 'open':
    case 'probe':
      return lastReason === undefined ? {} : { reason: lastReason };
  }
}

export const probeView = z.strictObject({
  isOk: z.boolean(),
  code: z.string().optional().describe('Of the first failure'),
  message: z.string().optional(),
  side: z.enum(['us', 'partner', 'network', 'proxy']).optional(),
  advice: z.string().optional(),
  logCode: z.int().describe('What the client log would have said; nothing is written there'),
  steps: z.array(
    z.strictObject({
      step: z.string(),
      verdict: z.enum(['ok', 'warning', 'failed', 'not-tried']),
      lines: z.array(z.string()),
      remedy: z.string().optional(),
      tookMs: z.number(),
    }),
  ),
});

/** What a test of a connection found. */
export function probeData({ failure, code, steps }: ProbeReport): z.input<typeof probeView> {
  return {
    isOk: failure === undefined,
    ...(failure === undefined
      ? {}
      : {
          code: failure.code,
          message: failure.message,
          side: failure.side,
          advice: failure.advice,
        }),
    logCode: code,
    steps: steps.map(probeStepData),
  };
}

function probeStepData({ name, verdict, lines, remedy, elapsedMs }: ProbeStep) {
  return {
    step: name,
    verdict,
    lines: [...lines],
    ...(remedy === undefined ? {} : { remedy }),
    tookMs: elapsedMs,
  };
}
