import type { Action } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { performArchive } from './archive.js';
import { performCall } from './call.js';
import { performCompress } from './compress.js';
import { performExtract } from './extract.js';
import { performDelete } from './delete.js';
import { performFail } from './fail.js';
import { performHttpRequest } from './http-request.js';
import { performList } from './list.js';
import { performMail } from './mail.js';
import { performMakeFolder } from './make-folder.js';
import { performRename } from './rename.js';
import { performRunProgram } from './run-program.js';
import { performStop } from './stop.js';
import { performSystemLog } from './system-log.js';
import { performTransfer } from './transfer.js';
import { performWait } from './wait.js';

/** Does one action by its kind. */
export function performAction(action: Action, context: ActionContext): Promise<ActionEnd> {
  switch (action.kind) {
    case 'copy':
    case 'move':
    case 'download':
      return performTransfer(action, context);
    case 'compress':
      return performCompress(action, context);
    case 'extract':
      return performExtract(action, context);
    case 'encrypt':
    case 'decrypt':
    case 'sign':
    case 'verify':
      // Large, and not for every house.
      return import('./pgp.js').then(({ performPgp }) => performPgp(action, context));
    case 'list':
      return performList(action, context);
    case 'rename':
      return performRename(action, context);
    case 'delete':
      return performDelete(action, context);
    case 'makeFolder':
      return performMakeFolder(action, context);
    case 'archive':
      return performArchive(action, context);
    case 'run':
      return performRunProgram(action, context);
    case 'http':
      return performHttpRequest(action, context);
    case 'mail':
      return performMail(action, context);
    case 'systemLog':
      return performSystemLog(action, context);
    case 'call':
      return performCall(action, context);
    case 'wait':
      return performWait(action, context);
    case 'fail':
      return performFail(action, context);
    case 'stop':
      return performStop(action);
  }
}
