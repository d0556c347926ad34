import { asTransferError } from '../../core/transfer-error.js';
import type { SystemLogAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';

/** One entry in syslog or the Windows event log. */
export async function performSystemLog(action: SystemLogAction, context: ActionContext): Promise<ActionEnd> {
  const text = context.scope.text(action.text);
  if (context.isShadow) return { kind: 'succeeded', text: `would write to the system's log: ${text}` };
  try {
    await context.services.outside.systemLog.write(action.severity, text);
    return { kind: 'succeeded', text: `wrote to the system's log: ${text}` };
  } catch (error) {
    return { kind: 'failed', error: asTransferError(error, 'action') };
  }
}
