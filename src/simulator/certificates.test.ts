import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeCertificate, type CertificateVariant } from './certificates.js';

function made(variant: CertificateVariant) {
  const { certificate, authority, ...rest } = makeCertificate(variant);
  return {
    certificate: new X509Certificate(certificate),
    authority: new X509Certificate(authority),
    ...rest,
  };
}

describe('a made certificate', () => {
  test('that is valid is signed by its authority, for loopback, and good now', () => {
    const { certificate, authority } = made('valid');
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  });

  test('that is expired differs in nothing but its time', () => {
    const { certificate, authority } = made('expired');
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(Date.parse(certificate.validTo)).toBeLessThan(Date.now());
  });

  test('for another name differs in nothing but its name', () => {
    const { certificate, authority } = made('wrongName');
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkHost('localhost')).toBeUndefined();
    expect(certificate.checkIP('127.0.0.1')).toBeUndefined();
    expect(certificate.checkHost('elsewhere.example')).toBe('elsewhere.example');
  });

  test('that is self-signed is its own issuer', () => {
    const { certificate } = made('selfSigned');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toBe(certificate.issuer);
  });

  test('of an unknown authority is not signed by the one given', () => {
    const { certificate, authority } = made('unknownAuthority');
    expect(certificate.verify(authority.publicKey)).toBe(false);
  });

  test('comes with the key and the pin that belong to it', () => {
    const { certificate, privateKey, pin } = made('valid');
    const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
    expect(pin).toBe(`SHA256:${createHash('sha256').update(key).digest('base64')}`);
    expect(privateKey).toContain('BEGIN PRIVATE KEY');
  });
});
