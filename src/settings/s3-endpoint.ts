import type { S3Credentials, S3Options } from '../protocols/s3/s3-options.js';
import { awsCredentials } from './aws-credentials.js';
import { askPassword, connectionSecret, givenPassword } from './partner-login.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { proxiesOf } from './proxy-endpoint.js';
import { s3EndpointUrl, type S3EndpointUrl } from './s3-endpoint-url.js';
import { SettingsError, settingsError, type SettingsProblem } from './settings-error.js';
import { tlsOptions } from './tls-endpoint.js';
import { tlsShape } from './tls-schema.js';

const MIB = 1024 * 1024;
const DEFAULT_PART_BYTES = 16 * MIB;
/** What S3 takes as a part (Amazon S3 User Guide, "multipart upload limits"). */
const MIN_PART_BYTES = 5 * MIB;
const MAX_PART_BYTES = 5 * 1024 * MIB;

/** S3 and what speaks like it. */
export async function s3Options(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<S3Options> {
  const endpoint = s3EndpointUrl(partner.connection, (key) => partner.originOf(key), context);
  const { host, port, security, region, isAmazon } = endpoint;
  if (security === 'none') refuseTlsKeys(endpoint, partner, context);
  return {
    kind: 's3',
    host,
    port,
    security: security === 'none' ? 'none' : 'tls',
    tls: await tlsOptions(partner, context),
    region,
    credentials: await credentialsOf(partner, context),
    addressing: partner.connection.addressing ?? (isAmazon ? 'virtual' : 'path'),
    partBytes: partBytesOf(partner),
    timeoutMs,
    proxies: await proxiesOf(partner, context),
  };
}

/** Without a user those of AWS's own variables and files; without any the requests are not signed. */
async function credentialsOf(partner: Partner, context: PlaceContext): Promise<S3Credentials | undefined> {
  if (partner.user === undefined) return awsCredentials(context);
  const { sessionToken } = partner.connection;
  const token =
    sessionToken && (await connectionSecret(sessionToken, partner.originOf('sessionToken'), context));
  return {
    accessKeyId: partner.user,
    secretAccessKey: (await givenPassword(partner, context)) ?? (await askPassword(partner, context)),
    ...(token === undefined ? {} : { sessionToken: token }),
  };
}

function partBytesOf(partner: Partner): number {
  const bytes = partner.connection.partSize ?? DEFAULT_PART_BYTES;
  if (bytes >= MIN_PART_BYTES && bytes <= MAX_PART_BYTES) return bytes;
  throw settingsError(partner.originOf('partSize'), 'must be from 5M to 5G: S3 takes no other parts');
}

function refuseTlsKeys({ host, port }: S3EndpointUrl, partner: Partner, context: PlaceContext): void {
  const problems: SettingsProblem[] = [];
  const text = `is for TLS; the endpoint http://${host}:${port} has none`;
  for (const key of Object.keys(tlsShape) as readonly (keyof typeof tlsShape)[]) {
    const given = context.given.originOf(key);
    if (given?.kind === 'flag') problems.push({ origin: given, text });
    else if (partner.connection[key] !== undefined) problems.push({ origin: partner.originOf(key), text });
  }
  if (problems.length > 0) throw new SettingsError(problems);
}
