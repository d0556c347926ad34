import { instantOf } from '../../client-log/zone-time.js';
import type { TailLine } from './tail-event.js';

/**
 * The lines of several logs by time. Lines of one log keep their order, whatever their times; a line that is no record
 * stays behind the one before it.
 */
export function mergeByTime(logs: readonly (readonly TailLine[])[]): readonly TailLine[] {
  const [first, ...others] = logs.filter(({ length }) => length > 0);
  if (others.length === 0) return first ?? [];
  return logs
    .flatMap((lines) => withMoments(lines))
    .sort((left, right) => left.momentMs - right.momentMs)
    .map(({ line }) => line);
}

function withMoments(
  lines: readonly TailLine[],
): readonly { readonly line: TailLine; readonly momentMs: number }[] {
  let latestMs = -Infinity;
  return lines.map((line) => {
    const { file } = line;
    const time = 'record' in line ? line.record?.time : undefined;
    if (time !== undefined) latestMs = Math.max(latestMs, instantOf(time, file.timeZone));
    return { line, momentMs: latestMs };
  });
}
