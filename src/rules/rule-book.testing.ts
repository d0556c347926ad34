import { parseSettingsText } from '../settings/settings-document.js';
import { showOrigin } from '../settings/origin.js';
import type { SettingsProblem } from '../settings/settings-error.js';
import { readRuleBook, type RuleBookContext } from './load-rule-book.js';
import type { RuleBook } from './rule-book.js';
import type { Rule } from './rule.js';

/** Rule books of texts, as tests and other rooms need them: nothing is read from disk. */

export const TEST_FOLDER = '/srv/tally';

export const TEST_CONTEXT: RuleBookContext = {
  os: 'linux',
  homeFolder: '/home/ops',
  timeZone: 'Europe/Berlin',
  protectedPlaces: [
    { path: `${TEST_FOLDER}/logs`, what: 'the client log', mayBeRead: true },
    { path: '/var/lib/tallyman', what: 'the state folder', mayBeRead: false },
  ],
};

/** The book of one text, or of several files by name, the first of which is the settings file. */
export function readTestBook(
  yaml: string | Readonly<Record<string, string>>,
  context: Partial<RuleBookContext> = {},
): { readonly book: RuleBook; readonly problems: readonly SettingsProblem[] } {
  const texts = typeof yaml === 'string' ? { 'tallyman.yaml': yaml } : yaml;
  const documents = Object.entries(texts).map(([name, text]) =>
    parseSettingsText(text, `${TEST_FOLDER}/${name}`),
  );
  return readRuleBook({ folder: TEST_FOLDER, documents }, { ...TEST_CONTEXT, ...context });
}

/** `line:column text` of every problem; with the file's name where there are several. */
export function bookProblemsOf(yaml: string | Readonly<Record<string, string>>): readonly string[] {
  const prefix = typeof yaml === 'string' ? `${TEST_FOLDER}/tallyman.yaml:` : `${TEST_FOLDER}/`;
  return readTestBook(yaml).problems.map(
    ({ origin, text }) => `${showOrigin(origin).replace(prefix, '')} ${text}`,
  );
}

/** The only rule of a text that has no problems. */
export function testRule(yaml: string): Rule {
  const { book, problems } = readTestBook(yaml);
  if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join('\n'));
  const [rule] = book.rules;
  if (rule === undefined) throw new Error('there is no rule');
  return rule;
}
