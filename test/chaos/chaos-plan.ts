import { seededRandom } from '../platform/test-platform.js';
import { LINE_DEEDS, type LineDeed, type LineFault } from './bad-line.js';
import type { ChaosEnd } from './chaos-end.js';
import { runTry, type ChaosOutcome, type ChaosTry, type Direction } from './chaos-try.js';

/** Commands and hand-shakes are most of the session, as payload is with the large one. */
const SMALL_BYTES = 1_500;
const LARGE_BYTES = 300_000;
const DIRECTIONS: readonly Direction[] = ['upload', 'download'];

/** A try and how long its session is on a sound line. */
export interface MeasuredTry {
  readonly one: ChaosTry;
  readonly sessionBytes: number;
}

/** Both directions, both sizes, with and without retries and checksums. */
export async function measureTries(end: ChaosEnd, seed: number): Promise<readonly MeasuredTry[]> {
  const tries: MeasuredTry[] = [];
  for (const direction of DIRECTIONS) {
    for (const [index, sizeBytes] of [SMALL_BYTES, end.largeBytes ?? LARGE_BYTES].entries()) {
      const verify = index === 0 ? 'size' : 'checksum';
      const one = { end, direction, sizeBytes, retries: 0, verify, seed } as const;
      const { bytes } = await runTry(one);
      tries.push({ one, sessionBytes: bytes });
    }
  }
  return tries;
}

/** Tries whose faults are spread over the whole session, each deed `perDeed` times; the same ones for the same seed. */
export function faultyTries(
  { one, sessionBytes }: MeasuredTry,
  perDeed: number,
  seed: number,
): readonly ChaosTry[] {
  const random = seededRandom(seed);
  return LINE_DEEDS.flatMap((deed) =>
    Array.from({ length: perDeed }, (_, index): ChaosTry => {
      const afterBytes = Math.floor(((index + random.fraction()) / perDeed) * sessionBytes);
      const reach = reachOf(deed, random.fraction());
      const retries = random.fraction() < 0.5 ? 0 : 2;
      const fault = { afterBytes, deed, reach };
      return { ...one, retries, fault, seed: Math.floor(random.fraction() * 2 ** 31) };
    }),
  );
}

/**
 * A single connection that is ended in order is what servers do at the end of a listing over plain FTP: where the
 * server's own word that it sent everything comes too, no client can know better. So a cut takes all of them.
 */
function reachOf(deed: LineDeed, fraction: number): LineFault['reach'] {
  return deed === 'cut' || fraction < 0.5 ? 'line' : 'connection';
}

/** As it is written in messages, so that it can be run again. */
export function describeTry({ end, direction, sizeBytes, retries, verify, fault, seed }: ChaosTry): string {
  const what =
    fault === undefined
      ? 'a sound line'
      : `${fault.deed} of the ${fault.reach} after ${fault.afterBytes} bytes`;
  return `${end.name}: ${direction} of ${sizeBytes} bytes, ${retries} retries, verify ${verify}, ${what}, seed ${seed}`;
}

/** Runs a try; its failure names the try. */
export async function runDescribed(one: ChaosTry): Promise<ChaosOutcome> {
  try {
    return await runTry(one);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${describeTry(one)}: ${text}`, { cause });
  }
}
