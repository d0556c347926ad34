import { isLocal } from '../transfers/endpoint.js';
import type { BatchPlace } from '../transfers/batch-request.js';

/** A path on the endpoint of `place`, as a location that a command line takes. */
export function locationText(place: BatchPlace, path: string, os: NodeJS.Platform): string {
  if (!isUrl(place)) return shownPath(place, path, os);
  return shownPath(place, path.split('/').map(encodeURIComponent).join('/'), os);
}

/** The same for reading: a URL's path is not encoded. */
export function shownPath(
  { endpoint }: Pick<BatchPlace, 'endpoint'>,
  path: string,
  os: NodeJS.Platform,
): string {
  if (isLocal(endpoint)) return os === 'win32' ? path.replaceAll('/', '\\') : path;
  if (!endpoint.label.includes('://')) return `${endpoint.label}:${path}`;
  // What stands for the host is the bucket, with which the path begins.
  if (endpoint.columns.protocol === 's3')
    return `${endpoint.label.replace(/[^/@]*$/, '')}${path.replace(/^\//, '')}`;
  return `${endpoint.label}${path.startsWith('/') ? '' : '/'}${path}`;
}

function isUrl({ endpoint }: BatchPlace): boolean {
  return !isLocal(endpoint) && endpoint.label.includes('://');
}

/** The side of a transfer that the client log names. */
export function remotePlace(source: BatchPlace, destination: BatchPlace): BatchPlace {
  return isLocal(source.endpoint) ? destination : source;
}
