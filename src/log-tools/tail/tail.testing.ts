import { basename, join } from 'node:path';
import { ManualClock } from '../../client-log/manual-clock.testing.js';
import type { Files } from '../../core/files.js';
import { nodeFiles } from '../../engine/platform/node-files.js';
import { GrowingPlace } from './growing-place.js';
import type { GrowingLog } from './growing-log.js';
import { tailLogs } from './tail-logs.js';
import { lineChoice, type LineChoice } from './line-choice.js';
import type { TailEvent, TailLine } from './tail-event.js';

/** What happens outside between two looks at the logs. */
export type Step = (clock: ManualClock) => Promise<unknown> | void;

/** After each step the logs are looked at so often: a new name is seen within a second at the latest. */
const POLLS_PER_STEP = 5;

/** A clock on which following takes no time: while it sleeps, the steps are made; after the last one it ends all. */
class SteppedClock extends ManualClock {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #steps: Step[];
  #polls = 0;

  constructor(steps: readonly Step[]) {
    super('2026-03-01T23:59:00Z');
    this.#steps = [...steps];
    this.signal = this.#controller.signal;
  }

  override async sleep(delayMs: number): Promise<void> {
    this.advance(delayMs);
    this.#polls += 1;
    if (this.#polls % POLLS_PER_STEP !== 1) return;
    const step = this.#steps.shift();
    if (step === undefined) this.#controller.abort();
    else await step(this);
  }
}

export interface TailRehearsal {
  /** Files or folders. */
  readonly names: readonly string[];
  /** Followed, through these; without any the logs are only shown. */
  readonly steps?: readonly Step[];
  readonly count?: number;
  readonly choice?: LineChoice;
  readonly files?: Files;
  readonly timeZoneOf?: (path: string) => string;
}

/** Every line as its text, `malformed` and `incomplete` ones marked; every notice as `! notice name`. */
export async function rehearseTail(rehearsal: TailRehearsal): Promise<readonly string[]> {
  const { names, steps, count = 10, choice = everyLine, files = nodeFiles } = rehearsal;
  const clock = new SteppedClock(steps ?? []);
  const refOf = (path: string) => ({ name: path, timeZone: rehearsal.timeZoneOf?.(path) ?? 'UTC', node: '' });
  const logs = names.map((name): { name: string; log: GrowingLog } => ({
    name,
    log: new GrowingPlace({ files, clock, name, refOf, join, choice }),
  }));
  const transcript: string[] = [];
  const request = {
    logs,
    count,
    isFollowing: steps !== undefined,
    clock,
    signal: clock.signal,
    isRead: () => true,
  };
  for await (const event of tailLogs(request)) transcript.push(...eventTexts(event));
  return transcript;
}

const everyLine = lineChoice({ isFailedOnly: false, query: undefined });

function eventTexts(event: TailEvent): readonly string[] {
  return event.kind === 'notice' ? [`! ${event.notice} ${basename(event.name)}`] : event.lines.map(lineText);
}

function lineText(line: TailLine): string {
  const text = Buffer.from(line.raw).toString('latin1');
  const number = line.lineNumber === undefined ? '' : `${line.lineNumber}: `;
  return line.kind === 'record' ? number + text : `${line.kind} ${number}${text}`;
}
