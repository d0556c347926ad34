import { canonicalName } from '../rules/variables/variable-catalogue.js';

/** A text of EFT's with its variables as ours; a percent sign that begins none is written twice. */
export function importText(text: string): string {
  return text.replace(
    /%([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+)%|%/g,
    (_whole, name: string | undefined) => (name === undefined ? '%%' : `%${canonicalName(name)}%`),
  );
}

/** The text without what stands between `user:` and `@host`: some write passwords into hosts and paths. */
export function withoutPasswords(text: string): string {
  return text.replace(/:(?!\/\/)[^@\n]*@/g, ':***@');
}
