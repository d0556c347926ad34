import type { CheckSummary } from '../../log-tools/check/log-check.js';
import { FINDING_KINDS, isWrong, type Finding, type FindingKind } from '../../log-tools/check/finding.js';
import type { TransferError } from '../../core/transfer-error.js';
import { errorData } from '../error-text.js';
import { JsonListWriter } from '../json-list.js';
import {
  findingData,
  findingPlace,
  findingText,
  kindTitle,
  summaryData,
  summaryLines,
} from './check-text.js';
import { LineWriter, type Output } from '../output.js';
import { styleFor, type Style } from '../style.js';
import { fitMiddle, textWidth } from '../text-width.js';
import { wrapText } from '../wrap-text.js';

/** Takes findings as they come. */
export interface CheckReport {
  add(finding: Finding): Promise<void> | undefined;
  /** `unread`: what could not be read, by its name. */
  end(summary: CheckSummary, unread: ReadonlyMap<string, TransferError>): Promise<void>;
}

/** - `grouped`: by kind, the first of each
 *  - `all`: every one, in the order in which they were found */
export type CheckForm = 'grouped' | 'all' | 'json' | 'jsonl';

export function checkReport(form: CheckForm, output: Output): CheckReport {
  switch (form) {
    case 'grouped':
      return new GroupedReport(output);
    case 'all':
      return allReport(output);
    case 'json':
      return jsonReport(output);
    case 'jsonl':
      return jsonLinesReport(output);
  }
}

function jsonReport(output: Output): CheckReport {
  const list = new JsonListWriter(output, 'findings', {});
  return {
    add: (finding) => list.add(findingData(finding)),
    end: async (summary, unread) => list.end({ summary: summaryData(summary), unread: unreadData(unread) }),
  };
}

function jsonLinesReport(output: Output): CheckReport {
  const lines = new LineWriter(output);
  return {
    add: (finding) => lines.write(`${JSON.stringify(findingData(finding))}\n`),
    end: async (summary, unread) => {
      const last = { kind: 'summary', ...summaryData(summary), unread: unreadData(unread) };
      await lines.write(`${JSON.stringify(last)}\n`);
      await lines.flush();
    },
  };
}

function unreadData(unread: ReadonlyMap<string, TransferError>): readonly unknown[] {
  return [...unread].map(([name, error]) => ({ name, ...errorData(error) }));
}

function allReport(output: Output): CheckReport {
  const lines = new LineWriter(output);
  const style = styleFor(output);
  return {
    add: (finding) => {
      const title = `${kindTitle(finding.kind, 1).replace(/^1 /, '')}${isWrong(finding) ? '' : ', a note'}`;
      return lines.write(`${findingLines(finding, `${title}: `, output, style).join('\n')}\n`);
    },
    end: async (summary, unread) => {
      for (const line of closingLines(summary, unread.size, output, style)) await lines.write(`${line}\n`);
      await lines.flush();
    },
  };
}

/** Of each kind so many are shown. */
const MOST_SHOWN = 20;

interface Group {
  readonly kind: FindingKind;
  readonly isWrong: boolean;
  readonly shown: Finding[];
  count: number;
}

/** Holds the first findings of each kind: memory stays flat, however many there are. */
class GroupedReport implements CheckReport {
  readonly #output: Output;
  readonly #style: Style;
  readonly #groups = new Map<string, Group>();

  constructor(output: Output) {
    this.#output = output;
    this.#style = styleFor(output);
  }

  add(finding: Finding): undefined {
    const wrong = isWrong(finding);
    const key = `${wrong ? 0 : 1} ${finding.kind}`;
    const group = this.#groups.get(key) ?? { kind: finding.kind, isWrong: wrong, shown: [], count: 0 };
    this.#groups.set(key, group);
    group.count += 1;
    if (group.shown.length < MOST_SHOWN) group.shown.push(finding);
  }

  async end(summary: CheckSummary, unread: ReadonlyMap<string, TransferError>): Promise<void> {
    const lines = new LineWriter(this.#output);
    for (const group of this.#sorted()) {
      for (const line of this.#groupLines(group)) await lines.write(`${line}\n`);
      await lines.write('\n');
    }
    for (const line of closingLines(summary, unread.size, this.#output, this.#style)) {
      await lines.write(`${line}\n`);
    }
    await lines.flush();
  }

  #sorted(): readonly Group[] {
    const order = (group: Group) => FINDING_KINDS.indexOf(group.kind) + (group.isWrong ? 0 : 100);
    return [...this.#groups.values()].sort((left, right) => order(left) - order(right));
  }

  #groupLines({ kind, isWrong: wrong, shown, count }: Group): readonly string[] {
    const title = `${kindTitle(kind, count)}${wrong ? '' : ', to be noted'}`;
    const left = count - shown.length;
    return [
      ...wrapText(title, { width: widthOf(this.#output), lead: '' }).map(
        wrong ? this.#style.bad : this.#style.warning,
      ),
      ...shown.flatMap((finding) => findingLines(finding, '', this.#output, this.#style)),
      ...(left > 0 ? [`  and ${left.toLocaleString('en-US')} more: -v or --json lists all`] : []),
    ];
  }
}

/** Infinity in a pipe, where nothing is cut or wrapped. */
function widthOf(output: Output): number {
  return output.isTerminal ? output.size().columns : Infinity;
}

/** One line where there is room, else the place and below it what was found. */
function findingLines(finding: Finding, title: string, output: Output, style: Style): readonly string[] {
  const width = widthOf(output);
  const place = findingPlace(finding);
  const text = title + findingText(finding);
  if (place === '') return wrapText(text, { width, lead: '  ' });
  const oneLine = `  ${place}  ${text}`;
  if (textWidth(oneLine) <= width) return [`  ${style.strong(place)}  ${text}`];
  return [`  ${style.strong(fitMiddle(place, width - 2))}`, ...wrapText(text, { width, lead: '    ' })];
}

function closingLines(
  summary: CheckSummary,
  unread: number,
  output: Output,
  style: Style,
): readonly string[] {
  const width = widthOf(output);
  const wrapped = summaryLines(summary).flatMap((line) => {
    const lead = /^ */.exec(line)?.[0] ?? '';
    return wrapText(line.trimStart(), { width, lead });
  });
  return [...wrapped, ...verdictLines(summary.wrong, unread, style)];
}

function verdictLines(wrong: number, unread: number, style: Style): readonly string[] {
  const lines: string[] = [];
  if (unread > 0) lines.push(style.bad(`${unread === 1 ? 'One name' : `${unread} names`} could not be read`));
  if (wrong > 0)
    lines.push(
      style.bad(`${wrong.toLocaleString('en-US')} ${wrong === 1 ? 'thing is' : 'things are'} wrong`),
    );
  if (lines.length === 0) lines.push(style.good('Nothing is wrong'));
  return lines;
}
