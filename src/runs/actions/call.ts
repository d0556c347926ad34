import type { CallRuleAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';

/** Runs another rule and waits for its end; its result is this action's. A shadow run calls a shadow run. */
export async function performCall(action: CallRuleAction, context: ActionContext): Promise<ActionEnd> {
  const values: Record<string, string> = {};
  for (const [name, template] of Object.entries(action.values)) values[name] = context.scope.text(template);
  return context.callRule(action.rule, values);
}
