import type { Expectation } from './expectation.js';
import type { RuleCursor } from './rule-findings.js';
import type { WrittenExpectation } from './rule-schema.js';
import { withoutUndefined } from './without-undefined.js';

/** `expect:` of a rule. `at`: what stands behind the key. */
export function readExpectations(
  written: WrittenExpectation | readonly WrittenExpectation[] | undefined,
  at: RuleCursor,
  timeZone: string,
): readonly Expectation[] {
  if (written === undefined) return [];
  const read = at.each(written).map(([group, place]) => readExpectation(group, place, timeZone));
  const names = new Set<string>();
  for (const [index, { name }] of read.entries()) {
    if (names.has(name)) at.at(index).problem(`"${name}" is the name of another expectation of this rule`);
    names.add(name);
  }
  return read;
}

function readExpectation(written: WrittenExpectation, at: RuleCursor, timeZone: string): Expectation {
  const { files, poll, run } = written;
  if (files === undefined) {
    const of = poll === undefined ? 'run' : 'poll';
    return { kind: 'silence', name: written.name ?? of, of, maxMs: silenceMs(poll ?? run) };
  }
  const { by: byMinute, from: fromMinute, masks, atLeast, notOn } = files;
  if (fromMinute >= byMinute) at.at('files', 'from').problem('"from" must come before "by"');
  if (notOn !== undefined) at.at('files', 'notOn').mention('calendar', notOn);
  return withoutUndefined({
    kind: 'files' as const,
    name: written.name ?? `${masks.join(', ')} by ${timeText(byMinute)}`,
    byMinute,
    fromMinute,
    timeZone: files.timeZone ?? timeZone,
    weekdays: files.on,
    notOn,
    masks,
    atLeast,
  });
}

/** `run: 20m` is short for `run: { within: 20m }`. */
function silenceMs(written: WrittenExpectation['run']): number {
  return typeof written === 'object' ? written.within : (written ?? 0);
}

/** `06:00` */
export function timeText(minuteOfDay: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}
