import { printable } from '../core/printable.js';

/** One argument as a person would type it; undefined when no line of text can hold it. */
export function shellWord(text: string, os: NodeJS.Platform): string | undefined {
  if (printable(text, Infinity) !== text) return undefined;
  if (text !== '' && /^[A-Za-z0-9_/:=.,@%+\-\\~]+$/.test(text) && !text.startsWith('~')) {
    return os === 'win32' || !text.includes('\\') ? text : `'${text}'`;
  }
  if (os === 'win32') return text.includes('"') ? undefined : `"${text}"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A whole command line, or undefined. */
export function shellLine(words: readonly string[], os: NodeJS.Platform): string | undefined {
  const quoted = words.map((word) => shellWord(word, os));
  return quoted.includes(undefined) ? undefined : quoted.join(' ');
}
