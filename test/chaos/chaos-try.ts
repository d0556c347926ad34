import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readsAsSuccess } from '../../src/client-log/record.js';
import type { Platform } from '../../src/core/platform.js';
import { remotePath } from '../../src/core/remote-path.js';
import type { FilePair } from '../../src/transfers/batch-request.js';
import { PartialJournal } from '../../src/transfers/partial-journal.js';
import { runBatchFixture, type BatchRecord } from '../platform/batch-fixture.js';
import { seededRandom, testPlatform } from '../platform/test-platform.js';
import { noise } from '../suites/bytes.js';
import { BadLine, type LineFault } from './bad-line.js';
import type { ChaosEnd, ChaosFolder } from './chaos-end.js';
import { diskFolder } from './disk-ends.js';

export type Direction = 'upload' | 'download';

/** One move of one file over a line that goes bad at one point. */
export interface ChaosTry {
  readonly end: ChaosEnd;
  readonly direction: Direction;
  readonly sizeBytes: number;
  readonly retries: number;
  readonly verify: 'size' | 'checksum';
  /** Absent: the line stays sound. */
  readonly fault?: LineFault;
  /** Of the random numbers of the run. */
  readonly seed: number;
}

export interface ChaosOutcome {
  /** Bytes that passed the line. */
  readonly bytes: number;
  /** The run was over before the fault's moment came. */
  readonly hasStruck: boolean;
  /** `at once`: delivered in the run of the fault; `next run`: by the one after it. */
  readonly delivered: 'at once' | 'next run';
}

const FIRST = 'f.dat';
const SECOND = 'g.dat';
/** A stalled line is told from a slow one by it. */
const STALLED_MS = 700;
const PATIENT_MS = 20_000;

/**
 * Runs the move into the fault, then once more on a sound line, and rejects where the promise does not hold at any
 * moment: under its final name the file is whole, old or new; the source is there until then; a failed attempt's code
 * never reads as success; in the end everything is delivered once and nothing of ours is left.
 */
export async function runTry(one: ChaosTry): Promise<ChaosOutcome> {
  const root = await mkdtemp(join(tmpdir(), 'tally-chaos-'));
  const line = new BadLine(testPlatform().dialer);
  try {
    await mkdir(join(root, 'here'));
    const scene = new Scene(
      one,
      diskFolder(join(root, 'here')),
      await one.end.makeFolder(),
      join(root, 'state'),
    );
    const platform = testPlatform({ dialer: line.dialer, random: seededRandom(one.seed) });
    return await new Trial(one, scene, line, platform).toTheEnd();
  } finally {
    line.close();
    await rm(root, { recursive: true, force: true });
  }
}

class Scene {
  readonly from: ChaosFolder;
  readonly to: ChaosFolder;
  readonly stateFolder: string;
  readonly fresh: Buffer;
  readonly old: Buffer;

  constructor(one: ChaosTry, here: ChaosFolder, there: ChaosFolder, stateFolder: string) {
    [this.from, this.to] = one.direction === 'upload' ? [here, there] : [there, here];
    this.stateFolder = stateFolder;
    this.fresh = noise(one.sizeBytes);
    this.old = Buffer.from('old content');
  }
}

class Trial {
  readonly #one: ChaosTry;
  readonly #scene: Scene;
  readonly #line: BadLine;
  readonly #platform: Platform;
  #atStrike: Promise<void> = Promise.resolve();

  constructor(one: ChaosTry, scene: Scene, line: BadLine, platform: Platform) {
    this.#one = one;
    this.#scene = scene;
    this.#line = line;
    this.#platform = platform;
  }

