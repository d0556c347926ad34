import type { Condition, CompareOperator } from './condition.js';

/** A condition as a person would say it: `file name matches *.xml and size is at least 1 KB`. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
      return condition.of.length === 0 ? 'always' : joined(condition.of, ' and ');
    case 'any':
      return condition.of.length === 0 ? 'never' : joined(condition.of, ' or ');
    case 'not':
      return `not ${grouped(condition.of)}`;
    case 'fileName':
      return `file name matches ${choice(condition.masks)}`;
    case 'path':
      return `path matches ${choice(condition.masks)}`;
    case 'size':
      return `size is ${rangeText(condition.minBytes, condition.maxBytes, bytesText)}`;
    case 'age':
      return `age is ${rangeText(condition.minMs, condition.maxMs, durationText)}`;
    case 'contentType':
      return `content type is ${choice(condition.types)}`;
    case 'timeOfDay':
      return `time of day is from ${clockText(condition.fromMinute)} to ${clockText(condition.toMinute)} (${condition.timeZone})`;
    case 'weekday':
      return `weekday is ${choice(condition.days.map(dayName))} (${condition.timeZone})`;
    case 'calendar':
      return `the day is one of the calendar ${condition.calendar} (${condition.timeZone})`;
    case 'compare':
      return compareText(condition.left, condition.operator, condition.right);
    case 'exists':
      return `${condition.location} exists`;
  }
}

/** `mon` for 1 ... `sun` for 7. */
export function dayName(day: number): string {
  return (
    ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][day - 1] ?? String(day)
  );
}

/** Minutes since 00:00 as `06:30`. */
export function clockText(minutes: number): string {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** In the largest unit that shows the number exactly: `90 s`, `2 h`. */
export function durationText(ms: number): string {
  const units: readonly [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  const unit = units.find(([size]) => ms !== 0 && ms % size === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[0]} ${unit[1]}`;
}

/** In the largest unit that shows the number exactly: `1536 bytes`, `10 MiB`. */
export function bytesText(bytes: number): string {
  const units: readonly [number, string][] = [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ];
  const unit = units.find(([size]) => bytes !== 0 && bytes % size === 0);
  return unit === undefined ? `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}` : `${bytes / unit[0]} ${unit[1]}`;
}

function joined(conditions: readonly Condition[], word: string): string {
  return conditions.length === 1
    ? conditions.map(conditionText).join('')
    : conditions.map(grouped).join(word);
}

function grouped(condition: Condition): string {
  const isGroup = (condition.kind === 'all' || condition.kind === 'any') && condition.of.length > 1;
  return isGroup ? `(${conditionText(condition)})` : conditionText(condition);
}

function choice(words: readonly string[]): string {
  return words.length === 0 ? 'nothing' : words.join(' or ');
}

function rangeText(
  min: number | undefined,
  max: number | undefined,
  show: (value: number) => string,
): string {
  if (min !== undefined && max !== undefined) return `from ${show(min)} to ${show(max)}`;
  if (min !== undefined) return `at least ${show(min)}`;
  return max === undefined ? 'anything' : `at most ${show(max)}`;
}

const OPERATOR_WORDS: Readonly<Record<CompareOperator, string>> = {
  equals: 'is',
  notEquals: 'is not',
  contains: 'contains',
  startsWith: 'begins with',
  endsWith: 'ends with',
  matches: 'matches',
  less: 'is less than',
  greater: 'is greater than',
  isEmpty: 'is empty',
};

function compareText(left: string, operator: CompareOperator, right: string): string {
  const words = OPERATOR_WORDS[operator];
  return operator === 'isEmpty' ? `${left} ${words}` : `${left} ${words} ${right === '' ? '""' : right}`;
}
