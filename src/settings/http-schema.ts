import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { choice, text, wholeNumber } from './setting-values.js';

/** Fields that say how a message is sent, which is not for the settings; the login has keys of its own. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'content-range',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'range',
  'if-range',
  'keep-alive',
  'proxy-authorization',
]);

const headers = z
  .record(z.string(), z.union([z.string(), secretReference], { error: 'must be a text or { env: NAME }' }))
  .superRefine((value, context) => {
    for (const [name, content] of Object.entries(value)) {
      const problem = headerProblem(name, content);
      if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem });
    }
  });

function headerProblem(name: string, content: unknown): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return 'is no name of a header';
  if (OWN_HEADERS.has(name.toLowerCase())) return 'is set by Tallyman';
  if (name.toLowerCase() === 'authorization') return 'is set by user and password, or by token';
  if (typeof content === 'string' && !isHeaderValue(content))
    return 'holds a character that no header may hold';
  return undefined;
}

/** RFC 9110, section 5.5: no line break, no other control character; what is beyond ASCII means something else everywhere. */
export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value);
}

/** The keys of a connection to a web or WebDAV server. */
export const httpShape = {
  auth: choice(['auto', 'basic', 'digest', 'bearer', 'none']).optional(),
  token: secretReference.optional(),
  headers: headers.optional(),
  upload: choice(['put', 'post']).optional(),
  uploadField: text('the name of a form field').optional(),
  maxRedirects: wholeNumber(0, 20, 5).optional(),
};
