import type { TlsOptions } from '../net/tls-options.js';
import { connectionSecret, fromCommandLine, fromSettings, readNamedFile } from './partner-login.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { readSecretFile } from './secret-sources.js';

/** What the flags and the connection say about TLS, files read. */
export async function tlsOptions(partner: Partner, context: PlaceContext): Promise<TlsOptions> {
  const { connection } = partner;
  const { minVersion, maxVersion, serverName } = connection.tls ?? {};
  const clientCertificate = await clientCertificateOf(partner, context);
  return {
    ca: await caTexts(partner, context),
    pins: context.given.values.pins ?? connection.pins ?? [],
    ...(serverName === undefined ? {} : { serverName }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
}

async function caTexts(partner: Partner, context: PlaceContext): Promise<readonly string[]> {
  const given = context.given.values.ca?.map((path) => fromCommandLine(path, context));
  const paths = given ?? partner.connection.ca?.map((path) => fromSettings(path, context)) ?? [];
  const origin = context.given.originOf('ca') ?? partner.originOf('ca');
  return Promise.all(paths.map((path) => readNamedFile(path, 'CA file', origin, context)));
}

async function clientCertificateOf(
  partner: Partner,
  context: PlaceContext,
): Promise<TlsOptions['clientCertificate']> {
  const settings = partner.connection.clientCertificate;
  if (settings === undefined) return undefined;
  const origin = (key: string) => partner.originOf('clientCertificate', key);
  const passphrase =
    settings.passphrase && (await connectionSecret(settings.passphrase, origin('passphrase'), context));
  return {
    certificate: await readNamedFile(
      fromSettings(settings.certificate, context),
      'certificate',
      origin('certificate'),
      context,
    ),
    key: await readSecretFile(fromSettings(settings.key, context), origin('key'), context.secrets),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}
