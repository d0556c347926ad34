/** What happens, as it happens: the API's stream and the metrics listen. Plain data, versioned by `schemaVersion` 1. */
export type LiveEvent =
  | { readonly type: 'run.created' | 'run.started'; readonly run: number; readonly rule: string }
  | {
      readonly type: 'run.ended';
      readonly run: number;
      readonly rule: string;
      readonly state: string;
      readonly reason: string;
      readonly tookMs: number;
    }
  | {
      readonly type: 'step.changed';
      readonly run: number;
      readonly rule: string;
      readonly path: string;
      readonly kind: string;
      readonly state: string;
    }
  | {
      readonly type: 'attempt.ended';
      readonly run: number;
      readonly rule: string;
      readonly partner: string;
      readonly operation: 'upload' | 'download';
      /** As in the Protocol column. */
      readonly protocol: string;
      readonly succeeded: boolean;
      /** No other attempt at this file follows within its step. */
      readonly isLast: boolean;
      readonly bytes: number;
      readonly tookMs: number;
      readonly lastCode: number;
      readonly errorCode?: string;
      readonly path: string;
    }
  | {
      readonly type: 'alarm.opened' | 'alarm.closed';
      readonly cause: string;
      readonly side: string;
      readonly text: string;
    }
  | {
      readonly type: 'partner.parked' | 'partner.released';
      readonly connection: string;
      readonly reason: string;
    }
  | { readonly type: 'settings.reloaded'; readonly ok: boolean; readonly problems: readonly string[] }
  | {
      readonly type: 'trigger.looked' | 'trigger.failed' | 'trigger.recovered';
      readonly rule: string;
      readonly trigger: string;
    };

export interface LiveEvents {
  /** Never throws, never waits. */
  publish(event: LiveEvent): void;
  /** Returns the way to stop listening. A listener that throws is dropped. */
  listen(listener: (event: LiveEvent, atMs: number) => void): () => void;
}
