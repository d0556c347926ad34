import type { ProtocolClient } from '../protocols/protocol-client.js';
import { createClient } from '../protocols/protocol-registry.js';
import { resolvePlace } from '../settings/resolve-place.js';
import type { BatchPlace } from '../transfers/batch-request.js';
import type { SettingsInForce, Surroundings } from './surroundings.js';

/** A connected session and the place it was made for. */
export interface OpenPlace {
  readonly client: ProtocolClient;
  readonly place: BatchPlace;
}

/**
 * Connects to the host of a location, hands the session to `use` and closes it whatever comes of that. Rejects with
 * a TransferError. Nothing is written to the client log: it counts files, not looks.
 */
export async function withSession<T>(
  location: string,
  inForce: SettingsInForce,
  { platform }: Pick<Surroundings, 'platform'>,
  signal: AbortSignal,
  use: (open: OpenPlace) => Promise<T>,
): Promise<T> {
  const { place } = await resolvePlace(location, inForce.places);
  const client = await createClient(place.endpoint.options, platform);
  try {
    await client.connect({ signal });
    return await use({ client, place });
  } finally {
    await client.close();
  }
}
