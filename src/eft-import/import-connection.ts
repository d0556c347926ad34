import { DEFAULT_PORTS, schemeOf } from './eft-protocols.js';
import type { EftFields } from './eft-fields.js';
import type { ConnectionBook } from './connection-book.js';

/** What a connection of ours is made of, key by key as it stands in the settings. */
export type ConnectionSettings = Record<string, unknown>;

/** Where the parts of an endpoint stand: a profile and an action name them differently. */
interface EndpointFields {
  readonly endpoint: EftFields;
  readonly certificate: EftFields;
}

/** A connection profile (eft.md, 2.7): its name in our settings. */
export function importProfile(profile: EftFields, id: string | undefined, book: ConnectionBook): void {
  const name = profile.text('name', 'the name of the connection') ?? 'partner';
  profile.text('description', 'a comment');
  profile.notNeeded('a profile of this kind is a connection', 'type', 'id', 'links', 'relationships');
  const endpoint = profile.group('connectionSettings');
  const certificate = endpoint.group('SSLCertificate');
  const settings = endpointSettings({ endpoint, certificate });
  endpoint.lost('testPath', 'tally connections test asks for a folder by its --folder');
  const proxy = profile.group('proxy');
  ftpProxy(proxy, settings, {
    use: 'use',
    type: 'type',
    subType: 'subType',
    separator: 'separator',
    user: 'username',
    commands: 'customCommands',
  });
  const socks = profile.group('socks');
  socksProxy(socks, settings);
  const advanced = profile.group('advanced');
  transferDefaults(advanced, settings);
  for (const fields of [certificate, endpoint, proxy, socks, advanced, profile]) fields.close();
  book.addProfile(name, id, settings, profile);
}

/** The endpoint that an action carries itself (eft.md, 2.1); undefined for a local one. */
export function importInlineEndpoint(
  connection: EftFields,
  transfer: EftFields,
): ConnectionSettings | undefined {
  const certificate = connection.group('CertificateSettings');
  const settings = endpointSettings({ endpoint: connection, certificate });
  ftpProxy(transfer, settings, {
    use: 'UseProxy',
    type: 'ProxyType',
    subType: 'ProxySubType',
    separator: 'ProxySeparator',
    user: 'UserName',
    commands: 'CustomProxyCommands',
  });
  const socks = transfer.group('SOCKSSettings');
  socksProxy(socks, settings);
  ftpManners(transfer, settings);
  certificate.close();
  socks.close();
  return settings['protocol'] === 'local' ? undefined : settings;
}

function endpointSettings({ endpoint, certificate }: EndpointFields): ConnectionSettings {
  const settings: ConnectionSettings = {};
  const word = endpoint.text('protocol', 'protocol') ?? 'FTP';
  const scheme = schemeOf(word);
  if (scheme === undefined)
    endpoint.report.task(word, 'this protocol is unknown: write the url of the connection');
  const host = endpoint.text('host', 'host');
  const port = endpoint.number('port', 'port');
  const user = endpoint.text('user', 'user');
  settings['protocol'] = scheme ?? 'ftp';
  if (host !== undefined) settings['host'] = host;
  if (port !== undefined && port > 0 && port !== DEFAULT_PORTS[scheme ?? 'ftp']) settings['port'] = port;
  if (user !== undefined) settings['user'] = user;
  if (endpoint.secret('password', 'password, a reference')) settings['password'] = {};
  endpoint.lost('autoLogin', 'Tallyman serves no clients whose login it could use');
  endpoint.lost('EnableAutoLogin', 'Tallyman serves no clients whose login it could use');
  hostKey(endpoint, settings);
  certificateSettings(certificate, settings);
  return settings;
}

function hostKey(endpoint: EftFields, settings: ConnectionSettings): void {
  const key = endpoint.text('trustedPubKey', 'hostKeys');
  if (key === undefined) return;
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(key)) settings['hostKeys'] = [key];
  else {
    endpoint.report.task(
      typeof settings['host'] === 'string' ? settings['host'] : 'a connection',
      'its trusted key is none of the form SHA256:...: look at it with tally connections trust, and pin it',
    );
  }
}

function certificateSettings(certificate: EftFields, settings: ConnectionSettings): void {
  const isSsh = settings['protocol'] === 'sftp';
  certificate.lost('certId', 'a number in the store of EFT: name the files', [0, '0', '', null]);
  const certPath = certificate.text(
    'certPath',
    isSsh ? 'nothing: a key pair needs no certificate' : 'clientCertificate',
  );
  const keyPath = certificate.text('keyPath', isSsh ? 'identities' : 'clientCertificate');
  const hasPassphrase = certificate.secret('passphrase', 'passphrase, a reference');
  if (keyPath === undefined) return;
  if (isSsh) {
    settings['identities'] = keyPath;
    if (hasPassphrase) settings['passphrase'] = {};
  } else if (certPath !== undefined) {
    settings['clientCertificate'] = {
      certificate: certPath,
      key: keyPath,
      ...(hasPassphrase ? { passphrase: {} } : {}),
    };
  }
}

