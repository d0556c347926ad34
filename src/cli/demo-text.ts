import { parseLine } from '../client-log/parse.js';
import { codeInWords } from '../client-log/result-codes/explain-code.js';
import { errorFacts } from '../core/error-codes.js';
import { printable } from '../core/printable.js';
import type { DemoStep } from '../engine/demo/run-demo.js';
import type { DemoRulesReport } from '../engine/demo/run-demo-rules.js';
import type { TransferReport } from '../engine/one-shot-transfer.js';
import type { RunStory } from '../runs/run-story.js';
import { storyStepLines } from '../runs/run-story-text.js';
import { showBytes } from '../settings/byte-size.js';
import { showDuration } from '../settings/duration.js';
import type { DemoPartners } from '../simulator/demo-partners.js';
import { failureCodeWords } from './code-words.js';
import { commandFlagWords } from './flag-words.js';
import { SIDE_NAMES } from './error-text.js';
import { remotePlace } from './place-text.js';
import { shellLine } from './shell-words.js';
import type { Style } from './style.js';

const TITLE_WIDTH = 25;

/** What the demo is about to do, and with whom. */
export function partnersLines(folder: string, partners: DemoPartners, style: Style): readonly string[] {
  const { sftp, ftp, ftpsExplicit, ftpsImplicit } = partners;
  const places = [
    ['SFTP', sftp.port],
    ['FTP', ftp.port],
    ['FTPS explicit', ftpsExplicit.port],
    ['FTPS implicit', ftpsImplicit.port],
  ] as const;
  return [
    style.strong(
      'Tallyman demo: real files go to four partners and back, some of it fails, rules run, all of it is logged.',
    ),
    `  partners on 127.0.0.1: ${places.map(([name, port]) => `${name} :${port}`).join(', ')}`,
    `  folder: ${printable(folder)} (its tallyman.yaml names the partners)`,
  ];
}

const SECTION_TITLES = {
  push: '1. Push a folder to each partner',
  pull: '2. Pull what each partner has for us',
  fail: '3. What goes wrong is said in words, with whose side it is',
} as const;

export function sectionLines(step: DemoStep, style: Style): readonly string[] {
  const lines = ['', style.strong(SECTION_TITLES[step.section])];
  return step.section === 'fail' ? lines : [...lines, style.faint(`  $ ${commandText(step)}`)];
}

/** One line for what went well, four for what failed. */
export function stepLines(
  step: DemoStep,
  { result, request }: TransferReport,
  isExpected: boolean,
  style: Style,
): readonly string[] {
  const surprise = isExpected ? [] : [style.bad('  This should not have happened in the demo.')];
  const error = result.stoppedBy ?? result.failures[0]?.error;
  if (error === undefined) {
    const done = step.section === 'pull' ? 'fetched' : 'sent';
    const facts = `${result.succeeded} ${done}, ${showBytes(result.movedBytes)} in ${showDuration(result.elapsedMs)}`;
    return [`  ${style.good('ok')}  ${step.title.padEnd(TITLE_WIDTH)} ${facts}`, ...surprise];
  }
  const { protocol } = remotePlace(request.source, request.destination).endpoint.columns;
  return [
    `  ${style.bad(step.title)}  ${style.faint(`$ ${commandText(step)}`)}`,
    `      ${failureCodeWords(error, protocol)}. ${errorFacts(error.code).summary}`,
    `      ${SIDE_NAMES[error.side]}: ${error.advice}`,
    ...surprise,
  ];
}

function commandText({ order, flags }: DemoStep): string {
  const words = [
    'tally',
    order.verb,
    order.source,
    order.destination,
    ...commandFlagWords(order.verb, flags),
  ];
  return shellLine(words, 'linux') ?? words.join(' ');
}

/** What a daemon did by the rules of the demo, each run as `runs show` tells it. */
export function ruleLines({ rules, notices }: DemoRulesReport, style: Style): readonly string[] {
  return [
    '',
    style.strong('4. A daemon runs the rules of the same tallyman.yaml'),
    ...rules.flatMap(({ rule, stories, isExpected }) => [
      `  ${style.strong(rule.name)}  ${rule.title}`,
      ...stories.flatMap((story) => storyLines(story, style)),
      ...(isExpected ? [] : [style.bad('  This should not have happened in the demo.')]),
    ]),
    ...notices.map((text) => `  The daemon tells people: ${printable(text, 1000)}`),
  ];
}

function storyLines({ run, state, sentence, steps }: RunStory, style: Style): readonly string[] {
  const color = state === 'failed' ? style.bad : style.good;
  const showTime = (ms: number) => new Date(ms).toISOString().slice(11, 19);
  const taken = steps.filter((step) => step.state !== 'notTaken');
  return [
    color(`    run ${run}: ${printable(sentence, 1000)}`),
    ...storyStepLines(taken, { width: Infinity, showTime, showsTook: false }).map((line) => `      ${line}`),
  ];
}

/** The log as it lies on disk, each line with its code in words. */
export function logLines(file: string, lines: readonly string[], style: Style): readonly string[] {
  return [
    '',
    style.strong(`5. The client log, as EFT administrators know it: ${printable(file)}`),
    ...lines.flatMap((line) => [printable(line, 4000), `    ${lineInWords(line, style)}`]),
  ];
}

function lineInWords(line: string, style: Style): string {
  const parsed = parseLine(line);
  if (parsed.kind === 'malformed') return style.bad(parsed.reason);
  const { code, protocol, result } = parsed.record;
  const words = codeInWords(code, protocol);
  return result === 'failed' ? style.bad(`failed: ${words}`) : style.good(`succeeded: ${words}`);
}

export function farewellLines(folder: string, isFine: boolean, style: Style): readonly string[] {
  return [
    '',
    isFine
      ? 'Everything went as it should, the failures included. The partners are stopped.'
      : style.bad('Something went otherwise than it should: see above.'),
    `Look around in ${printable(folder)}, then: tally runs list, tally copy --help, tally code 530 --protocol ftp, tally help exit-codes`,
  ];
}
