import { explainCode, type CodeReading } from '../../client-log/result-codes/explain-code.js';
import { RETRY_WORDS, SIDE_WORDS } from '../../client-log/result-codes/code-entry.js';
import { TABLE_TITLES } from '../../client-log/result-codes/code-tables.js';
import { LOG_PROTOCOLS, type LogProtocol } from '../../client-log/record.js';
import { ERROR_CODES, type ErrorCode, type RetryClass } from '../../core/error-codes.js';
import { didYouMean } from '../../core/did-you-mean.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { SIDE_NAMES } from '../error-text.js';
import { styleFor, type Style } from '../style.js';

/** `tally code`: a number of the client log, or a code of our own messages, in words. Reads no settings. */
export async function run(call: CommandCall, { stdout }: CommandContext): Promise<number> {
  const asked = call.args[0] ?? '';
  const protocol = protocolOf(call.flags['protocol']);
  const isJson = call.flags['json'] === true;
  const style = styleFor(stdout);
  const text = /^[+-]?\d{1,7}$/.test(asked)
    ? numberText(Number(asked), protocol, isJson, style)
    : errorCodeText(asked, isJson, style);
  await stdout.write(text);
  return 0;
}

function protocolOf(value: CommandCall['flags'][string]): LogProtocol | undefined {
  if (value === undefined) return undefined;
  const protocol = LOG_PROTOCOLS.find((name) => name === value);
  if (protocol !== undefined) return protocol;
  const wanted = String(value);
  throw settingsError(
    { kind: 'flag', name: '--protocol' },
    `must be one of ${LOG_PROTOCOLS.join(', ')}; found "${wanted}"${didYouMean(wanted, LOG_PROTOCOLS)}`,
  );
}

function numberText(code: number, protocol: LogProtocol | undefined, isJson: boolean, style: Style): string {
  const readings = explainCode(code, protocol);
  if (isJson) return `${JSON.stringify({ schemaVersion: 1, code, protocol, readings })}\n`;
  const [first, ...others] = readings;
  const blocks = [
    readingLines(first, style),
    ...(others.length > 0 ? [[style.strong('Also possible:')]] : []),
    ...others.map((reading) => readingLines(reading, style)),
    ...(protocol === undefined && others.length > 0
      ? [[`Say --protocol with the Protocol column of the line, and the likeliest reading comes first.`]]
      : []),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function readingLines(reading: CodeReading, style: Style): readonly string[] {
  const { code, phrase, table, name, when, meaning, side, retry, causes, checks, source } = reading;
  return [
    style.strong(`${code} ${phrase}`) + style.faint(`  (${TABLE_TITLES[table]}, ${name}: ${when})`),
    `  ${meaning}`,
    `  Whose side: ${SIDE_WORDS[side]}. ${RETRY_WORDS[retry]}`,
    '  Likely causes:',
    ...causes.map((cause, index) => `    ${index + 1}. ${cause}`),
    '  What to check:',
    ...checks.map((check) => `    - ${check}`),
    style.faint(`  Source: ${source}`),
  ];
}

const RETRY_CLASS_WORDS: Readonly<Record<RetryClass, string>> = {
  transient: 'A retry may help, and is made by itself.',
  permanent: 'A retry does not help before something is changed.',
  auth: 'Never retried by itself, because that could lock the account.',
  config: 'A retry does not help before the settings are changed.',
};

function errorCodeText(asked: string, isJson: boolean, style: Style): string {
  const code = asked.toUpperCase().replaceAll('-', '_');
  if (!isErrorCode(code)) {
    const known = Object.keys(ERROR_CODES);
    throw settingsError(
      { kind: 'location', text: asked },
      `is neither a number nor a code of ours${didYouMean(asked, known)}`,
    );
  }
  const facts = ERROR_CODES[code];
  if (isJson) return `${JSON.stringify({ schemaVersion: 1, code, ...facts })}\n`;
  return [
    style.strong(code),
    `  ${facts.summary}`,
    `  ${SIDE_NAMES[facts.side]}: ${facts.advice}`,
    `  ${RETRY_CLASS_WORDS[facts.retry]} Exit code ${facts.exitCode}.`,
    '',
  ].join('\n');
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
