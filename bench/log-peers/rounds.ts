import { median, runMeasured, type Command, type Run } from '../measure.js';

/** A command that is measured beside others that do the same. */
export interface Rival {
  readonly name: string;
  readonly command: Command;
  /** One round must do. */
  readonly isSlow: boolean;
}

export interface Figures {
  readonly name: string;
  readonly runs: readonly Run[];
}

/**
 * Runs every rival once in each round, one after another, so that a noisy minute hits all of them; each round begins
 * with another one, so that none is always the first.
 */
export async function runRounds(
  rivals: readonly Rival[],
  rounds: number,
  say: (text: string) => void,
): Promise<readonly Figures[]> {
  const runs = new Map(rivals.map(({ name }) => [name, [] as Run[]]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % rivals.length;
    for (const { name, command, isSlow } of [...rivals.slice(first), ...rivals.slice(0, first)]) {
      if (isSlow && round > 0) continue;
      const run = await runMeasured(command);
      runs.get(name)?.push(run);
      say(`round ${round + 1} of ${rounds}: ${name} ${run.seconds.toFixed(3)} s`);
    }
  }
  return [...runs].map(([name, its]) => ({ name, runs: its }));
}

/** Cells of a row: median, min-max, MB/s, time beside the first one's, processor time, peak of memory. */
export function cellsOf(figures: Figures, first: Figures | undefined, bytes: number): readonly string[] {
  const seconds = figures.runs.map((run) => run.seconds);
  const middle = median(seconds);
  const own = median(first?.runs.map((run) => run.seconds) ?? []);
  return [
    middle.toFixed(2),
    seconds.length === 1
      ? 'one run'
      : `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`,
    (bytes / middle / 1_000_000).toFixed(0),
    (middle / own).toFixed(2),
    median(figures.runs.map((run) => run.cpuSeconds)).toFixed(2),
    Math.max(...figures.runs.map((run) => run.peakMiB)).toFixed(0),
  ];
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}

/** `s|min-max s|...`, the heads of `cellsOf`. */
export const FIGURE_HEADS = ['median s', 'min-max s', 'MB/s', 'time / tally', 'CPU s', 'peak MiB'] as const;
