import type { UrlScheme } from '../core/location.js';
import type { ProxyOptions } from '../net/proxy-options.js';
import type { Origin } from './origin.js';
import { connectionSecret } from './partner-login.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { isExempt, isThisMachine } from './proxy-exemption.js';
import type { WrittenProxy } from './proxy-schema.js';
import { readProxyUrl, withResolve, type ProxyUrl, type ProxyUrlProblem } from './proxy-url.js';
import { settingsError } from './settings-error.js';

/**
 * The proxies on the way to a partner, the nearest first: from the first of `--proxy`, TALLY_PROXY, the connection,
 * the usual variables (but for hosts that NO_PROXY names). Empty: directly. Rejects with SETTINGS_INVALID.
 */
export async function proxiesOf(partner: Partner, context: PlaceContext): Promise<readonly ProxyOptions[]> {
  const { proxy: given } = context.given.values;
  if (given !== undefined) return givenProxies(given, context);
  const { proxy: written } = partner.connection;
  if (written !== undefined) return writtenProxies(written, partner, context);
  return usualProxies(partner, context);
}

function givenProxies(words: readonly string[], context: PlaceContext): readonly ProxyOptions[] {
  const origin = context.given.originOf('proxy') ?? { kind: 'default' };
  if (words.length === 1 && words[0] === 'none') return [];
  if (words.length === 0) throw settingsError(origin, 'must be none or the URL of a proxy; found nothing');
  const proxies = words.map((word) => valid(readProxyUrl(word), origin));
  if (origin.kind === 'flag' && proxies.some(({ password }) => password !== undefined)) {
    context.secrets.warn(
      'the password in --proxy can be seen in the list of processes and in the history of the shell; use TALLY_PROXY, or a connection with a proxy in the settings',
    );
  }
  return proxies.map(optionsOf);
}

async function writtenProxies(
  written: readonly WrittenProxy[],
  partner: Partner,
  context: PlaceContext,
): Promise<readonly ProxyOptions[]> {
  const proxies: ProxyOptions[] = [];
  for (const proxy of written) {
    const origin = partner.originOf('proxy');
    const { url, password, resolve } = typeof proxy === 'string' ? { url: proxy } : proxy;
    const read = valid(withResolve(valid(readProxyUrl(url), origin), resolve), origin);
    const secret = password && (await connectionSecret(password, origin, context));
    proxies.push(optionsOf({ ...read, password: secret }));
  }
  return proxies;
}

/** As curl reads them: lower case first. HTTP_PROXY counts in lower case only, since a web server sets it by a header. */
const USUAL_VARIABLES: Readonly<Record<UrlScheme, readonly string[]>> = {
  sftp: [],
  ftp: ['ftp_proxy', 'FTP_PROXY'],
  ftpes: ['ftp_proxy', 'FTP_PROXY'],
  ftps: ['ftp_proxy', 'FTP_PROXY'],
  http: ['http_proxy'],
  dav: ['http_proxy'],
  https: ['https_proxy', 'HTTPS_PROXY'],
  davs: ['https_proxy', 'HTTPS_PROXY'],
  s3: ['https_proxy', 'HTTPS_PROXY'],
};

function usualProxies(partner: Partner, context: PlaceContext): readonly ProxyOptions[] {
  const { environment } = context.secrets;
  const firstOf = (names: readonly string[]) =>
    names.map((name) => ({ name, text: environment[name]?.trim() ?? '' })).find(({ text }) => text !== '');
  const found = firstOf([...USUAL_VARIABLES[partner.scheme], 'all_proxy', 'ALL_PROXY']);
  if (found === undefined) return [];
  const { host, port } = partner;
  const noProxy = firstOf(['no_proxy', 'NO_PROXY'])?.text ?? '';
  if (isThisMachine(host) || isExempt(noProxy, { host, port })) return [];
  // Many write no more than host and port, and mean an HTTP proxy.
  const url = found.text.includes('://') ? found.text : `http://${found.text}`;
  const origin: Origin = { kind: 'environment', name: found.name };
  return [optionsOf(valid(readProxyUrl(url), origin, '; proxy: none or --proxy none goes without it'))];
}

function valid(read: ProxyUrl | ProxyUrlProblem, origin: Origin, wayOut = ''): ProxyUrl {
  if ('problem' in read) throw settingsError(origin, `the proxy ${read.problem}${wayOut}`);
  return read;
}

function optionsOf({ kind, host, port, user, password, resolve }: ProxyUrl): ProxyOptions {
  const place = { host, port, user, password };
  return kind === 'http' ? { kind, ...place } : { kind, ...place, resolve: resolve ?? 'proxy' };
}
