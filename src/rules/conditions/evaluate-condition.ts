import { DateTime } from 'luxon';
import { TransferError } from '../../core/transfer-error.js';
import { dosMatcher } from '../../transfers/wildcard.js';
import { isCalendarDay, type Calendar } from '../calendar.js';
import type { VariableScope } from '../variables/variable-scope.js';
import { compareValues } from './compare-values.js';
import { bytesText, clockText, conditionText, dayName } from './condition-text.js';
import type { Condition, EvaluatedCondition } from './condition.js';
import { contentTypeOf, fitsContentType } from './content-type.js';
import { fileAtHand, modifiedMsAtHand, scopeToCompare, type NamedValue } from './values-at-hand.js';
import { wholePathMask } from './whole-path-mask.js';

/** What a condition is decided by. */
export interface EvaluationFacts {
  readonly scope: VariableScope;
  readonly nowMs: number;
  readonly calendars: Readonly<Record<string, Calendar>>;
  /** Looks whether something is there, here or at a partner; the location is expanded. Rejects when it cannot tell. */
  readonly exists: (location: string) => Promise<boolean>;
}

/**
 * Decides a condition and keeps what each part of it found. File name, path, size, age and type are those of the
 * row within a loop, else of the event's file; a condition on a file that is not there does not hold. Rejects where it
 * cannot be decided: a place that cannot be looked at, a variable that does not exist, a calendar that is gone.
 */
export async function evaluateCondition(
  condition: Condition,
  facts: EvaluationFacts,
): Promise<EvaluatedCondition> {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return evaluateGroup(condition, facts);
    case 'not': {
      const inner = await evaluateCondition(condition.of, facts);
      return { text: 'not', holds: !inner.holds, found: '', of: [inner] };
    }
    case 'exists': {
      const location = facts.scope.location(condition.location);
      const holds = await facts.exists(location);
      return leaf(condition, { holds, found: `${location} ${holds ? 'is there' : 'is not there'}` });
    }
    case 'compare': {
      const scope = scopeToCompare(facts.scope, [condition.left, condition.right]);
      const [left, right] = [scope.text(condition.left), scope.text(condition.right)];
      const holds = compareValues(left, condition.operator, right);
      return leaf(condition, { holds, found: comparedText(condition.left, left, condition.right, right) });
    }
    case 'timeOfDay':
    case 'weekday':
    case 'calendar':
      return leaf(condition, evaluateTime(condition, facts));
    case 'fileName':
    case 'path':
    case 'size':
    case 'age':
    case 'contentType':
      return leaf(condition, evaluateFile(condition, facts));
  }
}

type FileCondition = Extract<Condition, { kind: 'fileName' | 'path' | 'size' | 'age' | 'contentType' }>;
type TimeCondition = Extract<Condition, { kind: 'timeOfDay' | 'weekday' | 'calendar' }>;
type Group = Extract<Condition, { kind: 'all' | 'any' }>;
type Finding = Pick<EvaluatedCondition, 'holds' | 'found'>;

function leaf(condition: Condition, finding: Finding): EvaluatedCondition {
  return { text: conditionText(condition), ...finding };
}

/** A partner is asked last, and only where the other parts leave the question open. */
async function evaluateGroup(group: Group, facts: EvaluationFacts): Promise<EvaluatedCondition> {
  const deciding = group.kind === 'any';
  const found = new Map<Condition, EvaluatedCondition>();
  const inOrder = [...group.of].sort(
    (one, other) => Number(looksElsewhere(one)) - Number(looksElsewhere(other)),
  );
  let isDecided = false;
  for (const part of inOrder) {
    const isLeftOut: boolean = isDecided && looksElsewhere(part);
    const evaluated: EvaluatedCondition = isLeftOut
      ? notLookedAt(part)
      : await evaluateCondition(part, facts);
    found.set(part, evaluated);
    isDecided ||= !isLeftOut && evaluated.holds === deciding;
  }
  const of = group.of.map((part) => found.get(part) ?? notLookedAt(part));
  const holding = of.filter(({ holds }) => holds).length;
  return {
    text: group.kind === 'all' ? 'all of these' : 'any of these',
    holds: isDecided ? deciding : !deciding,
    found: `${holding} of ${of.length} hold${of.length === 1 ? 's' : ''}`,
    of,
  };
}

