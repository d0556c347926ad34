import { startChecksum, type ChecksumAlgorithm, type RunningChecksum } from '../core/checksum.js';
import type { ByteSink } from '../protocols/protocol-client.js';

/** The stretch right before the place from which a copy goes on, as it stands on the target. */
export interface Overlap {
  readonly lengthBytes: number;
  readonly standing:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    /** Computed by the server, where its bytes cannot be read (S3). */
    | { readonly kind: 'checksum'; readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** What stands on the target is not what the source has there. */
export class OverlapDisagrees extends Error {}

/**
 * Stands between the source and the rest of a copy: the first bytes are compared with what stands on the target, only
 * those after them pass.
 */
export class OverlapGate implements ByteSink {
  /** Resolves once it is known whether it agrees; false also when the source ended or failed before that. */
  readonly passed: Promise<boolean>;
  readonly #overlap: Overlap;
  readonly #next: ByteSink;
  readonly #checksum: RunningChecksum | undefined;
  #comparedBytes = 0;
  #settle: (agrees: boolean) => void = () => undefined;

  constructor(overlap: Overlap, next: ByteSink) {
    const { standing } = overlap;
    this.#overlap = overlap;
    this.#next = next;
    this.#checksum = standing.kind === 'checksum' ? startChecksum(standing.algorithm) : undefined;
    this.passed = new Promise((resolve) => (this.#settle = resolve));
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const missing = this.#overlap.lengthBytes - this.#comparedBytes;
    if (missing === 0) return this.#next.write(chunk);
    const head = chunk.subarray(0, missing);
    if (!this.#agrees(head)) {
      this.end();
      return Promise.reject(new OverlapDisagrees('what stands on the target is not the source'));
    }
    if (this.#comparedBytes === this.#overlap.lengthBytes) this.#settle(true);
    return head.byteLength === chunk.byteLength ? undefined : this.#next.write(chunk.subarray(missing));
  }

  /** The source has no more to give. */
  end(): void {
    this.#settle(false);
  }

  #agrees(head: Uint8Array): boolean {
    const { standing, lengthBytes } = this.#overlap;
    const from = this.#comparedBytes;
    this.#comparedBytes += head.byteLength;
    if (standing.kind === 'bytes')
      return Buffer.compare(head, standing.bytes.subarray(from, this.#comparedBytes)) === 0;
    this.#checksum?.update(head);
    return this.#comparedBytes < lengthBytes || this.#checksum?.digest() === standing.value;
  }
}
