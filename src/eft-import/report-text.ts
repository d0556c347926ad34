import { counted } from '../core/counted.js';
import { printable } from '../core/printable.js';
import type { EftImport } from './import-eft.js';
import type { ImportReport, ReportLine } from './import-report.js';

const TITLES: Readonly<Record<ReportLine['outcome'], string>> = {
  unknown: 'Fields that are unknown here',
  lost: 'Fields that nothing of ours corresponds to',
  carried: 'Fields that stand in the settings',
  notNeeded: 'Fields that are not needed',
};

/** The whole report, with each field of the input. */
export function reportText(report: ImportReport, rules: EftImport['rules'] = []): string {
  return [
    section('Rules', rules.map(ruleLine)),
    section(
      'To do',
      report.tasks.map(({ subject, text }) => `${subject}: ${text}`),
    ),
    section('Variables to set', variableLines(report)),
    ...(['unknown', 'lost', 'carried', 'notNeeded'] as const).map((outcome) =>
      section(
        TITLES[outcome],
        report.lines.filter((line) => line.outcome === outcome).map(({ field, text }) => `${field}: ${text}`),
      ),
    ),
  ].join('\n');
}

/** The few lines that a person reads at once. */
export function summaryLines(
  report: ImportReport,
  { rules, connections }: Pick<EftImport, 'rules' | 'connections'>,
): readonly string[] {
  const ready = rules.filter(({ isEnabled }) => isEnabled).length;
  const waiting = rules.filter(({ problems }) => problems.length > 0).length;
  return [
    `${counted(rules.length, 'rule')}: ${ready} enabled, ${rules.length - ready} disabled, ${waiting} with something to do`,
    `${counted(connections.length, 'connection')}; ${fieldCounts(report)}`,
    ...variableLines(report).map((line) => `set ${line}`),
    ...report.tasks.map(({ subject, text }) => `to do: ${subject}: ${text}`),
  ];
}

/** `120 fields: 80 carried, 30 not needed, 8 lost, 2 unknown` */
export function fieldCounts({ lines }: ImportReport): string {
  const of = (outcome: ReportLine['outcome']) => lines.filter((line) => line.outcome === outcome).length;
  return `${counted(lines.length, 'field')}: ${of('carried')} carried, ${of('notNeeded')} not needed, ${of('lost')} lost, ${of('unknown')} unknown`;
}

function ruleLine({ name, eftName, isEnabled, problems }: EftImport['rules'][number]): string {
  const state = isEnabled
    ? 'enabled'
    : problems.length > 0
      ? 'disabled, has something to do'
      : 'disabled, as in EFT';
  return `${name} (EFT: "${printable(eftName, 200)}"): ${state}`;
}

function variableLines({ variables }: ImportReport): readonly string[] {
  return [...variables].map(([name, meaning]) => `${name}: ${meaning}`);
}

function section(title: string, lines: readonly string[]): string {
  const shown = lines.length === 0 ? ['none'] : lines;
  return `${title} (${lines.length})\n${shown.map((line) => `  ${line}\n`).join('')}`;
}
