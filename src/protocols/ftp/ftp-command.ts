import { printable } from '../../core/printable.js';
import type { Secret } from '../../core/secret.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';
import { encodeText } from './ftp-text.js';

/** One line to the server. An argument that is a Secret is never shown. */
export interface FtpCommand {
  readonly verb: string;
  readonly argument?: string | Secret | undefined;
}

/** The command for messages: `RETR /out/a.csv`, `PASS ***`. */
export function showCommand(command: FtpCommand): string {
  const { verb, argument } = command;
  if (argument === undefined) return verb;
  return `${verb} ${typeof argument === 'string' ? printable(argument) : '***'}`;
}

/**
 * The command as bytes, CR LF included: the one place through which everything goes to a control connection.
 * CR, LF, NUL and every other control character are refused here, after encoding: NAME_REFUSED for a name,
 * SETTINGS_INVALID for user, password and account; the text never shows a secret.
 */
export function encodeCommand(command: FtpCommand, place: string, phase: Phase): Buffer {
  const { verb, argument } = command;
  if (argument === undefined) return Buffer.from(`${verb}\r\n`, 'latin1');
  const bytes = encodeText(typeof argument === 'string' ? argument : argument.reveal());
  if (bytes.some((byte) => byte < 0x20 || byte === 0x7f)) throw controlCharacterError(command, place, phase);
  return Buffer.concat([Buffer.from(`${verb} `, 'latin1'), bytes, Buffer.from('\r\n', 'latin1')]);
}

function controlCharacterError(command: FtpCommand, place: string, phase: Phase): TransferError {
  const isLogin = phase === 'login';
  return new TransferError({
    code: isLogin ? 'SETTINGS_INVALID' : 'NAME_REFUSED',
    lastCode: -1,
    phase,
    message: `${place} ${showCommand(command)}: not sent, because it holds a line break or another control character`,
  });
}
