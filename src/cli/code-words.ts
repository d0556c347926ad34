import { codeInWords } from '../client-log/result-codes/explain-code.js';
import { UNDEFINED_FAILURE, type LogProtocol } from '../client-log/record.js';
import type { TransferError } from '../core/transfer-error.js';

/** A number of the client log in words, with the protocol that it came over: `530 not logged in, over ftp`. */
export function codeWords(lastCode: number, protocol: LogProtocol): string {
  return `${codeInWords(lastCode, protocol)}, over ${protocol}`;
}

/** The same of a failure. Small numbers of a proxy are SOCKS answers over every protocol, never a status of the partner. */
export function failureCodeWords(
  { lastCode, phase, side }: Pick<TransferError, 'lastCode' | 'phase' | 'side'>,
  protocol: LogProtocol,
): string {
  if (phase === 'proxy') return `${proxyCodeWords(lastCode)}, over ${protocol}`;
  // SFTP has a -1 of its own, which is the server's.
  if (lastCode === UNDEFINED_FAILURE && side === 'us')
    return `${codeInWords(lastCode, 'ftp')}, over ${protocol}`;
  return codeWords(lastCode, protocol);
}

function proxyCodeWords(lastCode: number): string {
  // An HTTP proxy and one that speaks FTP share most numbers, not what they mean by them.
  const isStatus = lastCode >= 100 && lastCode < 600 && lastCode !== 407;
  return isStatus ? `${lastCode} said by the proxy` : codeInWords(lastCode, 'http');
}
