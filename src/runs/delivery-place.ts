import type { RemotePath } from '../core/remote-path.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { isLocal, type Endpoint } from '../transfers/endpoint.js';
import type { SourceIdentity } from '../transfers/source-identity.js';

/** Source or target of a delivery: `local:/abs/path` (parted by `/` on Windows too), `acme:/out/a.csv`. */
export function deliveryPlace(endpoint: Endpoint, path: RemotePath): string {
  return `${endpoint.label}:${path}`;
}

/**
 * The version of a source: `123:1700000000000`. Where the server tells no time, its own mark of the version stands
 * there; `?` for what it hides.
 */
export function deliveryIdentity({ sizeBytes, modifiedMs, version }: SourceIdentity): string {
  return `${sizeBytes ?? '?'}:${modifiedMs ?? version ?? '?'}`;
}

/** False where a new version of the file would look like the old one. */
export function isVersionTold({ sizeBytes, modifiedMs, version }: RemoteEntry): boolean {
  return sizeBytes !== undefined && (modifiedMs !== undefined || version !== undefined);
}

/** Name of the connection, or the host where the place was a URL; `local` (`AttemptRecord.partner`). */
export function partnerName(endpoint: Endpoint): string {
  if (isLocal(endpoint)) return 'local';
  return endpoint.label.includes('://') ? endpoint.columns.host : endpoint.label;
}
