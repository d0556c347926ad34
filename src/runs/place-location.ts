import type { RemotePath } from '../core/remote-path.js';
import type { HostFacts } from '../core/platform.js';
import { isLocal, type Endpoint } from '../transfers/endpoint.js';

/** A path of an endpoint as a location that rules can use again: a local path, `acme:/out/a.csv`, or a URL. */
export function placeLocation(endpoint: Endpoint, path: RemotePath, { os }: Pick<HostFacts, 'os'>): string {
  if (isLocal(endpoint)) return os === 'win32' ? path.replaceAll('/', '\\') : path;
  if (!endpoint.label.includes('://')) return `${endpoint.label}:${path}`;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  // The host of an S3 address is its bucket, which paths begin with.
  if (endpoint.columns.protocol === 's3') return `s3:/${encoded}`;
  return `${endpoint.label}${encoded.startsWith('/') ? '' : '/'}${encoded}`;
}
