import { steps } from './actions/step-schema.js';
import { conditions } from './conditions/condition-schema.js';
import { ruleSchema, type WrittenRule } from './rule-schema.js';
import { triggers } from './triggers/trigger-schema.js';

/** What can be read of a rule that is not valid, so that what else is wrong with it can be told at once. */
export interface SalvagedRule {
  readonly written: WrittenRule;
  readonly gaps: RuleGaps;
}

/** What is missing of a rule: some `steps`, or what brings the `names` of its variables. */
export type RuleGaps = 'steps' | 'names';

/** Puts harmless things where a part is not valid, so that every other part keeps its place. */
export function salvageRule(data: unknown): SalvagedRule | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const given = data as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(ruleSchema.shape)) {
    if (given[key] !== undefined && schema.safeParse(given[key]).success) kept[key] = given[key];
  }
  const isVague = !('on' in kept) || ('variables' in given && !('variables' in kept));
  const gaps = isVague ? 'names' : 'steps';
  kept['on'] ??= repaired(given['on'], triggers, { manual: {} });
  kept['do'] ??= repaired(given['do'], steps, { stop: 'moreRules' });
  if (given['else'] !== undefined) kept['else'] ??= repaired(given['else'], steps, { stop: 'moreRules' });
  if (given['when'] !== undefined) kept['when'] ??= repaired(given['when'], conditions, { size: { min: 0 } });
  const parsed = ruleSchema.safeParse(kept);
  return parsed.success ? { written: parsed.data, gaps } : undefined;
}

interface Checks {
  safeParse(value: unknown): { readonly success: boolean };
}

function repaired(value: unknown, schema: Checks, harmless: object): unknown {
  if (!Array.isArray(value) || value.length === 0) return harmless;
  return value.map((entry: unknown) => (schema.safeParse(entry).success ? entry : harmless));
}
