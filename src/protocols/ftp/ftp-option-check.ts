import { TransferError } from '../../core/transfer-error.js';
import type { FtpOptions } from './ftp-options.js';

/** SETTINGS_INVALID for options that contradict each other, before anything is dialled. */
export function refuseContradictions(options: FtpOptions, place: string): void {
  const found = contradiction(options);
  if (found === undefined) return;
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'connect',
    message: `${place}: ${found.problem}`,
    advice: found.advice,
  });
}

function contradiction({ dataMode, proxies, ftpProxy, security }: FtpOptions) {
  if (ftpProxy !== undefined && security !== 'none') {
    return {
      problem: 'an FTP proxy has to read the conversation, so it cannot be under TLS up to the server',
      advice: 'Use a SOCKS or HTTP proxy for FTPS, or plain FTP through this one.',
    };
  }
  if (dataMode === 'active' && proxies.length > 0) {
    return {
      problem: 'in active mode the server connects to us, which no proxy on the way lets it do',
      advice: 'Use passive mode for this connection (active: false), or go without the proxy.',
    };
  }
  return undefined;
}
