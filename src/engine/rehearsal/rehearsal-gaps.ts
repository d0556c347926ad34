import type { Step } from '../../rules/actions/action.js';
import type { Condition } from '../../rules/conditions/condition.js';
import type { StoryStep } from '../../runs/run-story.js';
import type { RehearsedRun } from './rehearsal.js';

/** Kinds of actions that leave something for the steps after them. */
const LEAVES_SOMETHING: ReadonlySet<string> = new Set([
  'copy',
  'move',
  'download',
  'rename',
  'delete',
  'makeFolder',
  'archive',
  'compress',
  'extract',
  'encrypt',
  'decrypt',
  'sign',
  'run',
  'http',
]);

/** What nobody can know of a run without doing it, as sentences. */
export function chainGaps({ story, called }: Pick<RehearsedRun, 'story' | 'called'>): readonly string[] {
  return [story, ...called].flatMap(({ steps: each }) => [
    ...each.flatMap((step, index) => afterEffects(step, each.slice(0, index))),
    ...each.flatMap(outcomeGap),
  ]);
}

/** Conditions that look at places which a step before them may have changed by then. */
export function placeGaps(steps: readonly Step[]): readonly string[] {
  const asks = steps.some(
    (step, index) => index > 0 && step.kind === 'branch' && looksAtPlaces(step.condition),
  );
  return asks
    ? ['a condition within the rule asks what exists; the steps before it may have changed that by then']
    : [];
}

function looksAtPlaces(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some(looksAtPlaces);
  return condition.kind === 'not' ? looksAtPlaces(condition.of) : condition.kind === 'exists';
}

/** A file that is missing may be one that an earlier step would have made by then. */
function afterEffects(step: StoryStep, before: readonly StoryStep[]): readonly string[] {
  if (!mayComeFromBefore(step, before)) return [];
  return [
    `step ${step.path} (${step.title}) looks for what is not there; a step before it may have made it by then`,
  ];
}

/** True for a step that failed for a file which an earlier step of the same run may have made. */
export function mayComeFromBefore(step: StoryStep, before: readonly StoryStep[]): boolean {
  return step.state === 'failed' && step.errorCode === 'NOT_FOUND' && before.some(leavesSomething);
}

function outcomeGap({ kind, state, path, title }: StoryStep): readonly string[] {
  if (state !== 'succeeded') return [];
  if (kind === 'run') return [`what the program of step ${path} (${title}) answers`];
  if (kind === 'http') return [`what the server of step ${path} (${title}) answers`];
  return [];
}

function leavesSomething({ kind, state }: StoryStep): boolean {
  return state === 'succeeded' && LEAVES_SOMETHING.has(kind);
}
