import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  derBits,
  derBoolean,
  derContext,
  derInteger,
  derObjectId,
  derOctets,
  derSequence,
  derSet,
  derTime,
  derUtf8,
} from './der.js';

/**
 * - `valid`: signed by the authority, for `localhost`, 127.0.0.1 and ::1
 * - `expired`: the same, its time over since yesterday
 * - `wrongName`: the same, for `elsewhere.example`
 * - `selfSigned`: signed by itself; the authority given is itself
 * - `unknownAuthority`: signed by an authority that is not the one given
 */
export type CertificateVariant = 'valid' | 'expired' | 'wrongName' | 'selfSigned' | 'unknownAuthority';

/** A server's certificate with all that the two sides need. */
export interface MadeCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  /** PEM of the authority that a client may be told to trust. */
  readonly authority: string;
  /** `SHA256:<base64>` of the certificate's SubjectPublicKeyInfo: what a client pins. */
  readonly pin: string;
}

const DAY_MS = 86_400_000;
const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

interface Identity {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface CertificateFacts {
  readonly subject: Identity;
  readonly issuer: Identity;
  readonly isAuthority: boolean;
  readonly hosts: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Makes a new certificate on the spot: an EC key (P-256), RFC 5280, good for a day around now. */
export function makeCertificate(variant: CertificateVariant = 'valid'): MadeCertificate {
  const nowMs = Date.now();
  const authority = identity('Rehearsal authority');
  const server = identity(variant === 'wrongName' ? 'elsewhere.example' : 'localhost');
  const authorityPem = certificatePem({
    subject: authority,
    issuer: authority,
    isAuthority: true,
    hosts: [],
    notBeforeMs: nowMs - 30 * DAY_MS,
    notAfterMs: nowMs + 30 * DAY_MS,
  });
  const issuers = { selfSigned: server, unknownAuthority: identity('Unknown authority') };
  const certificate = certificatePem({
    subject: server,
    issuer: variant === 'selfSigned' || variant === 'unknownAuthority' ? issuers[variant] : authority,
    isAuthority: false,
    hosts: variant === 'wrongName' ? ['elsewhere.example'] : ['localhost', '127.0.0.1', '::1'],
    notBeforeMs: nowMs - 10 * DAY_MS,
    notAfterMs: nowMs + (variant === 'expired' ? -DAY_MS : 10 * DAY_MS),
  });
  const publicKey = server.publicKey.export({ type: 'spki', format: 'der' });
  return {
    certificate,
    privateKey: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    authority: variant === 'selfSigned' ? certificate : authorityPem,
    pin: `SHA256:${createHash('sha256').update(publicKey).digest('base64')}`,
  };
}

function identity(name: string): Identity {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

function certificatePem(facts: CertificateFacts): string {
  const algorithm = derSequence(derObjectId(OID.ecdsaWithSha256));
  const toBeSigned = derSequence(
    derContext(0, derInteger(Buffer.of(2)), 'explicit'),
    derInteger(Buffer.concat([Buffer.of(0x2a), randomBytes(12)])),
    algorithm,
    nameField(facts.issuer.name),
    derSequence(derTime(facts.notBeforeMs), derTime(facts.notAfterMs)),
    nameField(facts.subject.name),
    facts.subject.publicKey.export({ type: 'spki', format: 'der' }),
    derContext(3, derSequence(...extensions(facts)), 'explicit'),
  );
  const signature = sign('sha256', toBeSigned, facts.issuer.privateKey);
  return pem(derSequence(toBeSigned, algorithm, derBits(signature)));
}

function extensions(facts: CertificateFacts): readonly Buffer[] {
  const issuerKey = derSequence(derContext(0, keyIdentifier(facts.issuer), 'implicit'));
  const keys = [
    extension(OID.subjectKeyIdentifier, derOctets(keyIdentifier(facts.subject)), 'plain'),
    extension(OID.authorityKeyIdentifier, issuerKey, 'plain'),
  ];
  if (facts.isAuthority) {
    const certSignAndCrlSign = derBits(Buffer.of(0b0000_0110));
    return [
      extension(OID.basicConstraints, derSequence(derBoolean(true)), 'critical'),
      extension(OID.keyUsage, certSignAndCrlSign, 'critical'),
      ...keys,
    ];
  }
  return [
    extension(OID.basicConstraints, derSequence(), 'critical'),
    extension(OID.extendedKeyUsage, derSequence(derObjectId(OID.serverAuth)), 'plain'),
    extension(OID.subjectAltName, derSequence(...facts.hosts.map(hostField)), 'plain'),
    ...keys,
  ];
}

function keyIdentifier(of: Identity): Buffer {
  return createHash('sha1')
    .update(of.publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function extension(id: string, value: Uint8Array, weight: 'critical' | 'plain'): Buffer {
  const critical = weight === 'critical' ? [derBoolean(true)] : [];
  return derSequence(derObjectId(id), ...critical, derOctets(value));
}

function nameField(commonName: string): Buffer {
  return derSequence(derSet(derSequence(derObjectId(OID.commonName), derUtf8(commonName))));
}

function hostField(host: string): Buffer {
  if (isIPv4(host)) return derContext(7, Buffer.from(host.split('.').map(Number)), 'implicit');
  if (host === '::1') return derContext(7, Buffer.concat([Buffer.alloc(15), Buffer.of(1)]), 'implicit');
  return derContext(2, Buffer.from(host, 'ascii'), 'implicit');
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
