import { secretReference } from './secret-reference.js';
import { choice, readableSize, text } from './setting-values.js';

/** The keys of a connection to an S3 endpoint; `user` is the access key, `password` the secret key. */
export const s3Shape = {
  endpoint: text('a URL such as https://minio.acme.example:9000').optional(),
  region: text('a region such as eu-central-1').optional(),
  addressing: choice(['path', 'virtual']).optional(),
  sessionToken: secretReference.optional(),
  partSize: readableSize.optional(),
};
