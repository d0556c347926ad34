import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { choice, text, wholeNumber } from './setting-values.js';

/** The keys of a connection to a web or WebDAV server. */
export const httpShape = {
  auth: choice(['auto', 'basic', 'digest', 'bearer', 'none']).optional(),
  token: secretReference.optional(),
  headers: z.record(z.string(), z.union([text('the value of a header'), secretReference])).optional(),
  upload: choice(['put', 'post']).optional(),
  uploadField: text('the name of a form field').optional(),
  maxRedirects: wholeNumber(0, 20, 5).optional(),
};
