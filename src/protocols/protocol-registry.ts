import type { Platform } from '../core/platform.js';
import { FtpClient } from './ftp/ftp-client.js';
import type { FtpOptions } from './ftp/ftp-options.js';
import { LocalClient } from './local/local-client.js';
import type { LocalOptions } from './local/local-options.js';
import type { ProtocolClient } from './protocol-client.js';
import { SftpClient } from './sftp/sftp-client.js';
import type { SftpOptions } from './sftp/sftp-options.js';

/** Everything a session can be made from; `kind` chooses the protocol. */
export type ProtocolOptions = LocalOptions | FtpOptions | SftpOptions;

/** A new, not yet connected session. */
export function createClient(options: ProtocolOptions, platform: Platform): ProtocolClient {
  switch (options.kind) {
    case 'local':
      return new LocalClient(platform);
    case 'ftp':
      return new FtpClient(options, platform);
    case 'sftp':
      return new SftpClient(options, platform);
  }
}
