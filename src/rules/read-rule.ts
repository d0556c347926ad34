import { readSteps } from './actions/read-steps.js';
import { readConditions } from './conditions/read-conditions.js';
import { readExpectations } from './read-expectations.js';
import { absolutePath } from './read-location.js';
import type { RuleCursor } from './rule-findings.js';
import { type RuleFindings } from './rule-findings.js';
import { checkRule } from './check-rule.js';
import type { RuleGaps } from './salvage-rule.js';
import { ruleRevision } from './rule-revision.js';
import { ruleRoots, type ProtectedPlace } from './rule-roots.js';
import type { WrittenRule } from './rule-schema.js';
import type { Rule } from './rule.js';
import { readTriggers, type TriggerDefaults } from './triggers/read-triggers.js';
import type { Trigger } from './triggers/trigger.js';
import { refuseClearSecrets } from './clear-secret.js';
import { withoutUndefined } from './without-undefined.js';

/** What rules are read with besides their text. */
export type RuleDefaults = TriggerDefaults & {
  /** No rule may write there. */
  readonly protectedPlaces: readonly ProtectedPlace[];
  /** Parts of the rule cannot be read: what they would bring is not missed. */
  readonly gaps?: RuleGaps;
};

/** A rule that its schema has nothing against, with defaults filled in and paths absolute. `at`: its group. */
export function readRule(
  written: WrittenRule,
  at: RuleCursor,
  findings: RuleFindings,
  defaults: RuleDefaults,
): Rule {
  const triggers = readTriggers(written.on, at.at('on'), defaults);
  const hasRemoteEvents = triggers.some(({ kind }) => kind === 'remote');
  const hasFileEvents = hasRemoteEvents || triggers.some(({ kind }) => kind === 'folder');
  const stepDefaults = { ...defaults, hasRemoteEvents, hasFileEvents };
  const { variables, when } = written;
  refuseClearSecrets(variables, at.at('variables'), 'variables stand in the story of a run');
  const parts = {
    name: at.rule,
    description: written.description ?? '',
    enabled: written.enabled,
    shadow: written.shadow,
    triggers,
    variables,
    condition: when === undefined ? undefined : readConditions(when, at.at('when'), stepDefaults),
    steps: readSteps(written.do, at.at('do'), stepDefaults),
    otherwise: readSteps(written.else, at.at('else'), stepDefaults),
    overlap: written.overlap ?? usualOverlap(triggers),
    maxParallel: written.maxParallel,
    parallelTransfers: written.parallelTransfers,
    timeLimitMs: written.timeLimit,
    quarantineAfter: written.quarantineAfter,
    expectations: readExpectations(written.expect, at.at('expect'), defaults.timeZone),
  };
  const given = written.roots?.map((root) => withoutEndSlash(absolutePath(root, defaults)));
  const roots = ruleRoots({ given, triggers, variables, at, findings, defaults });
  const facts = withoutUndefined({ ...parts, roots });
  const rule = { ...facts, source: sourceOf(at), revision: ruleRevision(facts) };
  checkRule(rule, { at, findings, gaps: defaults.gaps });
  return rule;
}

/** A clock that comes again soon need not wait in a queue; files go beside each other, and none is left out. */
function usualOverlap(triggers: readonly Trigger[]): Rule['overlap'] {
  if (triggers.every(({ kind }) => kind === 'schedule')) return 'skip';
  return triggers.some(({ kind }) => kind === 'folder' || kind === 'remote') ? 'parallel' : 'queue';
}

function sourceOf(at: RuleCursor): Rule['source'] {
  const origin = at.origin('key');
  return origin.kind === 'file' ? { file: origin.file, line: origin.line } : { file: '', line: 1 };
}

function withoutEndSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}
