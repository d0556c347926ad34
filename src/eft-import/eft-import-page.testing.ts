import { fixture, TEST_CONTEXT } from './eft-export.testing.js';
import { importEft } from './import-eft.js';
import type { ReportLine } from './import-report.js';

/** Texts that say something of one value, or of one rule, only. */
const OF_A_VALUE = [
  'is empty',
  'is at its default, which changes nothing',
  'the connection profile says it',
  'both sides are on this machine',
];

/** The table of docs/reference/eft-import.md: what becomes of each field of the sample exports. */
export function fieldTable(): string {
  const { report } = importEft([fixture('rules.json'), fixture('profiles.json')], TEST_CONTEXT);
  const fates = new Map<string, Set<string>>();
  for (const line of report.lines) {
    const field = plainField(line.field);
    const found = fates.get(field) ?? new Set();
    fates.set(field, found.add(fateOf(line)));
  }
  const rows = [...fates].map(([field, found]) => `| ${field} | ${shownFates([...found])} |`);
  return ['| EFT | here |', '|---|---|', ...rows.toSorted()].join('\n');
}

function plainField(field: string): string {
  return field
    .replace(/^(rules|profiles)\.json(\.data\[\d+\])?(\.attributes)?\.?/, (_whole, file: string) =>
      file === 'profiles' ? 'profile: ' : '',
    )
    .replace(/^statements\..*\.(\w+Action\.)/, '$1')
    .replace(/^statements\..*\.(Conditions\[\d+\]\.)/, '$1')
    .replace(/^statements\..*\.(ConditionStatement\.|Params\.)/, '$1')
    .replace(/^statements\..*\.Type$/, 'Type of a statement')
    .replaceAll(/\[\d+\]/g, '')
    .replace(/^(Upload|Download)Action\.(TransferSettings\.)?/, 'transfer: ');
}

function fateOf({ outcome, text }: ReportLine): string {
  if (outcome === 'carried') return text.replace(/^.* as /s, '').replace('; its value was not read', '');
  return outcome === 'notNeeded' ? `not needed: ${text}` : `lost: ${text.replace(/^[^:]*: /, '')}`;
}

function shownFates(fates: readonly string[]): string {
  const telling = fates.filter((fate) => !OF_A_VALUE.some((text) => fate.endsWith(text)));
  const carried = telling.filter((fate) => !/^(not needed|lost): /.test(fate));
  if (carried.length > 0) return carried.toSorted().join('<br>');
  const shown = telling.length > 0 ? telling : ['only where it is not at its default'];
  return shown.toSorted().join('<br>');
}
