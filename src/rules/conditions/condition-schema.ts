import * as z from 'zod';
import { longDuration, mustBe, onOff, strictGroup, text, timeZone } from '../../settings/setting-values.js';
import { anyText, clockTime, fileSize, nameOf, optional, says, textList, weekdays } from '../rule-values.js';

/** Conditions as they are written: a group whose keys must all hold, or a list of groups that must all hold. */
export type WrittenConditions = WrittenCondition | readonly WrittenCondition[];

export interface WrittenCondition extends WrittenLeaves {
  readonly all?: WrittenConditions | undefined;
  readonly any?: WrittenConditions | undefined;
  readonly not?: WrittenCondition | undefined;
}

const size = strictGroup('size', {
  min: optional(fileSize, 'at least so large'),
  max: optional(fileSize, 'at most so large; 0 = empty files only'),
});

const age = strictGroup('age', {
  min: optional(longDuration, 'last changed at least so long ago'),
  max: optional(longDuration, 'last changed at most so long ago'),
});

const timeOfDay = strictGroup('timeOfDay', {
  from: says(clockTime, 'from this time on'),
  to: says(clockTime, 'up to this time, which no longer counts; over midnight when it is earlier'),
  timeZone: optional(timeZone, "zone of both (default: the machine's)"),
});

const weekdayGroup = strictGroup('weekday', {
  days: says(weekdays, 'the days'),
  timeZone: optional(timeZone, "zone in which the day begins (default: the machine's)"),
});

const calendarGroup = strictGroup('calendar', {
  name: says(nameOf('a calendar'), 'a calendar of the settings'),
  timeZone: optional(timeZone, "zone in which the day begins (default: the machine's)"),
});

const operators = {
  equals: optional(anyText, 'the same text, with regard to case'),
  notEquals: optional(anyText, 'another text'),
  contains: optional(anyText, 'holds this text'),
  startsWith: optional(anyText, 'begins with this text'),
  endsWith: optional(anyText, 'ends with this text'),
  matches: optional(anyText, 'fits this mask (*, ?), without regard to case'),
  less: optional(anyText, 'less: as numbers where both are numbers, else as texts'),
  greater: optional(anyText, 'greater: as numbers where both are numbers, else as texts'),
  isEmpty: optional(onOff, 'true: nothing; false: something'),
};

export const COMPARE_KEYS = Object.keys(operators) as readonly (keyof typeof operators)[];

const compare = strictGroup('compare', {
  left: says(anyText, 'what is looked at, such as %FS.FILE_NAME%'),
  ...operators,
}).superRefine((group, context) => {
  const given = COMPARE_KEYS.filter((key) => group[key] !== undefined);
  if (given.length === 1) return;
  context.addIssue({ code: 'custom', message: `must hold exactly one of ${COMPARE_KEYS.join(', ')}` });
});

const leaves = {
  fileName: optional(textList('a mask such as *.xml'), "masks on the file's name, without regard to case"),
  path: optional(textList('a mask such as /in/**/*.xml'), 'masks on the whole path; ** goes through folders'),
  size: optional(size, "the file's size"),
  age: optional(age, "time since the file's last change"),
  contentType: optional(
    textList('a type such as text/csv or image/*'),
    "the type by the name's extension, such as text/csv or image/*",
  ),
  timeOfDay: optional(timeOfDay, 'between two times of day'),
  weekday: optional(
    z.union([weekdays, weekdayGroup], { error: (issue) => mustBe('days such as mon-fri', issue.input) }),
    'on these days of the week, such as mon-fri',
  ),
  calendar: optional(
    z.union([nameOf('a calendar'), calendarGroup], {
      error: (issue) => mustBe('the name of a calendar', issue.input),
    }),
    'on a day of this calendar',
  ),
  compare: optional(compare, 'two texts, with variables'),
  exists: optional(text('a location'), 'a file or folder that is there, here or at a partner'),
};

type WrittenLeaves = Readonly<z.output<z.ZodObject<typeof leaves>>>;

const nested: z.ZodType<WrittenConditions> = z.lazy(() => conditions);
const single: z.ZodType<WrittenCondition> = z
  .lazy(() => group)
  .refine((value) => Object.keys(value).length <= 1, {
    error: 'must hold one condition only: say not: { all: [...] } or not: { any: [...] }',
  });

const group: z.ZodType<WrittenCondition> = strictGroup('a condition', {
  all: optional(nested, 'each of these: a list of conditions, or a group of them'),
  any: optional(nested, 'at least one of these: a list of conditions, or a group of them'),
  not: optional(single, 'the contrary of this one condition'),
  ...leaves,
}).superRefine((value, context) => {
  if (Object.keys(value).length > 0) return;
  context.addIssue({ code: 'custom', message: `must hold a condition such as fileName: "*.xml"` });
});

const WHAT = 'a condition such as fileName: "*.xml", or a list of them';

/** `when:` and `if:`. */
export const conditions: z.ZodType<WrittenConditions> = z
  .union([group, z.array(group).min(1, { error: 'must not be empty' })], {
    error: (issue) => mustBe(WHAT, issue.input),
  })
  .meta({ id: 'conditions' });

export const CONDITION_KEYS = ['all', 'any', 'not', ...Object.keys(leaves)];
