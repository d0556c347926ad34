import { setFlagsFromString } from 'node:v8';

/**
 * For a command that moves files. Payload passes through memory outside V8's heap, which V8 takes for pressure: it then
 * marks our small heap beside us, over and over, at twice the processor time of the transfer. A whole collection of
 * such a heap takes 2 ms.
 */
export function settleHeapForPayload(): void {
  setFlagsFromString('--no-incremental-marking');
}
