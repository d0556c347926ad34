import { QueryError } from '../client-log/query/query-error.js';
import { errorFacts, type Side } from '../core/error-codes.js';
import { printable } from '../core/printable.js';
import type { TransferError } from '../core/transfer-error.js';
import { SettingsError } from '../settings/settings-error.js';
import type { Style } from './style.js';

/** Whose side must act, in words. */
export const SIDE_NAMES: Readonly<Record<Side, string>> = {
  us: 'Our side',
  partner: "The partner's side",
  network: 'The network between',
  proxy: 'The proxy',
};

/** Where every error code is explained. */
export function referenceOf(error: TransferError): string {
  return `docs/reference/errors.md#${error.code} (or: tally code ${error.code})`;
}

/**
 * Four lines: what failed, why in words with the code, whose side it is and what to do next, where to read on.
 * `codeWords` says the number of the log in words.
 */
export function errorLines(
  error: TransferError,
  subject: string,
  codeWords: string,
  style: Style,
): readonly string[] {
  if (error instanceof SettingsError) return settingsErrorLines(error, subject, style);
  const [what = '', ...marked] = error instanceof QueryError ? error.message.split('\n') : [error.message];
  return [
    `${style.bad(subject)}: ${printable(what, 2000)}`,
    ...marked.map((line) => printable(line, 2000)),
    `  Why: ${errorFacts(error.code).summary}${reply(error)}${codeWords === '' ? '' : ` (${codeWords})`}`,
    `  ${SIDE_NAMES[error.side]}: ${error.advice}`,
    `  See: ${referenceOf(error)}`,
  ];
}

/** The other end's own words, unless they stand in the message already. */
function reply({ reply: words, message, phase }: TransferError): string {
  if (words === undefined || words === '' || message.includes(words.replace(/\.+$/, ''))) return '';
  return ` The ${phase === 'proxy' ? 'proxy' : 'server'} said: "${printable(words)}"`;
}

function settingsErrorLines(error: SettingsError, subject: string, style: Style): readonly string[] {
  const lines = error.message.split('\n').map((line) => printable(line, 2000));
  if (error.isUsage) return lines.map((line) => `${style.bad(subject)}: ${line}`);
  const count = lines.length === 1 ? 'one problem' : `${lines.length} problems`;
  return [
    `${style.bad(subject)}: the settings are not valid (${count})`,
    ...lines.map((line) => `  ${line}`),
    `  See: ${referenceOf(error)}`,
  ];
}

const DIALOGUE_LINES = 20;

/** The end of what was said before the failure, oldest first; nothing where nothing was said. */
export function dialogueLines({ dialogue = [] }: TransferError): readonly string[] {
  if (dialogue.length === 0) return [];
  const shown = dialogue.slice(-DIALOGUE_LINES);
  return ['  Said before (> by us, < by the other end):', ...shown.map((line) => `    ${line}`)];
}

/** How to see that, for who does not. */
export function dialogueHint(errors: readonly TransferError[]): readonly string[] {
  const hasMore = errors.some(({ dialogue = [] }) => dialogue.length > 0);
  return hasMore ? ['  What was said before: the same command with -v'] : [];
}

/** The causes below an error with their stacks, for `-vv` only. */
export function stackLines(error: unknown): readonly string[] {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    const text = current.stack ?? current.message;
    lines.push(
      ...text.split('\n').map((line) => printable(`${depth === 0 ? '' : 'caused by: '}${line}`, 2000)),
    );
    current = current.cause;
  }
  return lines;
}

/** The same failure for programs. */
export function errorData(error: TransferError): Readonly<Record<string, unknown>> {
  return {
    code: error.code,
    lastCode: error.lastCode,
    message: error.message,
    summary: errorFacts(error.code).summary,
    side: error.side,
    advice: error.advice,
    retry: error.retry,
    phase: error.phase,
    ...(error.reply === undefined ? {} : { reply: error.reply }),
    ...(error.dialogue === undefined ? {} : { dialogue: error.dialogue }),
    ...(error instanceof SettingsError ? { problems: error.problems } : {}),
    ...(error instanceof QueryError ? queryData(error) : {}),
  };
}

function queryData({ query, start, end, suggestion }: QueryError): Readonly<Record<string, unknown>> {
  return { query, start, end, ...(suggestion === undefined ? {} : { suggestion }) };
}
