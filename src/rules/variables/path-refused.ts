import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';

/** PATH_REFUSED for a text of a rule, with what came out of it. */
export function pathRefused(template: string, expanded: string, problem: string): TransferError {
  const shown = printable(expanded, 200);
  const from = template === expanded ? '' : ` (from "${printable(template, 200)}")`;
  return new TransferError({
    code: 'PATH_REFUSED',
    lastCode: -1,
    phase: 'rule',
    message: `refused "${shown}"${from}: ${problem}`,
  });
}
