import { Secret } from '../core/secret.js';
import type { HttpHeader, HttpLogin, HttpOptions } from '../protocols/http/http-options.js';
import { isHeaderValue } from './http-schema.js';
import { askPassword, connectionSecret, givenPassword } from './partner-login.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { proxiesOf } from './proxy-endpoint.js';
import { settingsError } from './settings-error.js';
import { tlsOptions } from './tls-endpoint.js';

const MAX_REDIRECTS = 5;

/** HTTP, HTTPS and WebDAV. */
export async function httpOptions(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<HttpOptions> {
  const { connection, scheme, query } = partner;
  const isWebdav = scheme === 'dav' || scheme === 'davs';
  if (isWebdav && connection.upload === 'post') {
    throw settingsError(partner.originOf('upload'), 'is for http and https; WebDAV has PUT');
  }
  return {
    kind: 'http',
    host: partner.host,
    port: partner.port,
    security: partner.security === 'none' ? 'none' : 'tls',
    tls: await tlsOptions(partner, context),
    webdav: isWebdav,
    login: await loginOf(partner, context),
    ...(query === undefined ? {} : { query }),
    headers: await headersOf(partner, context),
    upload:
      connection.upload === 'post'
        ? { method: 'post', field: connection.uploadField ?? 'file' }
        : { method: 'put' },
    maxRedirects: connection.maxRedirects ?? MAX_REDIRECTS,
    timeoutMs,
    proxies: await proxiesOf(partner, context),
  };
}

/** By a token, else by the user; none without either. */
async function loginOf(partner: Partner, context: PlaceContext): Promise<HttpLogin> {
  const { token, auth } = partner.connection;
  if (auth === 'none') return { kind: 'none' };
  if (token !== undefined) {
    if (auth !== undefined && auth !== 'bearer') {
      throw settingsError(partner.originOf('auth'), `is ${auth}, but a token is sent as bearer`);
    }
    const origin = partner.originOf('token');
    return { kind: 'bearer', token: headerSecret(await connectionSecret(token, origin, context), origin) };
  }
  if (auth === 'bearer') throw settingsError(partner.originOf('auth'), 'is bearer, but there is no token');
  const { user } = partner;
  if (user === undefined) {
    if (auth === undefined) return { kind: 'none' };
    throw settingsError(partner.originOf('auth'), `is ${auth}, but there is no user`);
  }
  const password = (await givenPassword(partner, context)) ?? (await askPassword(partner, context));
  return { kind: auth ?? 'auto', user, password };
}

async function headersOf(partner: Partner, context: PlaceContext): Promise<readonly HttpHeader[]> {
  const headers: HttpHeader[] = [];
  for (const [name, value] of Object.entries(partner.connection.headers ?? {})) {
    const origin = partner.originOf('headers', name);
    const secret =
      typeof value === 'string' ? new Secret(value) : await connectionSecret(value, origin, context);
    headers.push({ name, value: headerSecret(secret, origin) });
  }
  return headers;
}

/** Says nothing of the secret itself. */
function headerSecret(secret: Secret, origin: ReturnType<Partner['originOf']>): Secret {
  if (isHeaderValue(secret.reveal())) return secret;
  throw settingsError(origin, 'is a text that no header may hold: a line break or a letter beyond ASCII');
}
