import type { Alarm } from '../store/alarm-store.js';

/** Tells people, once for each cause. Never rejects: what cannot be told is a warning of the daemon. */
export interface Alarms {
  raise(alarm: Pick<Alarm, 'kind' | 'cause' | 'side' | 'text'>): Promise<void>;
  /** It is over: a notice of recovery when it was open. */
  clear(cause: string): Promise<void>;
}
