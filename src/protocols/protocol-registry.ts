import type { Platform } from '../core/platform.js';
import { dialerThrough } from '../net/proxy-dialer.js';
import type { FtpOptions } from './ftp/ftp-options.js';
import type { HttpOptions } from './http/http-options.js';
import type { LocalOptions } from './local/local-options.js';
import type { ProtocolClient } from './protocol-client.js';
import type { S3Options } from './s3/s3-options.js';
import type { SftpOptions } from './sftp/sftp-options.js';

/** Everything a session can be made from; `kind` chooses the protocol. */
export type ProtocolOptions = LocalOptions | FtpOptions | SftpOptions | HttpOptions | S3Options;

/**
 * A new, not yet connected session. A protocol is loaded when the first session of its kind is made. No protocol
 * knows of proxies: it gets the dialer that goes through them.
 */
export async function createClient(options: ProtocolOptions, platform: Platform): Promise<ProtocolClient> {
  switch (options.kind) {
    case 'local': {
      const { LocalClient } = await import('./local/local-client.js');
      return new LocalClient(platform);
    }
    case 'ftp': {
      const { FtpClient } = await import('./ftp/ftp-client.js');
      return new FtpClient(options, throughProxies(options, platform));
    }
    case 'sftp': {
      const { SftpClient } = await import('./sftp/sftp-client.js');
      return new SftpClient(options, throughProxies(options, platform));
    }
    case 'http': {
      const { createHttpClient } = await import('./http/http-client.js');
      return createHttpClient(options, throughProxies(options, platform));
    }
    case 's3': {
      const { createS3Client } = await import('./s3/s3-client.js');
      return createS3Client(options, throughProxies(options, platform));
    }
  }
}

function throughProxies({ proxies }: Pick<FtpOptions, 'proxies'>, platform: Platform): Platform {
  if (proxies.length === 0) return platform;
  return { ...platform, dialer: dialerThrough(proxies, platform.dialer, platform) };
}
