import type { TransferError } from '../../core/transfer-error.js';

/**
 * What is tried of a connection, in this order, with its name for people. Over TLS from the first byte, `tls` comes
 * before `greeting`.
 */
export const PROBE_STEPS = {
  settings: 'settings',
  name: 'name',
  tcp: 'TCP',
  proxy: 'proxy',
  greeting: 'greeting',
  tls: 'TLS',
  ssh: 'SSH',
  login: 'login',
  listing: 'listing',
  'probe-file': 'probe file',
  passive: 'passive',
  active: 'active',
  clock: 'clock',
  abilities: 'abilities',
} as const;

export type ProbeStepName = keyof typeof PROBE_STEPS;

/** A warning works as it is, but somebody should look. */
export type ProbeVerdict = 'ok' | 'warning' | 'failed' | 'not-tried';

/** What one step found. */
export interface ProbeFindings {
  readonly verdict: ProbeVerdict;
  /** In words, printable, without full stops; what matters most stands first. */
  readonly lines: readonly string[];
  /** What only a closer look needs. */
  readonly details?: readonly string[];
  /** What to do about it, one sentence. */
  readonly remedy?: string | undefined;
  /** The same for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly error?: TransferError;
  /** Where the step knows better than whoever timed it. */
  readonly elapsedMs?: number;
}

export interface ProbeStep extends ProbeFindings {
  readonly name: ProbeStepName;
  /** The step without which this one has no ground; it was not tried for that alone. */
  readonly blockedBy?: ProbeStepName | undefined;
  readonly elapsedMs: number;
}

export function notTried(reason: string): ProbeFindings {
  return { verdict: 'not-tried', lines: [reason] };
}
