import * as z from 'zod';
import { readProxyUrl, withResolve } from './proxy-url.js';
import { secretReference } from './secret-reference.js';
import { choice, strictGroup, text } from './setting-values.js';

const PASSWORD_ADVICE =
  'must not hold a password: give proxy: { url: ..., password: { env: NAME } } (or file, or command)';

/** A URL that can be read and holds no secret. */
const proxyUrl = text('none, the URL of a proxy, or a list of them').superRefine((value, context) => {
  const proxy = readProxyUrl(value);
  const problem = 'problem' in proxy ? proxy.problem : proxy.password && PASSWORD_ADVICE;
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** A proxy whose password or way to resolve stands apart. */
const proxyGroup = strictGroup('a proxy', {
  url: proxyUrl,
  password: secretReference.optional(),
  resolve: choice(['proxy', 'us']).optional(),
}).superRefine(({ url, password, resolve }, context) => {
  const proxy = readProxyUrl(url);
  if ('problem' in proxy) return;
  const resolved = withResolve(proxy, resolve);
  if ('problem' in resolved)
    context.addIssue({ code: 'custom', path: ['resolve'], message: resolved.problem });
  if (password !== undefined && proxy.user === undefined) {
    const message = 'needs a user: write it into the url, as in socks5://user@proxy.acme.example';
    context.addIssue({ code: 'custom', path: ['password'], message });
  }
});

export type ProxyGroup = z.output<typeof proxyGroup>;
export type WrittenProxy = string | ProxyGroup;

/** By its form, so that each says of itself what is wrong with it. */
function schemaOf(value: unknown): z.ZodType<WrittenProxy> {
  return typeof value === 'object' ? proxyGroup : proxyUrl;
}

/** The way to a host: `none` (directly, whatever the environment says), a proxy, or a chain of them, the nearest first. */
const proxySetting = z.unknown().transform((value, context): readonly WrittenProxy[] => {
  const values: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  if (values?.length === 0 || values?.includes('none') === true) {
    context.issues.push({ code: 'custom', message: 'must be none, or a list of proxies', input: undefined });
  }
  const proxies = values ?? (value === 'none' ? [] : [value]);
  return proxies.flatMap((proxy, index) => {
    const parsed = schemaOf(proxy).safeParse(proxy);
    if (parsed.success) return [parsed.data];
    for (const { message, path } of parsed.error.issues) {
      const place = values === undefined ? path : [index, ...path];
      context.issues.push({ code: 'custom', message, path: [...place], input: undefined });
    }
    return [];
  });
});

export const proxyShape = { proxy: proxySetting.optional() };
