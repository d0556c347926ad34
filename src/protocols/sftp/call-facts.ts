import { TransferError, type Phase } from '../../core/transfer-error.js';
import type { CallOptions } from '../protocol-client.js';
import type { CallFacts } from './session-life.js';
import { SFTP_STATUS } from './sftp-errors.js';
import type { SftpSession } from './sftp-session.js';

/** For what has to be done although the call was cancelled. */
export function uncancelled(call: CallFacts): CallFacts {
  return { ...call, signal: new AbortController().signal };
}

export function callFacts(phase: Phase, what: string, { signal }: CallOptions): CallFacts {
  return { phase, what, signal };
}

export function truncated(session: SftpSession, call: CallFacts, position: number): TransferError {
  return new TransferError({
    code: 'TRUNCATED',
    lastCode: SFTP_STATUS.eof,
    phase: call.phase,
    message: `${session.life.place}: ${call.what}: the server told the end of the file at byte ${position}, before bytes that it had sent already`,
  });
}
