import { Secret } from '../core/secret.js';
import type { BatchPlace } from '../transfers/batch-request.js';
import type { ConnectionSettings } from './connection-schema.js';
import type { PlaceContext } from './place-context.js';
import { resolvePlace } from './resolve-place.js';

/** Keys that say who we are, and are of no use to somebody who only looks. */
const LOGIN_KEYS = [
  'password',
  'passphrase',
  'identities',
  'account',
  'auth',
  'token',
  'headers',
  'sessionToken',
] as const;
const LOGIN_FLAGS = ['passwordFile', 'identities'] as const;
const LOGIN_VARIABLES = ['TALLY_PASSWORD', 'TALLY_PASSPHRASE', 'SSH_AUTH_SOCK'] as const;

/**
 * As `resolvePlace`, for looking at the server without a login: no password, key or agent is asked for or fetched.
 * A proxy's login and a client certificate stay, since without them there may be nothing to see.
 */
export async function resolveLook(text: string, context: PlaceContext): Promise<BatchPlace> {
  const { loaded, given, secrets } = context;
  const connections = Object.entries(loaded.settings.connections ?? {}).map(
    ([name, connection]) => [name, withoutLogin(connection)] as const,
  );
  const { place } = await resolvePlace(text, {
    ...context,
    loaded: { ...loaded, settings: { ...loaded.settings, connections: Object.fromEntries(connections) } },
    given: {
      ...given,
      values: { ...without(given.values, LOGIN_FLAGS), user: given.values.user ?? 'nobody' },
    },
    secrets: {
      ...secrets,
      environment: without(secrets.environment, LOGIN_VARIABLES),
      prompt: () => Promise.resolve(new Secret('')),
    },
  });
  return place;
}

function withoutLogin(connection: ConnectionSettings): ConnectionSettings {
  const bare = without(connection, LOGIN_KEYS);
  return connection.agent === undefined ? bare : { ...bare, agent: false };
}

function without<T extends object>(values: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key))) as T;
}
