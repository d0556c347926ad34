import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Files } from '../core/files.js';
import { TransferError } from '../core/transfer-error.js';
import type { TlsOptions, TlsVersion } from './tls-options.js';

/** Where Linux distributions and BSDs keep the CAs that the machine's administrator trusts. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const VERSIONS = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const satisfies Record<TlsVersion, string>;

const contexts = new WeakMap<TlsOptions, Promise<SecureContext>>();

/**
 * Whom a TLS connection trusts and who we are on it, in OpenSSL's form: the machine's CAs (those that come with
 * the runtime where the machine keeps none as a file) and the connection's own. Parsing so many certificates
 * takes a while, so sessions that share their options share the result. Rejects with SETTINGS_INVALID when a
 * PEM text cannot be used.
 */
export function tlsContext(options: TlsOptions, files: Files): Promise<SecureContext> {
  const known = contexts.get(options);
  if (known !== undefined) return known;
  const context = makeContext(options, files);
  contexts.set(options, context);
  return context;
}

async function makeContext(options: TlsOptions, files: Files): Promise<SecureContext> {
  const { clientCertificate, pins } = options;
  // A pin needs no CA.
  const system = pins.length > 0 ? [] : await systemCertificates(files);
  try {
    options.ca.forEach(checkCertificates);
    return createSecureContext({
      ca: [...system, ...options.ca],
      minVersion: VERSIONS[options.minVersion ?? '1.2'],
      maxVersion: VERSIONS[options.maxVersion ?? '1.3'],
      ...(clientCertificate === undefined
        ? {}
        : {
            cert: clientCertificate.certificate,
            key: clientCertificate.key.reveal(),
            passphrase: clientCertificate.passphrase?.reveal(),
          }),
    });
  } catch (cause) {
    throw new TransferError({
      code: 'SETTINGS_INVALID',
      lastCode: -1,
      phase: 'tls',
      message:
        'the TLS settings cannot be used: a CA, the client certificate, its key or the passphrase is wrong',
      cause,
    });
  }
}

const CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** OpenSSL passes over a CA that it cannot read; the user would be told that the server's issuer is unknown. */
function checkCertificates(pem: string): void {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new TypeError('there is no certificate in it');
  for (const certificate of certificates) new X509Certificate(certificate);
}

async function systemCertificates(files: Files): Promise<readonly string[]> {
  for (const path of SYSTEM_BUNDLES) {
    const bundle = await files.readAll(path).catch(() => undefined);
    if (bundle !== undefined && bundle.length > 0) return [bundle.toString('latin1')];
  }
  return rootCertificates;
}