  async toTheEnd(): Promise<ChaosOutcome> {
    const { from, to, fresh, old } = this.#scene;
    await from.write(FIRST, fresh);
    await to.write(FIRST, old);
    const { fault } = this.#one;
    this.#line.arm(fault, () => {
      this.#atStrike = this.#checkTarget('when the line went bad').then(() => undefined);
      this.#atStrike.catch(() => undefined);
    });
    const first = await this.#move(fault?.deed === 'stall' ? STALLED_MS : PATIENT_MS, this.#one.retries);
    const { bytes, hasStruck } = this.#line;
    await this.#atStrike;
    await this.#checkRun(first);
    const isDelivered = (await this.#checkTarget('after the run')) === 'new';
    this.#line.arm(undefined);
    await this.#runAgain();
    return { bytes, hasStruck, delivered: isDelivered ? 'at once' : 'next run' };
  }

  async #move(timeoutMs: number, retries: number, names: readonly string[] = [FIRST]): Promise<BatchRecord> {
    const { end, direction, verify } = this.#one;
    const { from, to, stateFolder } = this.#scene;
    const journal = await PartialJournal.open(this.#platform, stateFolder);
    const remote = end.endpoint(timeoutMs);
    try {
      return await runBatchFixture(this.#platform, {
        source: `${from.path}/*.dat`,
        destination: `${to.path}/`,
        ...(direction === 'upload' ? { destinationEndpoint: remote } : { sourceEndpoint: remote }),
        operation: direction,
        ...(end.byName ? { pairs: names.map((name) => this.#pair(name)) } : {}),
        journal,
        transfer: { removeSource: true, retries, verify },
      });
    } finally {
      await journal.close();
    }
  }

  #pair(name: string): FilePair {
    const { from, to } = this.#scene;
    return {
      source: remotePath(`${from.path}/${name}`),
      target: remotePath(`${to.path}/${name}`),
      sizeBytes: undefined,
    };
  }

  /** Which content stands under the final name. */
  async #checkTarget(moment: string): Promise<'old' | 'new'> {
    const { from, to, fresh, old } = this.#scene;
    const found = await to.read(FIRST);
    if (found?.equals(fresh) === true) return 'new';
    mustHold(found?.equals(old) === true, `${moment} the target holds ${found?.byteLength ?? 'no'} bytes`);
    const source = await from.read(FIRST);
    mustHold(source?.equals(fresh) === true, `${moment} the source is gone and the target is old`);
    return 'old';
  }

  async #checkRun({ result, attempts }: BatchRecord): Promise<void> {
    mustHold(attempts.length > 0, 'no attempt has a line');
    for (const { succeeded, columns, lastCode, error } of attempts) {
      if (!succeeded)
        mustHold(
          !readsAsSuccess(columns.protocol, lastCode),
          `a failure logs ${lastCode}: ${error?.message}`,
        );
    }
    if (result.succeeded === 0) return;
    const { from, to, fresh } = this.#scene;
    mustHold((await to.read(FIRST))?.equals(fresh) === true, 'success, but the target is not the source');
    mustHold((await from.read(FIRST)) === undefined, 'success, but the source is still there');
  }

  /** On a sound line everything has to arrive, and nothing of ours to be left. */
  async #runAgain(): Promise<void> {
    const { from, to, fresh } = this.#scene;
    await from.write(SECOND, fresh);
    const wasThere = (await from.read(FIRST)) !== undefined;
    const run = await this.#move(PATIENT_MS, 3, wasThere ? [FIRST, SECOND] : [SECOND]);
    const said = [run.result.stoppedBy, ...run.result.failures.map(({ error }) => error)]
      .map((error) => error?.message ?? '')
      .join('; ');
    mustHold(
      run.result.succeeded === (wasThere ? 2 : 1),
      `the next run delivers ${run.result.succeeded}: ${said}`,
    );
    mustHold((await this.#checkTarget('after the next run')) === 'new', 'the next run leaves the old file');
    mustHold((await to.read(SECOND))?.equals(fresh) === true, 'the second file is not the source');
    mustHold((await from.names()).length === 0, `sources are left: ${(await from.names()).join(' ')}`);
    await this.#nothingLeft();
  }

  /** A server may make the file of a broken session later than the run that looked for it: the one after takes it away. */
  async #nothingLeft(): Promise<void> {
    const { from, to, fresh } = this.#scene;
    const expected = [FIRST, SECOND].join(' ');
    if ([...(await to.names())].sort().join(' ') === expected) return;
    await from.write(SECOND, fresh);
    await this.#move(PATIENT_MS, 3, [SECOND]);
    const names = [...(await to.names())].sort().join(' ');
    mustHold(names === expected, `left on the target: ${names}`);
  }
}

function mustHold(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
