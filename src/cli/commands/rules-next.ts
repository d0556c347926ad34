import { printable } from '../../core/printable.js';
import { readRuleSettings } from '../../engine/daemon/rule-settings.js';
import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';
import { previewSchedules, type ScheduleLine } from '../../rules/triggers/schedule-preview.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { resultForm } from '../result-form.js';
import { momentFlag } from '../rules/moment-flag.js';
import { ruleNamed } from '../rules/rule-named.js';
import { styleFor } from '../style.js';
import { writeResult, type ResultColumn } from '../tabular.js';

const COLUMNS: readonly ResultColumn<ScheduleLine>[] = [
  { key: 'wall', title: 'TIME', words: ({ wall }) => wall, value: ({ wall }) => wall },
  { key: 'offset', title: 'OFFSET', words: ({ offset }) => offset, value: ({ offset }) => offset },
  {
    key: 'timeZone',
    title: 'ZONE',
    dropOrder: 1,
    words: ({ timeZone }) => timeZone,
    value: ({ timeZone }) => timeZone,
  },
  { key: 'rule', title: 'RULE', words: ({ rule }) => rule, value: ({ rule }) => rule },
  {
    key: 'schedule',
    title: 'SCHEDULE',
    dropOrder: 2,
    shrinks: 'end',
    words: ({ schedule }) => printable(schedule, 200),
    value: ({ schedule }) => schedule,
  },
  {
    key: 'remark',
    title: 'REMARK',
    shrinks: 'end',
    words: ({ remark }) => remark || '-',
    value: ({ remark }) => remark,
  },
  { key: 'runs', title: 'RUNS', onlyData: true, words: runsWord, value: ({ kind }) => kind === 'run' },
  { key: 'at', title: 'AT', onlyData: true, words: utcText, value: utcText },
];

function runsWord({ kind }: ScheduleLine): string {
  return kind === 'run' ? 'yes' : 'no';
}

function utcText({ atMs }: ScheduleLine): string {
  return new Date(atMs).toISOString();
}

/** `tally rules next`: what the settings say; no daemon is asked. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openSession(call, context);
  const count = countOf(call.flags['count']);
  const { clock, host } = session.surroundings.platform;
  const now = { nowMs: clock.now(), timeZone: host.timeZone };
  const fromMs = momentFlag('--from', call.flags['from'], now) ?? now.nowMs;
  const { book } = await readRuleSettings(call.flags, session.surroundings);
  const [name] = call.args;
  const rules = name === undefined ? book.rules.filter(({ enabled }) => enabled) : [ruleNamed(name, book)];
  const lines = previewSchedules(rules, book.calendars, { fromMs, count });
  const form = resultForm(call, session, 'times', { from: new Date(fromMs).toISOString() });
  if (lines.length > 0 || form.format !== 'words') {
    await writeResult(lines, COLUMNS, form, context.stdout, styleFor(context.stdout));
  }
  const remark = remarkOf(rules, lines, book);
  if (remark !== undefined && !session.isQuiet) await context.stderr.write(`${remark}\n`);
  return 0;
}

/** What the lines alone do not say. */
function remarkOf(
  rules: readonly Rule[],
  lines: readonly ScheduleLine[],
  { rules: all }: RuleBook,
): string | undefined {
  const [only] = rules;
  if (rules.length === 1 && only?.enabled === false) return `${only.name} is disabled: none of this happens`;
  if (lines.some(({ kind }) => kind === 'run')) return undefined;
  const hasSchedule = rules.some(({ triggers }) => triggers.some(({ kind }) => kind === 'schedule'));
  if (hasSchedule) return 'no time is left: nothing runs by the clock after that';
  return all.length === 0 ? 'no rules' : 'no rule here runs by the clock';
}

function countOf(given: unknown): number {
  if (given === undefined) return 10;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count;
  throw settingsError({ kind: 'flag', name: '--count' }, 'must be a number from 1 to 1000');
}
