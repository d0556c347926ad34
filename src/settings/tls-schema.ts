import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { fingerprintList, mustBe, pathList, strictGroup, text } from './setting-values.js';

const tlsVersion = z
  .union([z.literal('1.2'), z.literal('1.3'), z.literal(1.2), z.literal(1.3)], {
    error: (issue) => mustBe('1.2 or 1.3', issue.input),
  })
  .transform((value) => String(value) as '1.2' | '1.3');

const clientCertificate = strictGroup('clientCertificate', {
  certificate: text('the path of a PEM file'),
  key: text('the path of a PEM file'),
  passphrase: secretReference.optional(),
});

const tls = strictGroup('tls', {
  minVersion: tlsVersion.optional(),
  maxVersion: tlsVersion.optional(),
  serverName: text('the name in the certificate').optional(),
});

/** Whom we trust over TLS and who we are there: FTPS, HTTPS, WebDAV and S3 alike. */
export const tlsShape = {
  ca: pathList.optional(),
  pins: fingerprintList.optional(),
  tls: tls.optional(),
  clientCertificate: clientCertificate.optional(),
};
