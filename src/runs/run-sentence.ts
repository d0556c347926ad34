import type { StepRecord } from '../store/run-store.js';
import type { StoryFacts } from './run-story.js';
import type { ActionDetail } from './step-detail.js';

/** The sentence on top of a story: what happened to the files, whose side it is, and what became of the sources. */
export function sentenceOf(facts: StoryFacts): string {
  const { run } = facts;
  const shadow = run.isShadow ? 'Only tried, nothing was changed. ' : '';
  return `${shadow}${stateSentence(facts)}`;
}

function stateSentence(facts: StoryFacts): string {
  const { run } = facts;
  switch (run.state) {
    case 'waiting':
      return `Waits to begin${run.reason === undefined ? '.' : `: ${run.reason}.`}`;
    case 'running':
      return runningSentence(facts);
    case 'succeeded':
      return `Succeeded${run.reason === undefined ? '' : `: ${run.reason}`}. ${fileSentence(facts)}`.trim();
    case 'skipped':
      return `Nothing was done: ${run.reason ?? 'nothing was to be done'}.`;
    case 'cancelled':
      return `Cancelled: ${run.reason ?? 'a person asked for it'}. ${fileSentence(facts)}`.trim();
    case 'failed':
      return failedSentence(facts);
  }
}

function runningSentence({ steps }: StoryFacts): string {
  const now = steps.findLast(({ state, kind }) => state === 'running' && kind !== 'loop');
  if (now === undefined) return 'Under way.';
  const { waits } = (now.detail ?? {}) as ActionDetail;
  const how = waits === undefined ? 'is under way' : `waits: ${waits.reason}`;
  return `Step ${now.path} (${now.title}) ${how}.`;
}

function failedSentence(facts: StoryFacts): string {
  const { run, steps } = facts;
  const failed = steps.find(({ state }) => state === 'failed');
  if (failed === undefined) return `Failed: ${run.reason ?? 'for an unknown reason'}.`;
  const tries = triesOf(failed, facts);
  const after = tries > 1 ? ` after ${tries} attempts` : '';
  const { failure } = (failed.detail ?? {}) as ActionDetail;
  const code = failure === undefined || failure.lastCode < 0 ? '' : ` (${failure.lastCode})`;
  const side = failure === undefined ? '' : ` It is on ${SIDES[failure.side]}.`;
  return `Failed${after} at step ${failed.path}: ${failed.text}${code}.${side} ${fileSentence(facts)}`.trim();
}

const SIDES = {
  us: 'our side',
  partner: "the partner's side",
  network: 'the network between us',
  proxy: "the proxy's side",
} as const;

function triesOf(step: StepRecord, { attempts }: StoryFacts): number {
  const ofFiles = attempts
    .filter((attempt) => attempt.step === step.path)
    .map(({ attemptNumber }) => attemptNumber);
  return Math.max(step.attempt, ...ofFiles);
}

/** What became of the files and of their sources. */
function fileSentence({ run, deliveries }: StoryFacts): string {
  const total = run.filesSucceeded + run.filesFailed;
  if (total === 0) return '';
  const sent = `${run.filesSucceeded} of ${total} ${total === 1 ? 'file was' : 'files were'} transferred`;
  const removed = deliveries.filter(({ state }) => state === 'disposed').length;
  const sources =
    removed === 0
      ? 'nothing was deleted at the source'
      : `${removed} removed at the source, each after its proof`;
  return `${sent}; ${sources}.`;
}

/** What may be done now without harm. */
export function nextSafeActions(facts: StoryFacts): readonly { text: string; command: string }[] {
  const { run } = facts;
  const show = { text: 'See the rule as it stands now', command: `tally rules show ${run.rule}` };
  switch (run.state) {
    case 'waiting':
    case 'running':
      return [
        { text: 'Cancel it; what is under way is rolled back', command: `tally runs cancel ${run.id}` },
      ];
    case 'failed':
    case 'cancelled':
      return [
        {
          text: 'Do it again from the step that failed; it says first what would be sent twice',
          command: `tally runs retry ${run.id}`,
        },
        ...refusingConnections(facts).map((name) => ({
          text: 'After correcting the login, let the connection be used again',
          command: `tally connections release ${name}`,
        })),
        { text: 'Try the rule without changing anything', command: `tally rules test ${run.rule}` },
        show,
      ];
    case 'succeeded':
    case 'skipped':
      return [show];
  }
}

/** `NAME` stands for one that no attempt tells. */
function refusingConnections({ steps, attempts }: StoryFacts): readonly string[] {
  const refused = steps.some(
    ({ errorCode }) => errorCode === 'AUTH_REJECTED' || errorCode === 'PARTNER_PARKED',
  );
  if (!refused) return [];
  const names = attempts
    .filter(({ errorCode }) => errorCode === 'AUTH_REJECTED')
    .map(({ partner }) => partner);
  return names.length === 0 ? ['NAME'] : [...new Set(names)];
}
