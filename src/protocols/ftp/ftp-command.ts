import { printable } from '../../core/printable.js';
import type { Secret } from '../../core/secret.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';
import { UTF8_ENCODING, type FtpEncoding } from './ftp-encoding.js';

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
 * CR, LF, NUL and every other control character are refused here, after encoding, and so is what the encoding
 * cannot say: NAME_REFUSED for a name, SETTINGS_INVALID for user, password and account; the text never shows a
 * secret.
 */
export function encodeCommand(
  command: FtpCommand,
  place: string,
  phase: Phase,
  encoding: FtpEncoding = UTF8_ENCODING,
): Buffer {
  const { verb, argument } = command;
  if (argument === undefined) return Buffer.from(`${verb}\r\n`, 'latin1');
  const bytes = encoding.encode(typeof argument === 'string' ? argument : argument.reveal());
  const refused = (problem: string) => notSent(command, place, phase, problem);
  if (bytes === undefined) throw refused('a character that the encoding of this connection does not have');
  if (bytes.some((byte) => byte < 0x20 || byte === 0x7f))
    throw refused('a line break or another control character');
  return Buffer.concat([Buffer.from(`${verb} `, 'latin1'), bytes, Buffer.from('\r\n', 'latin1')]);
}

function notSent(command: FtpCommand, place: string, phase: Phase, problem: string): TransferError {
  const isLogin = phase === 'login' || phase === 'proxy';
  return new TransferError({
    code: isLogin ? 'SETTINGS_INVALID' : 'NAME_REFUSED',
    lastCode: -1,
    phase,
    message: `${place} ${showCommand(command)}: not sent, because it holds ${problem}`,
  });
}
