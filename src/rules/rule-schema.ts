import type * as z from 'zod';
import {
  choice,
  onOff,
  strictGroup,
  text,
  timeLimit,
  timeZone,
  wholeNumber,
} from '../settings/setting-values.js';
import { steps } from './actions/step-schema.js';
import { conditions } from './conditions/condition-schema.js';
import {
  calendarDay,
  clockTime,
  longText,
  nameOf,
  oneOrMany,
  optional,
  preset,
  says,
  shortOr,
  textList,
  texts,
  VARIABLE_NAME,
  weekdays,
} from './rule-values.js';
import { triggers } from './triggers/trigger-schema.js';

const files = strictGroup('files', {
  masks: preset(textList('a mask such as *.csv'), ['*'], 'which files count, by their name'),
  by: says(clockTime, 'until this time of day'),
  from: preset(clockTime, '00:00', 'counted from this time of day on'),
  atLeast: preset(wholeNumber(1, 1_000_000, 1), 1, 'so many'),
  on: preset(weekdays, 'mon-sun', 'on these days of the week'),
  notOn: optional(nameOf('a calendar'), 'not on the days of this calendar'),
  timeZone: optional(timeZone, "zone of the times (default: the machine's)"),
});

const silence = (what: string) =>
  shortOr(
    timeLimit,
    strictGroup(what, { within: says(timeLimit, 'an alarm when none succeeded for so long') }),
    'a duration such as 30m',
  );

const expectation = strictGroup('an expectation', {
  name: optional(text('a name'), 'stands in the alarm; made from the expectation when absent'),
  files: optional(files, 'files that the rule must have moved by a time of day'),
  poll: optional(silence('poll'), 'that looking for files succeeds again and again'),
  run: optional(silence('run'), 'that the rule succeeds again and again'),
}).superRefine((group, context) => {
  if ([group.files, group.poll, group.run].filter((each) => each !== undefined).length === 1) return;
  context.addIssue({ code: 'custom', message: 'must hold exactly one of files, poll and run' });
});

/** One rule. */
export const ruleSchema = strictGroup('a rule', {
  description: optional(longText, 'what it is for'),
  enabled: preset(onOff, true, 'false: it never runs'),
  shadow: preset(onOff, false, 'true: it records what it would do and does none of it'),
  on: says(triggers, 'when it runs: a trigger, or a list of them'),
  variables: preset(texts('a variable', VARIABLE_NAME), {}, 'own variables: %NAME% in texts'),
  when: optional(conditions, 'what must hold; default: nothing'),
  do: says(steps, 'what it does, one step after another'),
  else: optional(steps, 'what it does when the condition does not hold'),
  overlap: optional(
    choice(['skip', 'queue', 'parallel'], {
      skip: 'the second run is left out',
      queue: 'the second run waits',
      parallel: 'they run beside each other',
    }),
    'of two runs of this rule at the same time (default: skip when it runs by the clock only, parallel when it watches files, else queue)',
  ),
  maxParallel: preset(wholeNumber(1, 1000, 4), 4, 'with overlap: parallel, so many at a time'),
  parallelTransfers: preset(
    onOff,
    false,
    "neighbouring copies and downloads at once; any other action, or a move, is a meeting point (EFT's ExecuteTransferActionsInParallel)",
  ),
  roots: optional(
    textList('a folder'),
    'local folders that its actions may touch (default: those that its triggers and actions name)',
  ),
  timeLimit: optional(timeLimit, 'how long a run may take'),
  quarantineAfter: preset(
    wholeNumber(1, 1000, 5),
    5,
    'a file that fails permanently so often is put aside; the others go on',
  ),
  expect: optional(
    oneOrMany(expectation, 'an expectation, or a list of them'),
    'what must have happened by now; an alarm when it did not',
  ),
}).meta({ id: 'rule' });

export type WrittenRule = z.output<typeof ruleSchema>;
export type WrittenExpectation = z.output<typeof expectation>;

/** One calendar: named days. */
export const calendarSchema = strictGroup('a calendar', {
  days: preset(
    oneOrMany(calendarDay, 'a day such as 2026-12-25, or a list of them').transform(
      (value): readonly string[] => (typeof value === 'string' ? [value] : value),
    ),
    [],
    'days such as 2026-12-25, or 12-25 for each year',
  ),
  weekdays: preset(weekdays, [], 'days of each week, such as sat, sun'),
}).meta({ id: 'calendar' });

export type WrittenCalendar = z.output<typeof calendarSchema>;
