import { readLocation, type PathBase } from '../read-location.js';
import type { RuleCursor } from '../rule-findings.js';
import { COMPARE_KEYS, type WrittenCondition, type WrittenConditions } from './condition-schema.js';
import type { Condition } from './condition.js';

/** What conditions need besides their text. */
export interface ConditionDefaults extends PathBase {
  /** IANA name, where the settings name none. */
  readonly timeZone: string;
}

/** A group or list of conditions that must all hold, as one condition. */
export function readConditions(
  written: WrittenConditions,
  at: RuleCursor,
  defaults: ConditionDefaults,
): Condition {
  return together('all', partsOf(written, at, defaults));
}

function partsOf(
  written: WrittenConditions,
  at: RuleCursor,
  defaults: ConditionDefaults,
): readonly Condition[] {
  return at.each(written).flatMap(([group, place]) => groupParts(group, place, defaults));
}

function together(kind: 'all' | 'any', of: readonly Condition[]): Condition {
  const [first] = of;
  return first !== undefined && of.length === 1 ? first : { kind, of };
}

/** Of a list under `any` each entry is one of the choices; of a group each key is. */
function readAny(written: WrittenConditions, at: RuleCursor, defaults: ConditionDefaults): Condition {
  const entries = at.each(written);
  const choices = Array.isArray(written)
    ? entries.map(([group, place]) => readConditions(group, place, defaults))
    : partsOf(written, at, defaults);
  return together('any', choices);
}

/** One condition for each key of the group, in its order. */
function groupParts(
  group: WrittenCondition,
  at: RuleCursor,
  defaults: ConditionDefaults,
): readonly Condition[] {
  return (Object.keys(group) as readonly (keyof WrittenCondition)[]).flatMap((key) => {
    const condition = readOne(key, group, at.at(key), defaults);
    return condition === undefined ? [] : [condition];
  });
}

function readOne(
  key: keyof WrittenCondition,
  group: WrittenCondition,
  at: RuleCursor,
  defaults: ConditionDefaults,
): Condition | undefined {
  if (group[key] === undefined) return undefined;
  const { all, any, not, fileName = [], path = [], size, age, contentType = [], exists = '' } = group;
  switch (key) {
    case 'all':
      return all && readConditions(all, at, defaults);
    case 'any':
      return any && readAny(any, at, defaults);
    case 'not':
      return not && { kind: 'not', of: readConditions(not, at, defaults) };
    case 'fileName':
      return { kind: 'fileName', masks: noted(fileName, at) };
    case 'path':
      return { kind: 'path', masks: noted(path, at) };
    case 'size':
      return { kind: 'size', ...range('Bytes', size, at) };
    case 'age':
      return { kind: 'age', ...range('Ms', age, at) };
    case 'contentType':
      return { kind: 'contentType', types: contentType };
    case 'exists':
      return { kind: 'exists', location: readLocation(exists, at, 'read', defaults) };
    case 'compare':
      return readCompare(group.compare, at);
    case 'timeOfDay':
    case 'weekday':
    case 'calendar':
      return readTime(key, group, at, defaults);
  }
}

function readTime(
  key: 'timeOfDay' | 'weekday' | 'calendar',
  { timeOfDay, weekday, calendar }: WrittenCondition,
  at: RuleCursor,
  { timeZone }: ConditionDefaults,
): Condition | undefined {
  if (key === 'timeOfDay' && timeOfDay !== undefined) {
    const { from: fromMinute, to: toMinute, timeZone: zone = timeZone } = timeOfDay;
    if (fromMinute === toMinute) at.problem('"timeOfDay" begins and ends at the same time');
    return { kind: 'timeOfDay', fromMinute, toMinute, timeZone: zone };
  }
  if (key === 'weekday' && weekday !== undefined) {
    const group = 'days' in weekday ? weekday : { days: weekday, timeZone: undefined };
    return { kind: 'weekday', days: group.days, timeZone: group.timeZone ?? timeZone };
  }
  if (calendar === undefined) return undefined;
  const group = typeof calendar === 'string' ? { name: calendar, timeZone: undefined } : calendar;
  at.mention('calendar', group.name);
  return { kind: 'calendar', calendar: group.name, timeZone: group.timeZone ?? timeZone };
}

function range(
  unit: 'Bytes' | 'Ms',
  group: { readonly min?: number | undefined; readonly max?: number | undefined } = {},
  at: RuleCursor,
): Readonly<Record<string, number>> {
  const { min, max } = group;
  if (min === undefined && max === undefined) at.problem('must hold "min" or "max"');
  if (min !== undefined && max !== undefined && min > max)
    at.problem('"min" is more than "max": nothing fits');
  return {
    ...(min === undefined ? {} : { [`min${unit}`]: min }),
    ...(max === undefined ? {} : { [`max${unit}`]: max }),
  };
}

/** Texts that may hold variables; of a list each at its own place. */
function noted(texts: readonly string[], at: RuleCursor): readonly string[] {
  for (const [index, text] of texts.entries()) at.at(index).text(text);
  return texts;
}

function readCompare(group: WrittenCondition['compare'], at: RuleCursor): Condition | undefined {
  const operator = COMPARE_KEYS.find((key) => group?.[key] !== undefined);
  if (group === undefined || operator === undefined) return undefined;
  const { left } = group;
  at.at('left').text(left);
  at.at(operator).text(String(group[operator]));
  if (operator !== 'isEmpty') return { kind: 'compare', left, operator, right: String(group[operator]) };
  const isEmpty: Condition = { kind: 'compare', left, operator, right: '' };
  return group.isEmpty === false ? { kind: 'not', of: isEmpty } : isEmpty;
}
