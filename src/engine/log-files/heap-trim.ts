import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Garbage is left alone below this. */
const TRIM_BYTES = 72 * 1024 * 1024;
/** And below so many times what was alive at the last trim, so that a large live heap is not collected over and over. */
const GROWTH = 1.4;

/**
 * Keeps a command that reads millions of lines small. V8 lets garbage pile up to several times what is alive as long as
 * the machine has memory; a command that an administrator runs on the server itself should not take it.
 */
export class HeapTrim {
  #limitBytes = TRIM_BYTES;
  #collect: (() => void) | undefined;

  /** Collects garbage if there is much. Cheap otherwise; to be called once in some thousand lines. */
  trim(): void {
    if (usedBytes() < this.#limitBytes) return;
    this.#collect ??= collector();
    this.#collect();
    this.#limitBytes = Math.max(TRIM_BYTES, usedBytes() * GROWTH);
  }
}

function usedBytes(): number {
  const { used_heap_size: heapBytes, external_memory: externalBytes } = getHeapStatistics();
  return heapBytes + externalBytes;
}

/** V8's own function, which it shows only on request. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
