import type { PortRange } from '../../core/dialer.js';
import type { Secret } from '../../core/secret.js';
import type { ProxyOptions } from '../../net/proxy-options.js';
import type { TlsOptions } from '../../net/tls-options.js';

/** All that an FTP or FTPS session needs to know. */
export interface FtpOptions {
  readonly kind: 'ftp';
  readonly host: string;
  /** 21; 990 for implicit TLS. */
  readonly port: number;
  /** `anonymous` when the user gave none. */
  readonly user: string;
  readonly password?: Secret;
  readonly account?: Secret;
  /** Limit for each wait: connection, each reply, no progress on the data connection. */
  readonly timeoutMs: number;
  readonly security: 'none' | 'explicit' | 'implicit';
  readonly tls: TlsOptions;
  /** `private` (PROT P) whenever TLS, unless the connection says `clear` (PROT C). */
  readonly dataProtection: 'private' | 'clear';
  /** Go back to a clear command channel after login (CCC). */
  readonly clearCommandChannel: boolean;
  /** Who opens the data connection: the client (passive) or the server (active). */
  readonly dataMode: 'passive' | 'active';
  /** Try EPSV/EPRT before PASV/PORT. */
  readonly extendedCommands: boolean;
  /** Try MLSD and MLST before LIST. */
  readonly machineListings: boolean;
  /** Our own address for data connections (active: announced; passive: connected from). */
  readonly bindAddress?: string;
  /** Ports that the server may connect to in active mode. */
  readonly activePorts?: PortRange;
  /** Interval of NOOPs while a data connection runs or the session idles; 0 = none. */
  readonly keepAliveMs: number;
  /** Minutes to add to UTC to get the server's listing times where a LIST line bears no zone. */
  readonly listingZoneOffsetMinutes: number;
  /** On the way to the server; FTP data connections take the same way. */
  readonly proxies: readonly ProxyOptions[];
}