function notLookedAt(condition: Condition): EvaluatedCondition {
  return leaf(condition, { holds: false, found: 'not looked at: the others decide already' });
}

function looksElsewhere(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some(looksElsewhere);
  return condition.kind === 'not' ? looksElsewhere(condition.of) : condition.kind === 'exists';
}

function evaluateFile(condition: FileCondition, { scope, nowMs }: EvaluationFacts): Finding {
  switch (condition.kind) {
    case 'fileName': {
      const masks = condition.masks.map((mask) => dosMatcher(scope.text(mask)));
      return onValue(fileAtHand(scope, 'NAME'), (name) => masks.some((fits) => fits(name)));
    }
    case 'path': {
      const masks = condition.masks.map((mask) => wholePathMask(scope.text(mask)));
      return onValue(fileAtHand(scope, 'PATH'), (path) => masks.some((fits) => fits(path)));
    }
    case 'contentType': {
      const name = fileAtHand(scope, 'NAME');
      if (name.value === undefined) return onValue(name, () => false);
      const type = contentTypeOf(name.value);
      const holds = condition.types.some((wanted) => fitsContentType(type, wanted));
      return { holds, found: `${name.value} is ${type} by its name` };
    }
    case 'size': {
      const size = fileAtHand(scope, 'SIZE');
      const within = (bytes: number) => isWithin(bytes, condition.minBytes, condition.maxBytes);
      return onNumber(size.value === undefined ? undefined : Number(size.value), within, bytesText, 'size');
    }
    case 'age': {
      const modifiedMs = modifiedMsAtHand(scope);
      const ageMs = modifiedMs === undefined ? undefined : nowMs - modifiedMs;
      const within = (ms: number) => isWithin(ms, condition.minMs, condition.maxMs);
      return onNumber(ageMs, within, (ms) => `${Math.round(ms / 1000)} s`, 'age');
    }
  }
}

function onValue({ name, value }: NamedValue, holds: (value: string) => boolean): Finding {
  if (value === undefined) return { holds: false, found: 'there is no file' };
  return { holds: holds(value), found: `%${name}% = ${value}` };
}

function onNumber(
  value: number | undefined,
  holds: (value: number) => boolean,
  show: (value: number) => string,
  what: string,
): Finding {
  if (value === undefined || Number.isNaN(value)) return { holds: false, found: `the ${what} is not known` };
  return { holds: holds(value), found: `${what} = ${show(value)}` };
}

function isWithin(value: number, min: number | undefined, max: number | undefined): boolean {
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity);
}

function evaluateTime(condition: TimeCondition, { nowMs, calendars }: EvaluationFacts): Finding {
  const local = DateTime.fromMillis(nowMs, { zone: condition.timeZone });
  switch (condition.kind) {
    case 'timeOfDay': {
      const minute = local.hour * 60 + local.minute;
      return { holds: isInWindow(minute, condition), found: `it is ${clockText(minute)} there` };
    }
    case 'weekday':
      return {
        holds: condition.days.includes(local.weekday),
        found: `it is ${dayName(local.weekday)} there`,
      };
    case 'calendar': {
      const calendar = Object.hasOwn(calendars, condition.calendar)
        ? calendars[condition.calendar]
        : undefined;
      if (calendar === undefined) throw calendarGone(condition.calendar);
      const { year, month, day, weekday } = local;
      const holds = isCalendarDay(calendar, { year, month, day, weekday });
      return { holds, found: `it is ${dayName(weekday)} ${local.toFormat('yyyy-MM-dd')} there` };
    }
  }
}

/** Of the clock on the wall: an hour that comes twice is in the window twice, one that is left out never. */
function isInWindow(
  minute: number,
  { fromMinute, toMinute }: { fromMinute: number; toMinute: number },
): boolean {
  if (fromMinute <= toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}

function comparedText(leftText: string, left: string, rightText: string, right: string): string {
  const sides = [[leftText, left] as const, [rightText, right] as const].filter(
    ([text, value]) => text !== value,
  );
  return sides.map(([text, value]) => `${text} = ${value === '' ? '""' : value}`).join(', ');
}

function calendarGone(name: string): TransferError {
  return new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'rule',
    message: `the settings have no calendar "${name}" any more`,
    advice: 'Add it under calendars, or take it out of the rule.',
  });
}
