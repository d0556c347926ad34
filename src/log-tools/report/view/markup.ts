import { printable } from '../../../core/printable.js';

/** Text that is HTML already and may stand in a page as it is. Only `markup` makes it, which escapes all else. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a hole of `markup`; `undefined` and `false` leave it empty. */
export type MarkupValue = string | number | Markup | readonly MarkupValue[] | undefined | false;

/**
 * HTML with holes. A text in a hole is shown and never run, between tags and in quoted attributes alike: `<`, `&` and
 * quotes are escaped; control characters and direction marks appear as `\x1b` and `\u{202e}`.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += textOf(value) + (parts[index + 1] ?? '');
  });
  return new Markup(text);
}

function textOf(value: MarkupValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(printable(value, Infinity));
  return value.map(textOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
