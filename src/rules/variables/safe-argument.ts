import { pathRefused } from './path-refused.js';
import { whole, type Piece } from './piece.js';

/** One argument of a program. Rejects PATH_REFUSED where its first character comes from a value and begins an option. */
export function safeArgument(pieces: readonly Piece[], template: string, os: NodeJS.Platform): string {
  const text = whole(pieces);
  if (text.includes('\0')) throw pathRefused(template, text, 'it holds a NUL character');
  const first = pieces.find((piece) => piece.text !== '');
  if (first?.kind !== 'value') return text;
  const isOption = text.startsWith('-') || (os === 'win32' && /^\/(?!\/)/.test(text));
  if (isOption) {
    throw pathRefused(template, text, `%${first.name}% would be read as an option of the program`);
  }
  return text;
}
