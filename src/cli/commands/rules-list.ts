import { printable } from '../../core/printable.js';
import { readRuleSettings } from '../../engine/daemon/rule-settings.js';
import { ruleSentence } from '../../rules/rule-sentence.js';
import type { Rule } from '../../rules/rule.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { resultForm } from '../result-form.js';
import { ruleState } from '../rules/rule-text.js';
import { styleFor } from '../style.js';
import { writeResult, type ResultColumn } from '../tabular.js';

const COLUMNS: readonly ResultColumn<Rule>[] = [
  { key: 'name', title: 'NAME', words: ({ name }) => name, value: ({ name }) => name },
  { key: 'state', title: 'STATE', words: ruleState, value: ruleState },
  {
    key: 'triggers',
    title: 'TRIGGERS',
    dropOrder: 1,
    words: triggerKinds,
    value: triggerKinds,
  },
  {
    key: 'sentence',
    title: 'WHAT IT DOES',
    shrinks: 'end',
    words: (rule) => printable(ruleSentence(rule), 1000),
    value: ruleSentence,
  },
  {
    key: 'revision',
    title: 'REVISION',
    onlyData: true,
    words: ({ revision }) => revision,
    value: ({ revision }) => revision,
  },
  {
    key: 'source',
    title: 'SOURCE',
    onlyData: true,
    words: ({ source }) => `${source.file}:${source.line}`,
    value: ({ source }) => `${source.file}:${source.line}`,
  },
];

function triggerKinds({ triggers }: Rule): string {
  return triggers.map(({ kind }) => kind).join(' ');
}

/** `tally rules list`: what the settings say; no daemon is asked. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openSession(call, context);
  const { book, inForce } = await readRuleSettings(call.flags, session.surroundings);
  const { file } = inForce.loaded;
  if (book.rules.length === 0 && session.format === 'words') {
    if (session.isQuiet) return 0;
    const where =
      file === undefined ? 'no settings file was found; tally init writes one' : `${file} has none`;
    await context.stderr.write(`no rules: ${where}\n  See: docs/guides/first-rule.md\n`);
    return 0;
  }
  const form = resultForm(call, session, 'rules', { file });
  await writeResult(book.rules, COLUMNS, form, context.stdout, styleFor(context.stdout));
  return 0;
}
