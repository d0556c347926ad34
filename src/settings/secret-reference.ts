import * as z from 'zod';
import { strictGroup, text } from './setting-values.js';

/** Where a secret is, never the secret: a variable, a file, or a program that prints it. */
export type SecretReference =
  { readonly env: string } | { readonly file: string } | { readonly command: readonly string[] };

const ADVICE =
  'must say where the secret is, never the secret itself: { env: NAME }, { file: PATH } or { command: [...] }';

const group = strictGroup('a secret', {
  env: text('the name of a variable').optional(),
  file: text('a path').optional(),
  command: z
    .array(z.string(), { error: 'must be a list: the program, then its arguments' })
    .min(1)
    .optional(),
});

/** Refuses a plain text without repeating it. */
export const secretReference = z.unknown().transform((value, context): SecretReference => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    context.issues.push({ code: 'custom', message: ADVICE, input: undefined });
    return z.NEVER;
  }
  const parsed = group.safeParse(value);
  if (!parsed.success) {
    for (const { message, path } of parsed.error.issues) {
      for (const line of message.split('\n')) {
        context.issues.push({ code: 'custom', message: line, path: [...path], input: undefined });
      }
    }
    return z.NEVER;
  }
  const { env, file, command } = parsed.data;
  const given = [env, file, command].filter((each) => each !== undefined);
  if (given.length !== 1) context.issues.push({ code: 'custom', message: ADVICE, input: undefined });
  if (env !== undefined) return { env };
  return file === undefined ? { command: command ?? [] } : { file };
});