interface ProxyNames {
  readonly use: string;
  readonly type: string;
  readonly subType: string;
  readonly separator: string;
  readonly user: string;
  readonly commands: string;
}

/** An FTP proxy (its login styles: reference/ftp.md) or one that speaks HTTP CONNECT. */
function ftpProxy(fields: EftFields, settings: ConnectionSettings, names: ProxyNames): void {
  const isUsed = fields.flag(names.use, 'a proxy');
  const type = fields.text(names.type, 'the kind of the proxy') ?? 'FTP';
  const host = fields.text('hostName', 'the host of the proxy');
  const port = fields.number('port', 'the port of the proxy');
  const user = fields.text(names.user, 'the user of the proxy');
  const hasPassword = fields.secret('password', 'the password of the proxy, a reference');
  const style = fields.number(names.subType, 'the style of the proxy');
  const separator = fields.text(names.separator, 'the separator of the proxy');
  const commands = fields.texts(names.commands, 'the commands of the proxy');
  if (!isUsed || host === undefined) return;
  const secret = hasPassword ? { password: {} } : {};
  if (type.toUpperCase() === 'HTTP') {
    const login = user === undefined ? '' : `${encodeURIComponent(user)}@`;
    settings['proxy'] = { url: `http://${login}${host}:${port ?? 80}`, ...secret };
    return;
  }
  settings['ftpProxy'] = {
    host,
    ...(port === undefined || port === 21 ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...secret,
    ...(commands.length > 0 ? { commands } : {}),
    ...(separator === undefined || separator === '@' ? {} : { separator }),
  };
  if (commands.length === 0 && style !== undefined && style !== 0) {
    fields.report.task(
      host,
      `the login style of this FTP proxy is number ${style} in EFT: set ftpProxy.style after reference/ftp.md`,
    );
  }
}

function socksProxy(socks: EftFields, settings: ConnectionSettings): void {
  const isUsed = socks.flag('use', 'proxy');
  const type = (socks.text('type', 'the kind of the proxy') ?? 'None')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  const host = socks.text('hostName', 'the host of the proxy');
  const port = socks.number('port', 'the port of the proxy') ?? 1080;
  const needsLogin = socks.flag('auth', 'the login at the proxy');
  const user = socks.text('username', 'the user of the proxy');
  const hasPassword = socks.secret('password', 'the password of the proxy, a reference');
  if (!isUsed || host === undefined || type === 'none') return;
  const scheme = type.includes('4a') ? 'socks4a' : type.includes('4') ? 'socks4' : 'socks5';
  const login = needsLogin && user !== undefined ? `${encodeURIComponent(user)}@` : '';
  const url = `${scheme}://${login}${host}:${port}`;
  settings['proxy'] = needsLogin && hasPassword ? { url, password: {} } : url;
}

function transferDefaults(advanced: EftFields, settings: ConnectionSettings): void {
  const retries = advanced.number('numberOfConnectionRetries', 'retries');
  const delay = advanced.number('delayBetweenRetries', 'retryDelay');
  const parallel = advanced.number('maxConcurrentThreads', 'parallel');
  const timeout = advanced.number('connectionTimeout', 'timeout');
  settings['retries'] = retries ?? 0;
  settings['retryDelay'] = `${delay ?? 30}s`;
  settings['retryBackoff'] = 'fixed';
  settings['parallel'] = parallel ?? 1;
  if (timeout !== undefined && timeout > 0 && timeout !== 30) settings['timeout'] = `${timeout}s`;
  ftpManners(advanced, settings);
}

/** The options of the data connection; they belong to the partner, not to one action. */
function ftpManners(fields: EftFields, settings: ConnectionSettings): void {
  const isFtp = ['ftp', 'ftpes', 'ftps'].includes(settings['protocol'] as string);
  const clearCommands = fields.flag('clearCommandChannel', 'clearCommandChannel');
  const clearData = fields.flag('clearDataChannel', 'clearDataChannel');
  const mode = fields.text('dataPortMode', 'active, epsv');
  const min = fields.number('PASVPortMin', 'activePorts');
  const max = fields.number('PASVPortMax', 'activePorts');
  const home = fields.text('homeIP', 'bindAddress');
  const encoding = fields.text('transferEncoding', 'encoding');
  if (home !== undefined && home !== '0.0.0.0' && settings['protocol'] !== 'local')
    settings['bindAddress'] = home;
  if (!isFtp) return;
  if (clearCommands) settings['clearCommandChannel'] = true;
  if (clearData) settings['clearDataChannel'] = true;
  if (mode !== undefined && /^(PORT|EPRT)$/i.test(mode)) settings['active'] = true;
  if (mode !== undefined && /^PASV$/i.test(mode)) settings['epsv'] = false;
  if (min !== undefined && min > 0 && max !== undefined && settings['active'] === true) {
    settings['activePorts'] = `${min}-${max}`;
  }
  if (encoding !== undefined && /^utf-?8$/i.test(encoding)) settings['encoding'] = 'utf-8';
}
