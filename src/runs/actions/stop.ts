import type { StopAction } from '../../rules/actions/action.js';
import type { ActionEnd } from '../action-context.js';

/** EFT's Stop Processing. The executor does what it says. */
export async function performStop(action: StopAction): Promise<ActionEnd> {
  return { kind: 'stop', what: action.what };
}
