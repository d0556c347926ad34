import { Secret } from '../core/secret.js';
import type { ProxyOptions, SocksProxyOptions } from '../net/proxy-options.js';

export type ProxyResolve = SocksProxyOptions['resolve'];

/** What the URL of a proxy says. */
export interface ProxyUrl {
  readonly kind: ProxyOptions['kind'];
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  /** Who turns names into addresses; `undefined` for HTTP proxies, which always do it themselves. */
  readonly resolve: ProxyResolve | undefined;
}

/** What is wrong with one; never with its user or password. */
export interface ProxyUrlProblem {
  readonly problem: string;
}

interface Scheme {
  readonly kind: ProxyOptions['kind'];
  readonly port: number;
  readonly resolve: readonly ProxyResolve[];
}

/** `resolve`: the first is what holds where nothing is said. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  socks4: { kind: 'socks4', port: 1080, resolve: ['us'] },
  socks4a: { kind: 'socks4a', port: 1080, resolve: ['proxy'] },
  socks5: { kind: 'socks5', port: 1080, resolve: ['proxy', 'us'] },
  // curl's word for the same.
  socks5h: { kind: 'socks5', port: 1080, resolve: ['proxy'] },
  http: { kind: 'http', port: 8080, resolve: [] },
};

const FOREIGN_SCHEMES: Readonly<Record<string, string>> = {
  socks: 'does not say which SOCKS: write socks4://, socks4a:// or socks5://',
  https:
    'would be TLS to the proxy itself, which is not spoken; an http:// proxy carries TLS to the partner as it is',
  ftp: 'is no proxy of this kind: how FTP proxies are logged in to is said by ftpProxy',
};

const FORM =
  /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(?:\[([0-9A-Fa-f:.]+)\]|([^:/?#@[\]\s;]+))(?::(\d{1,5}))?\/?(?:\?([^#]*))?$/;

export const PROXY_URL_FORM =
  'a URL such as socks5://proxy.acme.example:1080 or http://proxy.acme.example:3128';

/** Reads `kind://user:password@host:port?resolve=us`; user and password percent-encoded. */
export function readProxyUrl(text: string): ProxyUrl | ProxyUrlProblem {
  const match = FORM.exec(text);
  const name = (match?.[1] ?? /^([a-z0-9]+):/i.exec(text)?.[1] ?? '').toLowerCase();
  const foreign = Object.hasOwn(FOREIGN_SCHEMES, name) ? FOREIGN_SCHEMES[name] : undefined;
  if (foreign !== undefined) return { problem: `${name}:// ${foreign}` };
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  if (match === null || scheme === undefined) return { problem: `must be ${PROXY_URL_FORM}` };
  const [, , login, address, host, port, query] = match;
  const number = port === undefined ? scheme.port : Number(port);
  if (number < 1 || number > 65_535)
    return { problem: `has the port ${number}, which is not from 1 to 65535` };
  const readLogin = loginOf(login);
  if ('problem' in readLogin) return readLogin;
  const resolve = resolveOf(query);
  if (resolve !== undefined && typeof resolve === 'object') return resolve;
  return withResolve(
    {
      kind: scheme.kind,
      host: address ?? host ?? '',
      port: number,
      ...readLogin,
      resolve: scheme.resolve[0],
    },
    resolve,
    scheme.resolve,
  );
}

/** One or several, parted by commas, as they may be shown: without passwords, also where they cannot be read. */
export function shownProxyUrls(text: string): string {
  return text
    .split(',')
    .map((url) => url.replace(/^((?:[^:@]*:\/\/)?[^:@/]*):(?!\/\/).*@/s, '$1:***@'))
    .join(',');
}

/** The same proxy with the names resolved by somebody else, where it can do that. */
export function withResolve(
  proxy: ProxyUrl,
  resolve: ProxyResolve | undefined,
  possible: readonly ProxyResolve[] = SCHEMES[proxy.kind]?.resolve ?? [],
): ProxyUrl | ProxyUrlProblem {
  if (resolve === undefined) return proxy;
  if (possible.includes(resolve)) return { ...proxy, resolve };
  const who = proxy.kind === 'socks4' ? 'we always resolve names' : 'it always resolves names itself';
  return { problem: `cannot be resolve=${resolve}: with ${proxy.kind} ${who}` };
}

type Login = Pick<ProxyUrl, 'user' | 'password'>;

function loginOf(text: string | undefined): Login | ProxyUrlProblem {
  if (text === undefined) return { user: undefined, password: undefined };
  const colon = text.indexOf(':');
  const user = decoded(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? undefined : decoded(text.slice(colon + 1));
  if (user === undefined || (colon >= 0 && password === undefined)) {
    return {
      problem: 'has a user or password with a % that is not followed by two hex digits (write % as %25)',
    };
  }
  if (/[\0\r\n]/.test(`${user}${password ?? ''}`)) {
    return { problem: 'has a line break or NUL in its user or password' };
  }
  return { user, password: password === undefined ? undefined : new Secret(password) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function resolveOf(query: string | undefined): ProxyResolve | ProxyUrlProblem | undefined {
  if (query === undefined || query === '') return undefined;
  const value = /^resolve=(us|proxy)$/.exec(query)?.[1];
  if (value === 'us' || value === 'proxy') return value;
  return { problem: 'may end with ?resolve=us or ?resolve=proxy, and with nothing else' };
}
