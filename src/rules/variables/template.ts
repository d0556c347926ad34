import { canonicalName } from './variable-catalogue.js';

/** A text with variables, cut into its parts. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      /** As `canonicalName` gives it. */
      readonly name: string;
      /** What follows the colon: `yyyy-MM-dd`. */
      readonly format: string | undefined;
      /** As it was written, with its percent signs. */
      readonly written: string;
    };

/** `%GROUP.NAME%` or `%GROUP.NAME:format%`; a name without a dot has no format. */
const VARIABLE = /%([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+)(?::([^%]+))?%|%([A-Za-z][A-Za-z0-9_]*)%/y;
/** A name without a dot that begins like this may be a part of a percent-encoded address: `%C3%BC`. */
const ENCODED_BYTE = /^[0-9A-Fa-f]{2}/;

/**
 * Cuts a text at its variables, from left to right and once: a value that holds percent signs is never looked at
 * again. `%%` is one percent sign; a percent sign that begins no name stays. `ownNames`: canonical names of the rule's
 * own variables, which need no dot.
 */
export function parseTemplate(template: string, ownNames: readonly string[] = []): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let at = 0;
  while (at < template.length) {
    const percent = template.indexOf('%', at);
    if (percent < 0) break;
    text += template.slice(at, percent);
    const variable = variableAt(template, percent, ownNames);
    if (variable !== undefined) {
      if (text !== '') parts.push({ kind: 'text', text });
      parts.push(variable);
      text = '';
      at = percent + variable.written.length;
    } else {
      text += '%';
      at = percent + (template[percent + 1] === '%' ? 2 : 1);
    }
  }
  text += template.slice(at);
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function variableAt(
  template: string,
  percent: number,
  ownNames: readonly string[],
): (TemplatePart & { kind: 'variable' }) | undefined {
  VARIABLE.lastIndex = percent;
  const match = VARIABLE.exec(template);
  if (match === null) return undefined;
  const [written, dotted, format, bare] = match;
  const name = canonicalName(dotted ?? bare ?? '');
  if (!name.includes('.') && ENCODED_BYTE.test(name) && !ownNames.includes(name)) return undefined;
  return { kind: 'variable', name, format, written };
}
