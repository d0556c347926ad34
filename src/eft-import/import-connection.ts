import type { ConnectionBook } from './connection-book.js';
import type { EftFields } from './eft-fields.js';
import { defaultPortOf } from '../core/default-ports.js';
import { schemeOf } from './eft-protocols.js';
import { ftpManners } from './import-ftp-manners.js';
import { ftpProxy, INLINE_PROXY, PROFILE_PROXY, socksProxy } from './import-proxy.js';

/** What a connection of ours is made of, key by key as it stands in the settings; `{}` where a secret was. */
export type ConnectionSettings = Record<string, unknown>;

/** A connection on its way. `problems`: why no rule may use it before a person has looked. */
export interface ConnectionDraft {
  readonly settings: ConnectionSettings;
  readonly problems: string[];
}

/** A connection profile (eft.md, 2.7). */
export function importProfile(profile: EftFields, id: string | undefined, book: ConnectionBook): void {
  const name = profile.text('name', 'the name of the connection') ?? 'partner';
  profile.notNeeded('a connection has no description', 'description');
  const type = profile.text('type', 'the kind of the connection') ?? 'Protocol';
  profile.notNeeded('a profile is called by its name here', 'id', 'links', 'relationships');
  const endpoint = profile.group('connectionSettings');
  const certificate = endpoint.group('SSLCertificate');
  const draft = endpointDraft(endpoint, certificate);
  if (!/^(protocol|connectionProfile)$/i.test(type)) {
    draft.problems.push(`it is of the kind "${type}", of which nothing is known here`);
  }
  endpoint.lost('testPath', 'tally connections test asks for a folder by its --folder');
  const proxy = profile.group('proxy');
  ftpProxy(proxy, draft, PROFILE_PROXY);
  const socks = profile.group('socks');
  socksProxy(socks, draft);
  const advanced = profile.group('advanced');
  transferDefaults(advanced, draft);
  const doubtsBefore = profile.report.doubts.length;
  for (const fields of [certificate, endpoint, proxy, socks, advanced, profile]) fields.close();
  const doubts = profile.report.doubts.slice(doubtsBefore);
  if (doubts.length > 0) draft.problems.push(`it holds fields that are unknown here: ${doubts.join(', ')}`);
  book.addProfile(name, id, draft, profile);
}

/** The endpoint that an action carries itself (eft.md, 2.1); undefined for a local one. */
export function importInlineEndpoint(
  connection: EftFields,
  transfer: EftFields,
): ConnectionDraft | undefined {
  const certificate = connection.group('CertificateSettings');
  const draft = endpointDraft(connection, certificate);
  const socks = transfer.group('SOCKSSettings');
  if (draft.settings['protocol'] === 'local') {
    for (const fields of [certificate, socks]) fields.restNotNeeded('both sides are on this machine');
    transfer.notNeeded('both sides are on this machine', ...ENDPOINT_FIELDS);
    return undefined;
  }
  ftpProxy(transfer, draft, INLINE_PROXY);
  socksProxy(socks, draft);
  ftpManners(transfer, draft);
  certificate.close();
  socks.close();
  return draft;
}

/** Fields of `Transfer` that belong to the endpoint. */
export const ENDPOINT_FIELDS = [
  ...['ClearCommandChannel', 'ClearDataChannel', 'DataPortMode', 'PASVPortMin', 'PASVPortMax', 'HomeIP'],
  ...['TransferEncoding', 'UseProxy', 'ProxyType', 'ProxySubType', 'ProxySeparator', 'HostName', 'Port'],
  ...['UserName', 'Password', 'CustomProxyCommands', 'SOCKSSettings'],
] as const;

function endpointDraft(endpoint: EftFields, certificate: EftFields): ConnectionDraft {
  const draft: ConnectionDraft = { settings: {}, problems: [] };
  const { settings } = draft;
  const word = endpoint.text('protocol', 'protocol') ?? 'FTP';
  const scheme = schemeOf(word);
  if (scheme === undefined)
    draft.problems.push(`its protocol "${word}" is unknown here: write protocol and port`);
  settings['protocol'] = scheme ?? 'sftp';
  const host = endpoint.text('host', 'host');
  const port = endpoint.number('port', 'port');
  const user = endpoint.text('user', 'user');
  if (host !== undefined) settings['host'] = host;
  if (port !== undefined && port > 0 && port !== defaultPortOf(scheme ?? '')) settings['port'] = port;
  if (user !== undefined) settings['user'] = user;
  if (endpoint.secret('password', 'password, a reference')) settings['password'] = {};
  for (const name of ['autoLogin', 'EnableAutoLogin']) {
    if (endpoint.lost(name, 'Tallyman serves no clients whose login it could use')) {
      draft.problems.push("it logs in by the login of EFT's own client: write user and password");
    }
  }
  hostKey(endpoint, draft);
  certificateSettings(certificate, draft);
  return draft;
}

function hostKey(endpoint: EftFields, { settings, problems }: ConnectionDraft): void {
  const key = endpoint.text('trustedPubKey', 'hostKeys');
  if (key === undefined || settings['protocol'] !== 'sftp') return;
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(key)) settings['hostKeys'] = [key.replace(/=$/, '')];
  else {
    problems.push(
      'its trusted key is none of the form SHA256:...: look at the key by tally connections trust, and pin it',
    );
  }
}

function certificateSettings(certificate: EftFields, { settings, problems }: ConnectionDraft): void {
  const isSsh = settings['protocol'] === 'sftp';
  if (certificate.lost('certId', 'a number in the store of EFT', ['0', 0, '', null])) {
    problems.push(
      `its certificate or key lies in the store of EFT: export it, and name the files (${isSsh ? 'identities' : 'clientCertificate'})`,
    );
  }
  const certPath = certificate.text(
    'certPath',
    isSsh ? 'nothing: a key needs no certificate' : 'clientCertificate',
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
  } else problems.push('it names a key without a certificate');
}

function transferDefaults(advanced: EftFields, draft: ConnectionDraft): void {
  const { settings } = draft;
  const retries = advanced.number('numberOfConnectionRetries', 'retries');
  const delay = advanced.number('delayBetweenRetries', 'retryDelay');
  const parallel = advanced.number('maxConcurrentThreads', 'parallel');
  const timeout = advanced.number('connectionTimeout', 'timeout');
  settings['retries'] = retries ?? 0;
  settings['retryDelay'] = `${delay ?? 30}s`;
  settings['retryBackoff'] = 'fixed';
  settings['parallel'] = parallel ?? 1;
  if (timeout !== undefined && timeout > 0) settings['timeout'] = `${timeout}s`;
  ftpManners(advanced, draft);
}
