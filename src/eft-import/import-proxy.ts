import type { EftFields } from './eft-fields.js';
import type { ConnectionDraft } from './import-connection.js';

/** How a profile or an action calls the parts of a proxy. */
interface ProxyNames {
  readonly use: string;
  readonly type: string;
  readonly subType: string;
  readonly separator: string;
  readonly user: string;
  readonly commands: string;
}

export const PROFILE_PROXY: ProxyNames = {
  use: 'use',
  type: 'type',
  subType: 'subType',
  separator: 'separator',
  user: 'username',
  commands: 'customCommands',
};

export const INLINE_PROXY: ProxyNames = {
  use: 'UseProxy',
  type: 'ProxyType',
  subType: 'ProxySubType',
  separator: 'ProxySeparator',
  user: 'UserName',
  commands: 'CustomProxyCommands',
};

interface Proxy {
  readonly type: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly hasPassword: boolean;
  readonly style: number;
  readonly separator: string;
  readonly commands: readonly string[];
}

/** An FTP proxy (its login styles: reference/ftp.md) or one that speaks HTTP CONNECT. */
export function ftpProxy(fields: EftFields, draft: ConnectionDraft, names: ProxyNames): void {
  const isUsed = fields.flag(names.use, 'whether there is a proxy');
  const host = fields.text('hostName', 'the host of the proxy');
  const proxy = {
    type: (fields.text(names.type, 'the kind of the proxy') ?? 'FTP').toUpperCase(),
    port: fields.number('port', 'the port of the proxy'),
    user: fields.text(names.user, 'the user of the proxy'),
    hasPassword: fields.secret('password', 'the password of the proxy, a reference'),
    style: fields.number(names.subType, 'the style of the proxy') ?? 0,
    separator: fields.text(names.separator, 'the separator of the proxy') ?? '@',
    commands: fields.texts(names.commands, 'the commands of the proxy'),
  };
  if (!isUsed) return;
  if (host === undefined) draft.problems.push('it uses a proxy that has no host');
  else if (proxy.type === 'HTTP') httpProxy({ ...proxy, host }, draft);
  else if (proxy.type === 'FTP') speakingProxy({ ...proxy, host }, draft);
  else draft.problems.push(`its proxy is of the kind "${proxy.type}", which is unknown here`);
}

function httpProxy({ host, port, user, hasPassword }: Proxy, { settings }: ConnectionDraft): void {
  settings['proxy'] = proxyValue(
    `http://${loginOf(user)}${host}:${port ?? 80}`,
    user !== undefined && hasPassword,
  );
}

function speakingProxy(proxy: Proxy, { settings, problems }: ConnectionDraft): void {
  const { host, port, user, hasPassword, style, separator, commands } = proxy;
  settings['ftpProxy'] = {
    host,
    ...(port === undefined || port === 21 ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(user !== undefined && hasPassword ? { password: {} } : {}),
    ...(commands.length > 0 ? { style: 'custom', commands } : separator === '@' ? {} : { separator }),
  };
  if (commands.length === 0 && style !== 0) {
    problems.push(
      `the login style of its FTP proxy is number ${style} in EFT: set ftpProxy.style after reference/ftp.md`,
    );
  }
}

export function socksProxy(socks: EftFields, { settings, problems }: ConnectionDraft): void {
  const isUsed = socks.flag('use', 'proxy');
  const type = (socks.text('type', 'the kind of the proxy') ?? 'None')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  const host = socks.text('hostName', 'the host of the proxy');
  const port = socks.number('port', 'the port of the proxy') ?? 1080;
  const needsLogin = socks.flag('auth', 'the login at the proxy');
  const user = socks.text('username', 'the user of the proxy');
  const hasPassword = socks.secret('password', 'the password of the proxy, a reference');
  if (!isUsed) return;
  const scheme = Object.hasOwn(SOCKS_SCHEMES, type) ? SOCKS_SCHEMES[type] : undefined;
  if (host === undefined || scheme === undefined) {
    problems.push(`it uses a SOCKS proxy of the kind "${type}" at ${host ?? 'no host'}: write proxy`);
    return;
  }
  if (settings['ftpProxy'] !== undefined || settings['proxy'] !== undefined) {
    problems.push('it uses two proxies at once: only the SOCKS proxy was carried as proxy');
  }
  const login = needsLogin ? user : undefined;
  const url = `${scheme}://${loginOf(login)}${host}:${port}`;
  settings['proxy'] = proxyValue(url, login !== undefined && hasPassword);
}

const SOCKS_SCHEMES: Readonly<Record<string, string>> = {
  socks4: 'socks4',
  socks4a: 'socks4a',
  socks5: 'socks5',
};

function loginOf(user: string | undefined): string {
  return user === undefined ? '' : `${encodeURIComponent(user)}@`;
}

function proxyValue(url: string, hasPassword: boolean): unknown {
  return hasPassword ? { url, password: {} } : url;
}
