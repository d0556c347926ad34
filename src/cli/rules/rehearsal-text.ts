import { localTime } from '../../client-log/local-time.js';
import { counted } from '../../core/counted.js';
import { offsetText } from '../../core/offset-text.js';
import { printable } from '../../core/printable.js';
import type { Rehearsal, RehearsedLook, RehearsedRun } from '../../engine/rehearsal/rehearsal.js';
import type { RunStory } from '../../runs/run-story.js';
import { storyStepLines } from '../../runs/run-story-text.js';
import { showBytes } from '../../settings/byte-size.js';
import { showDuration } from '../../settings/duration.js';
import { zoneTime } from '../../rules/triggers/zone-time.js';
import type { FileVerdict } from '../../trigger-sources/file-verdict.js';
import { timeWords } from '../daemon/command-parts.js';
import { SIDE_NAMES } from '../error-text.js';
import type { Style } from '../style.js';
import { wrapText } from '../wrap-text.js';

export interface RehearsalTextOptions {
  readonly style: Style;
  /** Infinity in a pipe. */
  readonly width: number;
  readonly timeZone: string;
}

/** A test for people: the files and why, then each run with what it would do, then what nobody could know. */
export function rehearsalLines(rehearsal: Rehearsal, options: RehearsalTextOptions): readonly string[] {
  const { style, width, timeZone } = options;
  const { rule, isEnabled, atMs, looks, runs, untriedFiles, gaps } = rehearsal;
  const off = isEnabled ? '' : ' It is disabled: nothing of this happens before it is enabled.';
  const head = `${printable(rule)} at ${momentText(atMs, timeZone)}. Only tested, nothing was changed.${off}`;
  return [
    ...wrapText(head, { width, lead: '' }).map(style.strong),
    ...looks.flatMap((look) => ['', ...lookLines(look, options)]),
    ...runs.flatMap((run) => ['', ...runLines(run, options)]),
    ...(runs.length === 0 ? ['', ...wrapText(noRunText(looks), { width, lead: '' })] : []),
    ...(untriedFiles === 0
      ? []
      : [
          '',
          `${counted(untriedFiles, 'more ready file')} ${untriedFiles === 1 ? 'was' : 'were'} not tried: --limit`,
        ]),
    ...(gaps.length === 0 ? [] : ['', 'Not known before a real run:']),
    ...gaps.flatMap((gap) => wrapText(printable(gap, 2000), { width, lead: '  ' })),
  ];
}

/** `2026-12-01 06:00:00 +01:00` */
function momentText(atMs: number, timeZone: string): string {
  return `${localTime(atMs, timeZone).time} ${offsetText(zoneTime(timeZone).offsetMs(atMs))}`;
}

function noRunText(looks: readonly RehearsedLook[]): string {
  const isUnknown = looks.some(({ failure }) => failure !== undefined);
  return isUnknown
    ? 'No run was tried: what lies there is not known, as not every place could be looked at.'
    : 'No run: there is nothing to do.';
}

const SIGNS: Readonly<Record<FileVerdict['state'], string>> = {
  ready: '+',
  notYet: '.',
  leftOut: '-',
  taken: '=',
};

function lookLines(
  { trigger, settleMs, verdicts, failure }: RehearsedLook,
  { style, width }: RehearsalTextOptions,
): readonly string[] {
  const title = printable(trigger, 1000);
  if (failure !== undefined) {
    const what = `${title}: cannot be looked at: ${printable(failure.message, 2000)} [${failure.code}]`;
    return [
      ...wrapText(what, { width, lead: '' }).map(style.bad),
      ...wrapText(`${SIDE_NAMES[failure.side]}: ${failure.advice}`, { width, lead: '  ' }),
    ];
  }
  const ready = verdicts.filter(({ state }) => state === 'ready').length;
  const settle =
    ready === 0 || settleMs === 0
      ? ''
      : `; the daemon takes one when it saw it the same for ${showDuration(settleMs)}`;
  return [
    ...wrapText(`${title}: ${counted(verdicts.length, 'file')}, ${ready} ready${settle}`, {
      width,
      lead: '',
    }),
    ...verdicts.flatMap((verdict) => {
      const color = verdict.state === 'ready' ? style.good : style.faint;
      return wrapText(verdictText(verdict), { width, lead: `  ${SIGNS[verdict.state]} ` }).map(color);
    }),
  ];
}

function verdictText({ path, sizeBytes, state, reason }: FileVerdict): string {
  const size = sizeBytes === undefined ? '' : ` (${showBytes(sizeBytes)})`;
  return `${printable(path, Infinity)}${size} ${STATE_WORDS[state]}${state === 'ready' ? '' : `: ${reason}`}`;
}

const STATE_WORDS: Readonly<Record<FileVerdict['state'], string>> = {
  ready: 'ready',
  notYet: 'not yet',
  leftOut: 'left out',
  taken: 'taken before',
};

function runLines(rehearsed: RehearsedRun, options: RehearsalTextOptions): readonly string[] {
  const { event, story, called, followers } = rehearsed;
  const { style, width } = options;
  const { file } = event;
  const what = file === undefined ? '' : ` with ${placeText(file)}`;
  const head = `A run as if by ${event.trigger}${what}: ${endText(rehearsed)}`;
  return [
    ...wrapText(head, { width, lead: '' }).map(story.state === 'failed' ? style.bad : style.strong),
    ...stepLines(story, options),
    ...called.flatMap((each) => [`  It calls ${printable(each.rule)}:`, ...stepLines(each, options)]),
    ...(followers.length === 0
      ? []
      : [`  After it runs ${followers.map((name) => printable(name)).join(', ')}`]),
  ];
}

function stepLines({ steps }: RunStory, { width, timeZone }: RehearsalTextOptions): readonly string[] {
  const showTime = (ms: number) => timeWords(new Date(ms).toISOString(), timeZone);
  return storyStepLines(steps, { width: width - 2, showTime, showsTook: false }).map((line) => `  ${line}`);
}

function placeText({ connection, path }: { readonly connection: string; readonly path: string }): string {
  return printable(connection === '' ? path : `${connection}:${path}`, Infinity);
}

function endText({ story, reason }: RehearsedRun): string {
  const why = reason === '' ? '' : `: ${printable(reason, 2000)}`;
  switch (story.state) {
    case 'succeeded':
      return 'would go well';
    case 'failed':
      return `would fail${why}`;
    case 'skipped':
      return `would do nothing${why}`;
    case 'waiting':
    case 'running':
      return `would wait${why}`;
    case 'cancelled':
      return `would be cancelled${why}`;
  }
}
