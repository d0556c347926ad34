import { remotePath } from '../../../src/core/remote-path.js';
import { Secret } from '../../../src/core/secret.js';
import { FtpClient } from '../../../src/protocols/ftp/ftp-client.js';
import type { FtpOptions } from '../../../src/protocols/ftp/ftp-options.js';
import type { TestServer } from '../../servers/test-server.js';
import type { CodeTable, Powers, ProtocolTarget } from '../protocol-target.js';

/** RFC 959: every positive or negative reply that may end the command; 10054 where there is none. */
export const ftpCodes: CodeTable = {
  connected: [230, 232],
  transferred: [226, 250],
  renamed: [250],
  removed: [250],
  // 213: it exists, as a look has told.
  folderMade: [213, 250, 257],
  folderRemoved: [250],
  timeSet: [213, 253],
  settled: [213],
  loginRefused: [530],
  missing: [450, 550, 553],
  forbidden: [550, 553],
  refused: [450, 451, 501, 521, 550, 553],
  diskFull: [451, 452, 552],
  hungUp: [10054],
};

/** Where an FTP server is and who may come in: what the real servers and the simulator have in common. */
export type FtpPlace = Pick<TestServer, 'host' | 'port' | 'user' | 'password' | 'root' | 'ca' | 'stop'>;

export interface FtpTargetOptions {
  readonly session?: Partial<FtpOptions>;
  readonly codes?: Partial<CodeTable>;
  readonly powers: Partial<Powers>;
}

const WRONG_PASSWORD = 'not-the-password-0815';

export function ftpTarget(place: FtpPlace, options: FtpTargetOptions): ProtocolTarget {
  const { password } = place;
  return {
    root: place.root,
    remoteRoot: remotePath('/'),
    secrets: [password, WRONG_PASSWORD],
    codes: { ...ftpCodes, ...options.codes },
    socketsPerSession: 1,
    powers: {
      refusedLogin: (platform) =>
        new FtpClient(
          ftpOptions(place, { ...options.session, password: new Secret(WRONG_PASSWORD) }),
          platform,
        ),
      loginFolder: place.root,
      ...options.powers,
    },
    createClient: (platform, { timeoutMs, proxies } = {}) =>
      new FtpClient(
        ftpOptions(place, {
          ...options.session,
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
          ...(proxies === undefined ? {} : { proxies }),
        }),
        platform,
      ),
    stop: () => place.stop(),
  };
}

export function ftpOptions(place: FtpPlace, changes: Partial<FtpOptions> = {}): FtpOptions {
  return {
    kind: 'ftp',
    host: place.host,
    port: place.port,
    user: place.user,
    password: new Secret(place.password),
    timeoutMs: 20_000,
    security: 'none',
    tls: { ca: place.ca === undefined ? [] : [place.ca], pins: [] },
    dataProtection: 'private',
    clearCommandChannel: false,
    dataMode: 'passive',
    extendedCommands: true,
    machineListings: true,
    keepAliveMs: 0,
    listingZoneOffsetMinutes: 0,
    proxies: [],
    ...changes,
  };
}
