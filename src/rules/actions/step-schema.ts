import * as z from 'zod';
import {
  choice,
  duration,
  mustBe,
  onOff,
  strictGroup,
  text,
  timeLimit,
  wholeNumber,
} from '../../settings/setting-values.js';
import { conditions, type WrittenConditions } from '../conditions/condition-schema.js';
import { nameOf, oneOrMany, optional } from '../rule-values.js';
import { ACTION_KEYS, actionShape, type WrittenActions } from './action-schema.js';

export type WrittenSteps = WrittenStep | readonly WrittenStep[];

/** One entry of `do:`: an action with what goes with it, a branch or a loop. */
export interface WrittenStep extends WrittenActions, WrittenModifiers {
  readonly ifFailed?: WrittenSteps | undefined;
  readonly if?: WrittenConditions | undefined;
  readonly then?: WrittenSteps | undefined;
  readonly else?: WrittenSteps | undefined;
  readonly do?: WrittenSteps | undefined;
}

const modifiers = {
  title: optional(text('a title'), 'shown in the story of a run'),
  retries: optional(
    wholeNumber(0, 1000, 3),
    'tries after the first; a transfer has its own, within its group (default 0)',
  ),
  retryDelay: optional(duration, 'wait before each of them (default 2s)'),
  timeLimit: optional(timeLimit, 'how long the action may take'),
};

const loop = {
  each: optional(
    nameOf('a set of data'),
    'goes through what a `list` has noted; the row is in %ROW.NAME%, %ROW.PATH%, ...',
  ),
  orderBy: optional(choice(['found', 'name', 'size', 'time']), 'in which order (default found)'),
  descending: optional(onOff, 'in the contrary order'),
  firstRow: optional(wholeNumber(1, 1_000_000_000, 1), 'from this row on, counted from 1'),
  lastRow: optional(wholeNumber(1, 1_000_000_000, 10), 'up to this row'),
};

type WrittenModifiers = Readonly<z.output<z.ZodObject<typeof modifiers & typeof loop>>>;

const nested: z.ZodType<WrittenSteps> = z.lazy(() => steps);
const nestedOrNone: z.ZodType<WrittenSteps> = z.lazy(() => stepsOrNone);

/** Keys that go with an action. */
const ACTION_PARTS = ['ifFailed', ...Object.keys(modifiers)];
const BRANCH_PARTS = ['then', 'else'];
const LOOP_PARTS = ['do', ...Object.keys(loop).filter((key) => key !== 'each')];

/** What makes a step what it is: exactly one of these. */
export const STEP_HEADS = [...ACTION_KEYS, 'if', 'each'] as const;

const step: z.ZodType<WrittenStep> = strictGroup('a step', {
  ...actionShape,
  ...modifiers,
  ifFailed: optional(
    nestedOrNone,
    'steps that run exactly when the action failed; [] = the rule goes on (default: of copy, move and download `stop: thisRule`, as in EFT; of others nothing)',
  ),
  if: optional(conditions, 'a branch: when this holds, `then`, else `else`'),
  then: optional(nested, 'steps of a branch'),
  else: optional(nested, 'steps of a branch when its condition does not hold'),
  ...loop,
  do: optional(nested, 'steps of a loop, for each row'),
})
  .superRefine((group, context) => {
    const problem = shapeProblem(Object.keys(group));
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ id: 'step' });

function shapeProblem(keys: readonly string[]): string | undefined {
  const [head, second] = STEP_HEADS.filter((key) => keys.includes(key));
  if (head === undefined) return `must hold an action such as move, or "if", or "each"`;
  if (second !== undefined) return `holds ${head} and ${second}: each is a step of its own, with its own "-"`;
  const parts = head === 'if' ? BRANCH_PARTS : head === 'each' ? LOOP_PARTS : ACTION_PARTS;
  const foreign = keys.find((key) => key !== head && !parts.includes(key));
  if (foreign !== undefined)
    return `holds "${foreign}", which does not go with ${head}: ${parts.join(', ')} do`;
  const [needed] = head === 'if' || head === 'each' ? parts : [];
  if (needed === undefined || keys.includes(needed)) return undefined;
  return `holds ${head} but no "${needed}"`;
}

const WHAT = 'a step such as stop: thisRule, or a list of steps';

const stepsOrNone = oneOrMany(step, WHAT);

/** `do:`, `then:`: at least one. */
export const steps: z.ZodType<WrittenSteps> = z
  .union([step, z.array(step).min(1, { error: 'must hold a step' })], {
    error: (issue) => mustBe(WHAT, issue.input),
  })
  .meta({ id: 'steps' });
