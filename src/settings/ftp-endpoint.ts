import type { FtpOptions, FtpProxyLogin, FtpProxyOptions } from '../protocols/ftp/ftp-options.js';
import { askPassword, connectionSecret, givenPassword } from './partner-login.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { proxiesOf } from './proxy-endpoint.js';
import { tlsOptions } from './tls-endpoint.js';

/** FTP and FTPS; without a user the login is anonymous. */
export async function ftpOptions(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<FtpOptions> {
  const { connection } = partner;
  const anonymous = partner.user === undefined;
  const password =
    (await givenPassword(partner, context)) ?? (anonymous ? undefined : await askPassword(partner, context));
  const account =
    connection.account && (await connectionSecret(connection.account, partner.originOf('account'), context));
  return {
    kind: 'ftp',
    host: partner.host,
    port: partner.port,
    user: partner.user ?? 'anonymous',
    ...(password === undefined ? {} : { password }),
    ...(account === undefined ? {} : { account }),
    timeoutMs,
    security: partner.security,
    tls: await tlsOptions(partner, context),
    dataProtection: connection.clearDataChannel === true ? 'clear' : 'private',
    clearCommandChannel: connection.clearCommandChannel ?? false,
    dataMode: (context.given.values.active ?? connection.active) === true ? 'active' : 'passive',
    extendedCommands: connection.epsv ?? true,
    machineListings: connection.mlsd ?? true,
    ...(connection.bindAddress === undefined ? {} : { bindAddress: connection.bindAddress }),
    ...(connection.activePorts === undefined ? {} : { activePorts: connection.activePorts }),
    keepAliveMs: connection.keepAlive ?? 0,
    listingZoneOffsetMinutes: connection.listingZone ?? 0,
    listHidden: connection.listHidden,
    emptyListingOk: connection.emptyListingOk,
    stepwiseFolders: connection.stepwiseFolders,
    timeCommand: connection.timeCommand,
    encoding: connection.encoding,
    proxies: await proxiesOf(partner, context),
    ftpProxy: await ftpProxyOf(partner, context),
  };
}

async function ftpProxyOf(partner: Partner, context: PlaceContext): Promise<FtpProxyOptions | undefined> {
  const { ftpProxy } = partner.connection;
  if (ftpProxy === undefined) return undefined;
  const { host, port = 21, user, password } = ftpProxy;
  const secret = password && (await connectionSecret(password, partner.originOf('ftpProxy'), context));
  return { host, port, user, password: secret, login: loginOf(ftpProxy) };
}

function loginOf({
  style = 'user@host',
  separator = '@',
  commands = [],
}: NonNullable<Partner['connection']['ftpProxy']>): FtpProxyLogin {
  switch (style) {
    case 'user@host':
      return { style, separator };
    case 'custom':
      return { style, commands };
    case 'site':
    case 'open':
      return { style };
  }
}
