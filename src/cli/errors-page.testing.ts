import { ERROR_CODES, type RetryClass } from '../core/error-codes.js';
import { SIDE_NAMES } from './error-text.js';
import { EXIT_CODES } from './exit-codes.js';

const RETRY_WORDS: Readonly<Record<RetryClass, string>> = {
  transient: 'retried by itself (`--retries`)',
  permanent: 'not retried: something must be changed first',
  auth: 'never retried by itself, because that could lock the account',
  config: 'not retried: the settings must be changed first',
};

/** The reference page of the error codes, as it must stand in docs/reference/errors.md. */
export function renderErrorsPage(): string {
  return [INTRO, exitCodeTable(), '## Error codes\n', ...Object.entries(ERROR_CODES).map(renderCode)].join(
    '\n',
  );
}

const INTRO = `# Errors and exit codes

<!-- Made from src/core/error-codes.ts by \`npx vitest run src/cli/errors-page -u\`. Do not edit. -->

Every failure of Tallyman has one of these codes. Messages name it on their last line, \`--json\` gives it as
\`error.code\`, and \`tally code CODE\` prints the same words. The numbers of the client log are another thing: see
[codes.md](codes.md).
`;

function exitCodeTable(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return ['## Exit codes', '', '| code | meaning |', '| --- | --- |', ...rows, ''].join('\n');
}

function renderCode([code, facts]: [string, (typeof ERROR_CODES)[keyof typeof ERROR_CODES]]): string {
  return [
    `### <a id="${code}"></a>${code}`,
    '',
    facts.summary,
    '',
    `- ${SIDE_NAMES[facts.side]} as a rule: ${facts.advice}`,
    `- Retry: ${RETRY_WORDS[facts.retry]}.`,
    `- Exit code: ${facts.exitCode}.`,
    '',
  ].join('\n');
}
