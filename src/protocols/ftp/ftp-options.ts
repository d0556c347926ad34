import type { PortRange } from '../../core/dialer.js';
import type { Secret } from '../../core/secret.js';
import type { ProxyOptions } from '../../net/proxy-options.js';
import type { TlsOptions } from '../../net/tls-options.js';

/** How a proxy that speaks FTP itself wants to be told of the server (EFT: ProxySubType). */
export type FtpProxyLogin =
  /** USER with user, separator and host: `USER orders@ftp.acme.example`. */
  | { readonly style: 'user@host'; readonly separator: string }
  /** SITE with the host, then the login. */
  | { readonly style: 'site' }
  /** OPEN with the host, then the login. */
  | { readonly style: 'open' }
  /** The whole login as commands with %host%, %port%, %server%, %user%, %pass%, %proxyuser%, %proxypass%. */
  | { readonly style: 'custom'; readonly commands: readonly string[] };

/** A proxy that speaks FTP itself: the session is with it, data connections included. */
export interface FtpProxyOptions {
  readonly host: string;
  /** 21 unless given. */
  readonly port: number;
  /** Of the proxy's own login; absent where it wants none. */
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly login: FtpProxyLogin;
}

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
  /** Our own address, for both kinds of connection (active: announced). */
  readonly bindAddress?: string;
  /** Ports that the server may connect to in active mode. */
  readonly activePorts?: PortRange;
  /** Interval of NOOPs while a data connection runs or the session idles; 0 = none. */
  readonly keepAliveMs: number;
  /** Minutes to add to UTC to get the server's listing times where a LIST line bears no zone. */
  readonly listingZoneOffsetMinutes: number;
  /** On the way to the server; FTP data connections take the same way. */
  readonly proxies: readonly ProxyOptions[];
  /** The session is made with this FTP proxy, itself reached through `proxies`. */
  readonly ftpProxy?: FtpProxyOptions | undefined;
  /** For servers that refuse whole paths: CWD step by step, then the bare name. */
  readonly stepwiseFolders?: boolean | undefined;
  /** LIST with `-a`, for hidden files. Default: where the server is known to take it. */
  readonly listHidden?: boolean | undefined;
  /** A folder that was entered and whose listing is refused with 550 or 450 is an empty one (old Microsoft servers, z/OS). */
  readonly emptyListingOk?: boolean | undefined;
  /** By which command times are set. Default `auto`: MFMT or MDTM, where the server is known to take it. */
  readonly timeCommand?: 'auto' | 'MFMT' | 'MDTM' | undefined;
  /** Of names and texts: `auto` and `utf-8` (both UTF-8; `auto` asks for it where the server offers it), or a code page such as `windows-1252`. Default `auto`. */
  readonly encoding?: string | undefined;
}
