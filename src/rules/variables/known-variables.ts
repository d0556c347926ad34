import { FILE_VARIABLES } from '../../transfers/file-variables.js';
import type { Rule } from '../rule.js';
import type { Trigger } from '../triggers/trigger.js';
import { canonicalName, VARIABLES, type VariableWhen } from './variable-catalogue.js';

/** Where a text stands within its rule. */
export interface TextPlace {
  /** Within an `each`. */
  readonly inLoop?: boolean;
  /** Within an `ifFailed`. */
  readonly inIfFailed?: boolean;
  /** The `to` of a transfer, which is filled for each file. */
  readonly isTransferTarget?: boolean;
}

/** Canonical names that a text of the rule may use; `HOOK.*` stands for all that begin so. */
export function knownVariables(
  rule: Pick<Rule, 'triggers' | 'variables'>,
  place: TextPlace = {},
): readonly string[] {
  const cases = new Set<VariableWhen>(['always', ...rule.triggers.flatMap(casesOf)]);
  if (place.inLoop) cases.add('loop');
  if (place.inIfFailed) cases.add('failure');
  const house = Object.entries(VARIABLES)
    .filter(([, { when }]) => cases.has(when))
    .map(([name]) => name);
  const samples = rule.triggers.flatMap((trigger) =>
    trigger.kind === 'manual' ? Object.keys(trigger.sample) : [],
  );
  const own = [...Object.keys(rule.variables), ...samples].map(canonicalName);
  return [...new Set([...house, ...own, ...(place.isTransferTarget ? FILE_VARIABLES : [])])];
}

function casesOf(trigger: Trigger): readonly VariableWhen[] {
  switch (trigger.kind) {
    case 'folder':
    case 'remote':
      return ['fileEvent'];
    case 'webhook':
      return ['hook'];
    case 'afterRule':
      return ['afterRule'];
    case 'monitorFailed':
      return ['monitorFailed'];
    case 'connectionFailed':
      return ['connectionFailed'];
    case 'manual':
    case 'schedule':
    case 'daemon':
      return [];
  }
}

/**
 * For the `to` of a transfer: the variables that stay, because the transfer fills them for each file (see
 * `transfers/file-variables.ts`). Those of the event's own file are filled here; SOURCE.FILE_NAME never.
 */
export function keptForTransfer(scope: { valueOf(name: string): string | undefined }): readonly string[] {
  return FILE_VARIABLES.filter((name) => name === 'SOURCE.FILE_NAME' || scope.valueOf(name) === undefined);
}
