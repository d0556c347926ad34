import type { Platform } from '../core/platform.js';
import type { Secret } from '../core/secret.js';
import { boundDialer } from '../net/bound-dialer.js';
import { dialerThrough } from '../net/proxy-dialer.js';
import { showPlace } from '../net/tcp-dialer.js';
import type { FtpOptions } from './ftp/ftp-options.js';
import type { HttpOptions } from './http/http-options.js';
import type { LocalOptions } from './local/local-options.js';
import { secretsIn } from './option-secrets.js';
import type { ProtocolClient } from './protocol-client.js';
import type { S3Options } from './s3/s3-options.js';
import type { SftpOptions } from './sftp/sftp-options.js';
import { TracedClient } from './traced-client.js';

/** Everything a session can be made from; `kind` chooses the protocol. */
export type ProtocolOptions =
  LocalOptions | ((FtpOptions | SftpOptions | HttpOptions | S3Options) & OwnAddress);

interface OwnAddress {
  /** Our own address to connect from (EFT: HomeIP). */
  readonly bindAddress?: string;
}

/** Of a session that needs a connection. */
export type RemoteOptions = Exclude<ProtocolOptions, LocalOptions>;

/**
 * A new, not yet connected session. A protocol is loaded when the first session of its kind is made. No protocol
 * knows of proxies: it gets the dialer that goes through them. Its failures tell what was said before them.
 */
export async function createClient(options: ProtocolOptions, platform: Platform): Promise<ProtocolClient> {
  if (options.kind === 'local') {
    const { LocalClient } = await import('./local/local-client.js');
    return new LocalClient(platform);
  }
  const trace = platform.trace.open(showPlace(options.host, options.port), secretsIn(options));
  // Whoever opens a trace on the way, a proxy too, speaks in this one dialogue.
  const joined = (_place: string, secrets: readonly Secret[]) => {
    for (const secret of secrets) trace.conceal(secret);
    return trace;
  };
  return new TracedClient(await remoteClient(options, { ...platform, trace: { open: joined } }), trace);
}

async function remoteClient(options: RemoteOptions, platform: Platform): Promise<ProtocolClient> {
  switch (options.kind) {
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

function throughProxies({ proxies, bindAddress }: RemoteOptions, platform: Platform): Platform {
  if (proxies.length === 0 && bindAddress === undefined) return platform;
  const nearest = bindAddress === undefined ? platform.dialer : boundDialer(bindAddress, platform.dialer);
  return { ...platform, dialer: dialerThrough(proxies, nearest, platform) };
}
