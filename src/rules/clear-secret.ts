import type { RuleCursor } from './rule-findings.js';

const SECRET_NAME =
  /(^|[^a-z])(pass(word|wd|phrase)?|pwd|secret|(access|api|auth)?[-_. ]?token|api[-_. ]?key|private[-_. ]?key|authorization|cookie|credentials?)s?($|[^a-z])/i;

/** A value under a name that is one of secrets: it stands in a file that many read, and would stand in the story of runs. */
export function refuseClearSecrets(
  values: Readonly<Record<string, string>>,
  at: RuleCursor,
  advice: string,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== '' && SECRET_NAME.test(name))
      at.at(name).problem(`"${name}" looks like a secret in the clear: ${advice}`);
  }
}
