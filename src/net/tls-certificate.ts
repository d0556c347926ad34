import { createHash, type X509Certificate } from 'node:crypto';
import { printable } from '../core/printable.js';

/**
 * `SHA256:<base64>` of the certificate's public key (SubjectPublicKeyInfo), as a pin is written, without
 * padding.
 */
export function publicKeyPin(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** True when one of the pins names the certificate's public key. */
export function isPinned(certificate: X509Certificate, pins: readonly string[]): boolean {
  const actual = publicKeyPin(certificate);
  return pins.some((pin) => pin.replace(/=+$/, '') === actual);
}

/**
 * True when the certificate was made for this name or address (RFC 6125; a wildcard stands for one whole
 * label).
 */
export function bearsName(certificate: X509Certificate, name: string): boolean {
  if (isAddress(name)) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { partialWildcards: false }) !== undefined;
}

export function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}

/**
 * What is wrong with a certificate, by the name of OpenSSL's or Node's check that failed; undefined: no
 * certificate check did.
 */
export function certificateProblem(
  check: string | undefined,
  certificate: X509Certificate | undefined,
  name: string,
): string | undefined {
  switch (check) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'it is self-signed';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its issuer is not known here${issuerOf(certificate)}`;
    case 'CERT_HAS_EXPIRED':
      return `it has expired${certificate === undefined ? '' : ` (${printable(certificate.validTo, 60)})`}`;
    case 'CERT_NOT_YET_VALID':
      return `it is not valid yet${certificate === undefined ? '' : ` (only from ${printable(certificate.validFrom, 60)})`}`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `it is not for ${printable(name, 120)}${namesOf(certificate)}`;
    case undefined:
      return undefined;
    default:
      return OTHER_CHECKS.has(check) ? `the check ${check} failed` : undefined;
  }
}

/** The remaining names of OpenSSL's X509_V_ERR_* that Node passes on. */
const OTHER_CHECKS = new Set([
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'OUT_OF_MEM',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'UNSPECIFIED',
]);

function issuerOf(certificate: X509Certificate | undefined): string {
  const issuer = certificate?.issuer.split('\n').join(', ');
  return issuer === undefined || issuer === '' ? '' : ` (${printable(issuer, 200)})`;
}

function namesOf(certificate: X509Certificate | undefined): string {
  if (certificate === undefined) return '';
  const names = certificate.subjectAltName ?? certificate.subject.split('\n').join(', ');
  return ` but for ${printable(names, 200)}`;
}
