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

/** A file that is missing may be one that an earlier step would have made by then. */
function afterEffects(step: StoryStep, before: readonly StoryStep[]): readonly string[] {
  if (!mayComeFromBefore(step, before)) return [];
  return [
    `step ${step.path} (${step.title}) looks for what is not there; a step before it may have made it by then`,
  ];
}

/** True for a step that failed for a file which an earlier step of the same run may have made. */
export function mayComeFromBefore(step: StoryStep, before: readonly StoryStep[]): boolean {
  return (
    step.state === 'failed' &&
    step.errorCode === 'NOT_FOUND' &&
    before.some(({ kind, state }) => state === 'succeeded' && LEAVES_SOMETHING.has(kind))
  );
}

function outcomeGap({ kind, state, path, title }: StoryStep): readonly string[] {
  if (state !== 'succeeded') return [];
  if (kind === 'run') return [`what the program of step ${path} (${title}) answers`];
  if (kind === 'http') return [`what the server of step ${path} (${title}) answers`];
  return [];
}
