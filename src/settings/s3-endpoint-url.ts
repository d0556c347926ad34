import { printable } from '../core/printable.js';
import type { ConnectionSettings } from './connection-schema.js';
import { DEFAULT_ORIGIN, type Origin } from './origin.js';
import type { PlaceContext } from './place-context.js';
import { settingsError } from './settings-error.js';

/** Where an S3 partner listens. */
export interface S3EndpointUrl {
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'implicit';
  readonly region: string;
  /** One of Amazon's own. */
  readonly isAmazon: boolean;
  /** Where the endpoint stands. */
  readonly origin: Origin;
}

/**
 * The endpoint from the first of `--endpoint`, TALLY_ENDPOINT, the connection, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL,
 * else Amazon's of the region. Rejects with SETTINGS_INVALID.
 */
export function s3EndpointUrl(
  connection: ConnectionSettings,
  originOf: (key: string) => Origin,
  { given, secrets }: PlaceContext,
): S3EndpointUrl {
  const { environment } = secrets;
  const region =
    given.values.region ??
    connection.region ??
    (environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || 'us-east-1');
  const written = firstWritten([
    [given.values.endpoint, given.originOf('endpoint') ?? DEFAULT_ORIGIN],
    [connection.endpoint, originOf('endpoint')],
    ...['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'].map(
      (name) => [environment[name], { kind: 'environment', name }] as const,
    ),
  ]);
  if (!/^[a-z0-9-]{1,60}$/i.test(region)) {
    const origin = given.originOf('region') ?? originOf('region');
    throw settingsError(origin, `must be a region such as eu-central-1; found "${printable(region, 80)}"`);
  }
  if (written !== undefined) return { ...readEndpoint(...written), region };
  return {
    host: amazonHost(region),
    port: 443,
    security: 'implicit',
    region,
    isAmazon: true,
    origin: DEFAULT_ORIGIN,
  };
}

/** Host and port of an S3 connection by its own keys alone, as its lines in the log most likely have them. */
export function writtenS3Place({ endpoint, region }: ConnectionSettings): {
  readonly host: string;
  readonly port: number;
} {
  if (endpoint === undefined) return { host: amazonHost(region ?? 'us-east-1'), port: 443 };
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const usualPort = url?.protocol === 'http:' ? 80 : 443;
  return { host: hostOf(url), port: Number(url?.port) || usualPort };
}

function amazonHost(region: string): string {
  return `s3.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: URL | undefined): string {
  return url?.hostname.replace(/^\[|\]$/g, '') ?? '';
}

type Written = readonly [text: string, origin: Origin];

function firstWritten(
  candidates: readonly (readonly [text: string | undefined, origin: Origin])[],
): Written | undefined {
  for (const [text, origin] of candidates) if (text !== undefined && text !== '') return [text, origin];
  return undefined;
}

function readEndpoint(text: string, origin: Origin): Omit<S3EndpointUrl, 'region'> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  const isBare = url?.username === '' && url.password === '' && url.pathname === '/' && url.search === '';
  if (url === undefined || !isWeb || !isBare) {
    throw settingsError(
      origin,
      `must be a URL of host and port alone, such as https://minio.acme.example:9000; found "${printable(withoutLogin(text), 120)}"`,
    );
  }
  const isSecure = url.protocol === 'https:';
  const host = hostOf(url);
  return {
    host,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    security: isSecure ? 'implicit' : 'none',
    isAmazon: /\.amazonaws\.com(\.cn)?$/.test(host),
    origin,
  };
}

function withoutLogin(text: string): string {
  return text.replace(/:\/\/[^/]*@/s, '://***@');
}
