import { expect, it } from 'vitest';
import { parseSettingsText } from '../settings/settings-document.js';
import { ACTION_KEYS } from './actions/action-schema.js';
import { CONDITION_KEYS } from './conditions/condition-schema.js';
import { HOUSE_SCHEMAS } from './house-schema.js';
import { bookProblemsOf } from './rule-book.testing.js';
import { ruleSchema } from './rule-schema.js';
import { renderRulesPage } from './rules-page.testing.js';
import { TRIGGER_KEYS } from './triggers/trigger-schema.js';

it('docs/reference/rules.md says what the schemas say', async () => {
  await expect(renderRulesPage()).toMatchFileSnapshot('../../docs/reference/rules.md');
});

it('the page names every key, with a meaning', () => {
  const page = renderRulesPage();
  const house = Object.values(HOUSE_SCHEMAS).flatMap(({ shape }) => Object.keys(shape));
  for (const key of [
    ...Object.keys(ruleSchema.shape),
    ...TRIGGER_KEYS,
    ...CONDITION_KEYS,
    ...ACTION_KEYS,
    ...house,
  ]) {
    expect(page).toContain(`| \`${key}\` | `);
  }
  expect(page).not.toMatch(/^\| `\w+` \| {2}\|/m);
});

it('the example of the page is valid', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(renderRulesPage())?.[1] ?? '';
  const around = 'connections: { acme: { url: "sftp://a@b" } }\ncommands: { allow: [./alert.sh] }\n';
  expect(parseSettingsText(example, 'x').data).toHaveProperty('rules');
  expect(bookProblemsOf(around + example)).toEqual([]);
});
