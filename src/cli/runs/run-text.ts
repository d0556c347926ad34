import type { RunJson, StepJson } from '../../api/answers.js';
import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import type { Style } from '../style.js';
import { wrapText } from '../wrap-text.js';

/** The last line of a run that was waited for. */
export function endLine(run: RunJson, style: Style): string {
  const reason = run.reason === undefined ? '' : `: ${printable(run.reason, 1000)}`;
  const files = run.filesSucceeded + run.filesFailed;
  const counts = files === 0 ? '' : ` (${run.filesSucceeded} of ${counted(files, 'file')})`;
  return colorOfState(
    run.state,
    style,
  )(`run ${run.run} of ${printable(run.rule)} ${run.state}${counts}${reason}`);
}

const SIGNS: Readonly<Record<StepJson['state'], string>> = {
  running: '>',
  succeeded: '+',
  failed: 'x',
  skipped: '-',
  notTaken: '-',
  cancelled: '!',
};

/** A step as it changes, indented by how deep it stands; its sign says what came of it. */
export function stepLines(
  step: StepJson,
  { style, width }: { readonly style: Style; readonly width: number },
): readonly string[] {
  const depth = step.path.split('.').length - 1;
  const lead = `${'  '.repeat(depth)}${SIGNS[step.state]} ${step.path.padEnd(3)} `;
  const words = [
    printable(step.title, 1000),
    ...(step.attempt > 1 ? [`(attempt ${step.attempt})`] : []),
    ...(step.text === '' ? [] : [`- ${printable(step.text, 4000)}`]),
    ...(step.code === undefined ? [] : [`[${step.code}]`]),
  ].join(' ');
  return wrapText(words, { width, lead }).map(colorOfState(step.state, style));
}

/** The colour that a state of a run or step has. */
export function colorOfState(state: string, style: Style): (text: string) => string {
  switch (state) {
    case 'failed':
      return style.bad;
    case 'succeeded':
      return style.good;
    case 'cancelled':
      return style.warning;
    case 'notTaken':
    case 'skipped':
      return style.faint;
    default:
      return (text) => text;
  }
}
