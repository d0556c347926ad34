import { TransferError } from './transfer-error.js';

/** NAME_UNKNOWN: a rule, run, connection or the like that does not exist. `message` names it. */
export function nameUnknown(message: string, advice?: string): TransferError {
  const facts = { code: 'NAME_UNKNOWN', lastCode: -1, phase: 'plan', message } as const;
  return new TransferError(advice === undefined ? facts : { ...facts, advice });
}
