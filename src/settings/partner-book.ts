import type { PartnerBook } from '../client-log/partners.js';
import { connectionHost, connectionPort, connectionUser } from './partner.js';
import type { LoadedSettings } from './settings-file.js';

/** The connections of the settings as they show in a client log. */
export function partnerBook({ settings }: Pick<LoadedSettings, 'settings'>): PartnerBook {
  return Object.entries(settings.connections ?? {}).map(([name, connection]) => ({
    name,
    host: connectionHost(connection),
    port: connectionPort(connection),
    user: connectionUser(connection) ?? '',
  }));
}
