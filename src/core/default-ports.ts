import type { UrlScheme } from './location.js';

/** The port that a URL means when it names none (RFC 1738, 9110; IANA for ftps and sftp). */
export const DEFAULT_PORTS: Readonly<Record<UrlScheme, number>> = {
  sftp: 22,
  ftp: 21,
  ftpes: 21,
  ftps: 990,
  http: 80,
  https: 443,
  dav: 80,
  davs: 443,
  s3: 443,
};

/** The same for a word that may be no scheme. */
export function defaultPortOf(scheme: string): number | undefined {
  return Object.hasOwn(DEFAULT_PORTS, scheme) ? DEFAULT_PORTS[scheme as UrlScheme] : undefined;
}
