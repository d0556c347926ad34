import type { Platform } from '../core/platform.js';
import type { FtpOptions } from './ftp/ftp-options.js';
import type { LocalOptions } from './local/local-options.js';
import type { ProtocolClient } from './protocol-client.js';
import type { SftpOptions } from './sftp/sftp-options.js';

/** Everything a session can be made from; `kind` chooses the protocol. */
export type ProtocolOptions = LocalOptions | FtpOptions | SftpOptions;

/** A new, not yet connected session. A protocol is loaded when the first session of its kind is made. */
export async function createClient(options: ProtocolOptions, platform: Platform): Promise<ProtocolClient> {
  switch (options.kind) {
    case 'local': {
      const { LocalClient } = await import('./local/local-client.js');
      return new LocalClient(platform);
    }
    case 'ftp': {
      const { FtpClient } = await import('./ftp/ftp-client.js');
      return new FtpClient(options, platform);
    }
    case 'sftp': {
      const { SftpClient } = await import('./sftp/sftp-client.js');
      return new SftpClient(options, platform);
    }
  }
}
