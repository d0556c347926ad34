import type { RetryPartner } from '../../log-tools/retry/retry-partner.js';
import { connectionScheme, connectionSecurity } from '../../settings/connection-schema.js';
import { connectionHost, connectionPort, connectionUser, loggedProtocol } from '../../settings/partner.js';
import { settingsError } from '../../settings/settings-error.js';
import type { SettingsInForce } from '../surroundings.js';

/** The connections of the settings with the user that each would log in as now. */
export function retryPartners({ loaded, given }: SettingsInForce): readonly RetryPartner[] {
  return Object.entries(loaded.settings.connections ?? {}).map(([name, connection]) => {
    const scheme = connectionScheme(connection);
    return {
      name,
      host: connectionHost(connection),
      port: connectionPort(connection),
      user: given.values.user ?? connectionUser(connection) ?? (scheme.startsWith('ftp') ? 'anonymous' : ''),
      protocol: loggedProtocol(scheme, connectionSecurity(connection)),
    };
  });
}

/**
 * Rejects when a password or key of the command line or the environment would be shown to several partners: it is
 * meant for one, and the others would see it, or lock the account.
 */
export function refuseSharedLogin(names: readonly string[], { given, places }: SettingsInForce): void {
  if (names.length < 2) return;
  const password = places.secrets.environment['TALLY_PASSWORD'];
  const origin =
    given.originOf('passwordFile') ??
    given.originOf('identities') ??
    (password === undefined || password === ''
      ? undefined
      : ({ kind: 'environment', name: 'TALLY_PASSWORD' } as const));
  if (origin === undefined) return;
  throw settingsError(
    origin,
    `would be used for ${names.join(' and ')} alike: give each connection its own in the settings, or ask for one partner at a time (host:...)`,
  );
}
