import { TransferError } from '../../core/transfer-error.js';

/** S3's limits (Amazon S3 User Guide, "multipart upload limits"). */
export const MAX_PARTS = 10_000;

const MIB = 1024 * 1024;
/** Where the size is not known, parts double after so many: S3's 5 TiB then fit whatever they begin with. */
const PARTS_BEFORE_DOUBLING = 900;

/**
 * How large each part of an upload is, so that 10,000 of them do. With a known size all parts are equal, as some
 * servers demand.
 */
export class PartSizes {
  readonly #partBytes: number;
  readonly #isKnown: boolean;

  /** `restBytes`: what is still to come, when known. */
  constructor(partBytes: number, restBytes: number | undefined, partsDone: number) {
    const needed = restBytes === undefined ? 0 : Math.ceil(restBytes / Math.max(1, MAX_PARTS - partsDone));
    this.#isKnown = restBytes !== undefined;
    this.#partBytes = needed <= partBytes ? partBytes : Math.ceil(needed / MIB) * MIB;
  }

  /** Size of a part, counted from 1. A source that gives more than it promised grows its parts too. */
  of(partNumber: number): number {
    const doublings = Math.floor((partNumber - 1) / PARTS_BEFORE_DOUBLING);
    return this.#isKnown && partNumber < MAX_PARTS ? this.#partBytes : this.#partBytes * 2 ** doublings;
  }
}

export function tooManyParts(message: string): TransferError {
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'write',
    message,
    side: 'us',
    advice: 'Raise partSize of the connection: S3 takes 10,000 parts at most.',
  });
}
