import type { X509Certificate } from 'node:crypto';
import { printable } from '../core/printable.js';
import { publicKeyPin } from '../net/tls-certificate.js';

/** A certificate as plain data. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly serialNumber: string;
  /** `SHA256:...` of its public key, as a pin is written. */
  readonly publicKey: string;
}

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer, validFrom, validTo, serialNumber } = certificate;
  return {
    subject: partyOf(subject),
    issuer: partyOf(issuer),
    names: namesOf(certificate),
    validFrom: isoTime(validFrom),
    validTo: isoTime(validTo),
    serialNumber,
    publicKey: publicKeyPin(certificate),
  };
}

/** `CN=localhost, O=Acme` of Node's text with one part a line. */
export function partyOf(text: string): string {
  return printable(text.split('\n').join(', '), 200);
}

/** The names and addresses that it was made for, without their kinds. */
export function namesOf({ subjectAltName }: X509Certificate): readonly string[] {
  if (subjectAltName === undefined) return [];
  return subjectAltName.split(', ').map((name) => printable(name.replace(/^(DNS|IP Address):/, ''), 120));
}

function isoTime(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? printable(text, 60) : new Date(ms).toISOString();
}
