import type { RuleBook } from './rule-book.js';
import type { Rule } from './rule.js';
import { DEFAULT_API_SETTINGS, DEFAULT_STORE_SETTINGS } from './house-settings.js';

/** A rule that does nothing, as the settings make it when they say nothing else. */
export function plainRule(given: Partial<Rule> & { readonly name: string }): Rule {
  return {
    description: '',
    enabled: true,
    shadow: false,
    triggers: [],
    variables: {},
    steps: [],
    otherwise: [],
    overlap: 'queue',
    maxParallel: 4,
    parallelTransfers: false,
    roots: [],
    quarantineAfter: 3,
    expectations: [],
    source: { file: '/etc/tallyman/tallyman.yaml', line: 1 },
    revision: '0123456789abcdef',
    ...given,
  };
}

/** A book of these rules and nothing else. */
export function plainBook(rules: readonly Rule[], given: Partial<RuleBook> = {}): RuleBook {
  return {
    rules,
    calendars: {},
    commands: { allow: [] },
    mail: undefined,
    api: DEFAULT_API_SETTINGS,
    store: DEFAULT_STORE_SETTINGS,
    files: [],
    ...given,
  };
}
