import { join } from 'node:path';
import { printable } from '../core/printable.js';
import { Secret } from '../core/secret.js';
import type { S3Credentials } from '../protocols/s3/s3-options.js';
import type { PlaceContext } from './place-context.js';
import { settingsError } from './settings-error.js';

/**
 * The keys that other tools of AWS use too: AWS_ACCESS_KEY_ID and its fellows, else the profile AWS_PROFILE
 * (`default`) of ~/.aws/credentials. Undefined where there are none. Rejects with SETTINGS_INVALID when a half is
 * missing, or the profile that was asked for.
 */
export async function awsCredentials(context: PlaceContext): Promise<S3Credentials | undefined> {
  const { environment } = context.secrets;
  const accessKeyId = environment['AWS_ACCESS_KEY_ID'];
  if (accessKeyId === undefined || accessKeyId === '') return profileCredentials(context);
  const secret = environment['AWS_SECRET_ACCESS_KEY'];
  if (secret === undefined || secret === '') {
    const origin = { kind: 'environment', name: 'AWS_ACCESS_KEY_ID' } as const;
    throw settingsError(origin, 'is set, but AWS_SECRET_ACCESS_KEY is not');
  }
  return credentials(accessKeyId, secret, environment['AWS_SESSION_TOKEN']);
}

async function profileCredentials(context: PlaceContext): Promise<S3Credentials | undefined> {
  const { environment } = context.secrets;
  const asked = environment['AWS_PROFILE'] || undefined;
  const file = environment['AWS_SHARED_CREDENTIALS_FILE'] || join(context.homeFolder, '.aws', 'credentials');
  const text = await context.platform.files.readAll(file).catch(() => undefined);
  const values = text && profileValues(text.toString('utf8'), asked ?? 'default');
  const id = values?.get('aws_access_key_id');
  const secret = values?.get('aws_secret_access_key');
  if (id !== undefined && secret !== undefined)
    return credentials(id, secret, values?.get('aws_session_token'));
  if (asked === undefined) return undefined;
  throw settingsError(
    { kind: 'environment', name: 'AWS_PROFILE' },
    `${printable(file)} has no pair of keys for the profile "${printable(asked, 80)}"`,
  );
}

/** The lines `name = value` below `[profile]`. */
function profileValues(text: string, profile: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let isWanted = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*(?:profile\s+)?(.*?)\s*\]/.exec(line);
    if (heading) isWanted = heading[1] === profile;
    const pair = /^\s*([a-z_]+)\s*=\s*(\S+)\s*$/i.exec(line);
    if (isWanted && pair) values.set((pair[1] ?? '').toLowerCase(), pair[2] ?? '');
  }
  return values;
}

function credentials(accessKeyId: string, secret: string, token: string | undefined): S3Credentials {
  return {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    ...(token === undefined || token === '' ? {} : { sessionToken: new Secret(token) }),
  };
}
