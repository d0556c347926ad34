import { TransferError } from '../../core/transfer-error.js';
import type { FailAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';

/** Fails with the rule's own reason. */
export async function performFail(action: FailAction, context: ActionContext): Promise<ActionEnd> {
  const message = context.scope.text(action.reason);
  return {
    kind: 'failed',
    error: new TransferError({ code: 'RULE_FAILED', lastCode: -1, phase: 'action', message }),
  };
}
