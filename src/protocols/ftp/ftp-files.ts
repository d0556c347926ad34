import type { Receipt } from '../../core/outcome.js';
import { printable } from '../../core/printable.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ByteSink, ByteSource, ReadOptions, WriteOptions } from '../protocol-client.js';
import { replyError } from './ftp-errors.js';
import { toLocalLineEnds, toNetworkLineEnds } from './ftp-line-ends.js';
import { askSize } from './ftp-look-up.js';
import { explainRefusal } from './ftp-refusal.js';
import { replyText, type FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';
import { receiveData, sendData, type Transferred, type TransferCommand } from './ftp-transfer.js';

/**
 * RETR, from an offset with REST. In ASCII type CR LF becomes LF but on Windows; `bytes` counts what the sink
 * got.
 */
export async function readFile(
  session: FtpSession,
  path: RemotePath,
  sink: ByteSink,
  options: ReadOptions,
): Promise<Receipt> {
  const { offset = 0, ascii = false } = options;
  if (ascii && offset > 0) throw noTextOffset(session);
  const argument = await session.argument(path);
  await session.useType(ascii ? 'A' : 'I');
  const command = { verb: 'RETR', argument, restartAt: offset > 0 ? offset : undefined };
  const text = ascii && session.platform.host.os !== 'win32' ? toLocalLineEnds(sink) : undefined;
  const result = await receiveData(session, command, text ?? sink);
  if (result.kind === 'refused') throw await explainRefusal(session, result.reply, { verb: 'RETR', path });
  await text?.end();
  if (!ascii) await checkWhole(session, path, result, offset);
  return receiptOf(result, text?.bytes() ?? result.bytes);
}

/**
 * STOR; beyond an offset APPE when the file ends just there (a server can ignore REST, but not APPE), else REST
 * and STOR. In ASCII type LF becomes CR LF on the wire; `bytes` counts what the source gave.
 */
export async function writeFile(
  session: FtpSession,
  path: RemotePath,
  source: ByteSource,
  options: WriteOptions,
): Promise<Receipt> {
  const { offset = 0, ascii = false } = options;
  if (ascii && offset > 0) throw noTextOffset(session);
  const command = await writeCommand(session, path, offset);
  await session.useType(ascii ? 'A' : 'I');
  const text = ascii ? toNetworkLineEnds(source) : undefined;
  const result = await sendData(session, command, text ?? source);
  if (result.kind === 'done') return receiptOf(result, text?.bytes() ?? result.bytes);
  if (offset > 0 && !result.hadBegun && isResumeRefusal(result.reply.code)) {
    throw replyError(result.reply, session.context, { code: 'UNSUPPORTED' });
  }
  if (result.hadBegun && result.reply.code === 451) throw diskFailed(session, result.reply);
  throw await explainRefusal(session, result.reply, { verb: 'STOR', path });
}

/**
 * "Local error in processing" once data flowed: vsftpd 3.0.3 and Pure-FTPd 1.0.50 say so, and not 452, when
 * their disk is full.
 */
function diskFailed(session: FtpSession, reply: FtpReply): TransferError {
  return replyError(reply, session.context, { code: 'NO_SPACE' });
}

async function writeCommand(session: FtpSession, path: RemotePath, offset: number): Promise<TransferCommand> {
  const size = offset > 0 ? await askSize(session, path) : undefined;
  const argument = await session.argument(path);
  if (offset === 0) return { verb: 'STOR', argument };
  if (typeof size === 'number' && size < offset) throw tooShort(session, path, size, offset);
  return size === offset ? { verb: 'APPE', argument } : { verb: 'STOR', argument, restartAt: offset };
}

/** ProFTPD without AllowStoreRestart answers 451 to APPE and to STOR after REST. */
function isResumeRefusal(code: number): boolean {
  return code === 451 || [500, 501, 502, 503, 504, 554].includes(code);
}

/**
 * Compares with the size that the server tells. Always where it announced one; besides, over TLS (our runtime
 * does not tell a stream that ended with close_notify from one that was cut) and after REST (servers exist that
 * ignore it).
 */
async function checkWhole(
  session: FtpSession,
  path: RemotePath,
  result: Transferred,
  offset: number,
): Promise<void> {
  const { bytes, announcedBytes } = result;
  // Whether the announced size counts from the offset differs between servers; it is at least what remains.
  if (announcedBytes !== undefined && bytes < announcedBytes - offset)
    throw truncated(session, path, bytes, announcedBytes - offset);
  const isCertain = offset === 0 && (announcedBytes !== undefined || session.dataProtection === undefined);
  if (isCertain) return;
  const size = await askSize(session, path);
  if (typeof size !== 'number') return;
  if (bytes < size - offset) throw truncated(session, path, bytes, size - offset);
  if (offset > 0 && bytes === size) throw restartIgnored(session, path, offset);
}

function receiptOf(result: Transferred, bytes: number): Receipt {
  return { lastCode: result.reply.code, bytes, reply: printable(replyText(result.reply)) };
}

function failure(
  session: FtpSession,
  path: RemotePath,
  code: TransferError['code'],
  text: string,
): TransferError {
  const { place, phase } = session.context;
  return new TransferError({ code, lastCode: -1, phase, message: `${place} ${printable(path)}: ${text}` });
}

function truncated(session: FtpSession, path: RemotePath, bytes: number, expected: number): TransferError {
  return failure(
    session,
    path,
    'TRUNCATED',
    `${bytes} bytes arrived of ${expected}, although the server says that it sent all`,
  );
}

function restartIgnored(session: FtpSession, path: RemotePath, offset: number): TransferError {
  return failure(
    session,
    path,
    'SIZE_MISMATCH',
    `the server sent the whole file instead of what follows after ${offset} bytes`,
  );
}

function tooShort(session: FtpSession, path: RemotePath, size: number, offset: number): TransferError {
  return failure(
    session,
    path,
    'SIZE_MISMATCH',
    `it holds ${size} bytes, so nothing can be written from ${offset} on`,
  );
}

function noTextOffset(session: FtpSession): TransferError {
  const { place, doing, phase } = session.context;
  return new TransferError({
    code: 'UNSUPPORTED',
    lastCode: -1,
    phase,
    message: `${place} ${doing}: a transfer in text mode cannot be resumed`,
  });
}
