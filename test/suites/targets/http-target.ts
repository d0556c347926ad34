import { remotePath } from '../../../src/core/remote-path.js';
import { Secret } from '../../../src/core/secret.js';
import { createHttpClient } from '../../../src/protocols/http/http-client.js';
import type { HttpOptions } from '../../../src/protocols/http/http-options.js';
import type { TestServer } from '../../servers/test-server.js';
import { startApache } from '../../servers/apache.js';
import { startNginx } from '../../servers/nginx.js';
import type { WebServerOptions } from '../../servers/web-server-options.js';
import { MIB } from '../bytes.js';
import type { CodeTable, Powers, ProtocolTarget } from '../protocol-target.js';
import { forbidByMode, lockByMode } from './locked-folder.js';

/** RFC 9110 and RFC 4918. -1: refused after a look that the server answered well. */
export const httpCodes: CodeTable = {
  connected: [200, 204, 207, 403, 404, 405],
  transferred: [200, 201, 204, 206],
  renamed: [201, 204],
  removed: [204],
  // 207: it exists, as a look has told.
  folderMade: [201, 207],
  folderRemoved: [204],
  timeSet: [],
  settled: [200, 207],
  loginRefused: [401],
  missing: [404],
  forbidden: [403, 500],
  refused: [-1, 301, 400, 403, 404, 405, 409, 412, 500],
  diskFull: [507],
  hungUp: [10054],
};

const WRONG_PASSWORD = 'not-the-password-0815';

export type HttpPlace = Pick<TestServer, 'host' | 'port' | 'user' | 'password' | 'root' | 'ca' | 'stop'>;

export interface HttpTargetOptions {
  readonly session: Partial<HttpOptions>;
  readonly powers: Partial<Powers>;
  readonly codes?: Partial<CodeTable>;
}

export function httpTarget(place: HttpPlace, { session, powers, codes }: HttpTargetOptions): ProtocolTarget {
  return {
    root: place.root,
    remoteRoot: remotePath('/'),
    secrets: [place.password, WRONG_PASSWORD],
    codes: { ...httpCodes, ...codes },
    socketsPerSession: 1,
    powers: {
      refusedLogin: (platform) =>
        createHttpClient(
          httpOptions(place, {
            ...session,
            login: { kind: 'auto', user: place.user, password: new Secret(WRONG_PASSWORD) },
          }),
          platform,
        ),
      loginFolder: place.root,
      ...powers,
    },
    createClient: (platform, { timeoutMs } = {}) =>
      createHttpClient(
        httpOptions(place, { ...session, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
        platform,
      ),
    stop: () => place.stop(),
  };
}

export function httpOptions(place: HttpPlace, changes: Partial<HttpOptions> = {}): HttpOptions {
  return {
    kind: 'http',
    host: place.host,
    port: place.port,
    security: place.ca === undefined ? 'none' : 'tls',
    tls: { ca: place.ca === undefined ? [] : [place.ca], pins: [] },
    webdav: false,
    login: { kind: 'auto', user: place.user, password: new Secret(place.password) },
    headers: [],
    upload: { method: 'put' },
    maxRedirects: 5,
    timeoutMs: 20_000,
    proxies: [],
    ...changes,
  };
}

/** Apache's or nginx's web server as a target. */
export async function startWebTarget(
  product: 'Apache' | 'nginx',
  options: WebServerOptions & { readonly webdav: boolean },
  codes: Partial<CodeTable> = {},
): Promise<ProtocolTarget> {
  const server = await (product === 'Apache' ? startApache : startNginx)(options);
  return httpTarget(server, {
    session: { webdav: options.webdav },
    codes,
    powers: {
      lockFolder: lockByMode,
      forbidReading: forbidByMode,
      startWithSmallDisk: () => startWebTarget(product, { ...options, diskBytes: MIB }, codes),
    },
  });
}
