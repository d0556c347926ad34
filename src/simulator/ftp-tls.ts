import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';
import { makeCertificate, type CertificateVariant, type MadeCertificate } from './certificates.js';

/** How an FTPS partner does its TLS. Everything has a default: a modern, well-behaved server. */
export interface FtpTlsOptions {
  /** A kind of certificate to be made, or one that was made before. Default `valid`. */
  readonly certificate?: CertificateVariant | MadeCertificate;
  readonly minVersion?: '1.0' | '1.2' | '1.3';
  readonly maxVersion?: '1.0' | '1.2' | '1.3';
  /** `none`: a session can never be resumed. */
  readonly sessionTickets?: 'given' | 'none';
  /** `required`: a data connection must resume a session (vsftpd `require_ssl_reuse`), else 522. */
  readonly sessionReuse?: 'optional' | 'required';
  /** `omitted`: data connections end without close_notify. */
  readonly closeNotify?: 'sent' | 'omitted';
  /** `required`: explicit TLS must come before USER, else 530. Default; `optional` lets passwords go in clear text. */
  readonly login?: 'required' | 'optional';
  /** `required`: transfers without PROT P are refused with 522. Default `optional`. */
  readonly dataProtection?: 'required' | 'optional';
}

/** What the sessions of an FTPS partner share: one context, so that tickets of the control connection are known. */
export interface FtpTls extends Required<Omit<FtpTlsOptions, 'certificate' | 'minVersion' | 'maxVersion'>> {
  readonly made: MadeCertificate;
  readonly context: SecureContext;
}

export function makeFtpTls(options: FtpTlsOptions): FtpTls {
  const { certificate = 'valid', minVersion = '1.2', maxVersion = '1.3', sessionTickets = 'given' } = options;
  const made = typeof certificate === 'string' ? makeCertificate(certificate) : certificate;
  return {
    made,
    context: createSecureContext({
      cert: made.certificate,
      key: made.privateKey,
      minVersion: nodeVersion(minVersion),
      maxVersion: nodeVersion(maxVersion),
      sessionIdContext: 'rehearsal',
      // The oldest version is signed with SHA-1, which OpenSSL 3 allows at this level only.
      ...(minVersion === '1.0' && { ciphers: 'DEFAULT@SECLEVEL=0' }),
      ...(sessionTickets === 'none' && { secureOptions: constants.SSL_OP_NO_TICKET }),
    }),
    sessionTickets,
    sessionReuse: options.sessionReuse ?? 'optional',
    closeNotify: options.closeNotify ?? 'sent',
    login: options.login ?? 'required',
    dataProtection: options.dataProtection ?? 'optional',
  };
}

function nodeVersion(version: '1.0' | '1.2' | '1.3'): SecureVersion {
  return version === '1.0' ? 'TLSv1' : version === '1.2' ? 'TLSv1.2' : 'TLSv1.3';
}
