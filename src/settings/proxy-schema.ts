import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { choice, mustBe, strictGroup, text } from './setting-values.js';

/** One proxy: its URL, or that with its password apart. */
const proxy = z.union([
  text('a URL such as socks5://proxy.acme.example:1080'),
  strictGroup('a proxy', {
    url: text('a URL such as socks5://proxy.acme.example:1080'),
    password: secretReference.optional(),
    resolve: choice(['proxy', 'us']).optional(),
  }),
]);

/** The way to a host: `none` (directly, whatever the environment says), a proxy, or a chain of them, the nearest first. */
export const proxyShape = {
  proxy: z
    .union([proxy, z.array(proxy)], {
      error: (issue) => mustBe('none, the URL of a proxy, or a list of them', issue.input),
    })
    .optional(),
};
