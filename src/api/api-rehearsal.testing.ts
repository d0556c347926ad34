import type { FastifyInstance, InjectOptions } from 'fastify';
import { newToken, tokenHash } from './access/token-text.js';
import { buildApi, type ApiFailure } from './build-api.js';
import { FakeDaemon } from './daemon-face.testing.js';
import type { Role } from '../store/access-store.js';

const DAY_MS = 86_400_000;

/** The API around a fake daemon, with a token of each role. */
export interface ApiRehearsal {
  readonly app: FastifyInstance;
  readonly daemon: FakeDaemon;
  readonly failures: ApiFailure[];
  readonly localToken: string;
  readonly tokens: Readonly<Record<Role, string>>;
  /** Answer of a route to a token of this role (default admin). */
  ask(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    options?: { readonly role?: Role; readonly body?: unknown; readonly headers?: Record<string, string> },
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown>; readonly text: string }>;
  close(): Promise<void>;
}

export async function rehearseApi(daemon = new FakeDaemon()): Promise<ApiRehearsal> {
  const failures: ApiFailure[] = [];
  const localToken = newToken();
  const app = await buildApi(daemon, {
    localTokenHash: tokenHash(localToken),
    withProcessMetrics: false,
    report: (failure) => failures.push(failure),
  });
  const roles = ['viewer', 'operator', 'editor', 'admin'] as const;
  const made = await Promise.all(
    roles.map(async (role) => [role, await addToken(daemon, role, role)] as const),
  );
  const tokens = Object.fromEntries(made) as Record<Role, string>;
  return {
    app,
    daemon,
    failures,
    localToken,
    tokens,
    ask: async (method, url, { role = 'admin', body, headers = {} } = {}) => {
      const options: InjectOptions = {
        method,
        url,
        headers: { authorization: `Bearer ${tokens[role]}`, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      };
      const answer = await app.inject(options);
      const isJson = String(answer.headers['content-type']).includes('json');
      return {
        status: answer.statusCode,
        body: isJson ? answer.json<Record<string, unknown>>() : {},
        text: answer.body,
      };
    },
    close: async () => {
      await app.close();
      await daemon.store.close();
    },
  };
}

/** A token in the store, valid for a day unless said otherwise. */
export async function addToken(
  daemon: FakeDaemon,
  name: string,
  role: Role,
  validMs = DAY_MS,
): Promise<string> {
  const token = newToken();
  const createdMs = daemon.clock.now();
  const expiresMs = createdMs + validMs;
  await daemon.store.access.addToken({ name, role, createdMs, expiresMs, hash: tokenHash(token) });
  return token;
}
