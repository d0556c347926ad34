import { isLocal } from '../transfers/endpoint.js';
import type { BatchPlace } from '../transfers/batch-request.js';

/** A path on the endpoint of `place`, as a location that a command line takes. */
export function locationText(place: BatchPlace, path: string, os: NodeJS.Platform): string {
  const { endpoint } = place;
  if (isLocal(endpoint)) return os === 'win32' ? path.replaceAll('/', '\\') : path;
  if (!endpoint.label.includes('://')) return `${endpoint.label}:${path}`;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint.label}${encoded.startsWith('/') ? '' : '/'}${encoded}`;
}

/** The side of a transfer that the client log names. */
export function remotePlace(source: BatchPlace, destination: BatchPlace): BatchPlace {
  return isLocal(source.endpoint) ? destination : source;
}
