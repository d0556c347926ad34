/** Names of months as servers print them, each with the number of its month; beyond English as `ls` abbreviates them. */
const NAMES: readonly (readonly string[])[] = [
  ['jan', 'janv', 'ene', 'gen', 'sty'],
  ['feb', 'febr', 'févr', 'fév', 'fev', 'lut'],
  ['mar', 'mars', 'mär', 'märz', 'mrz', 'mrt', 'maa'],
  ['apr', 'avr', 'abr', 'kwi'],
  ['may', 'mai', 'mei', 'mag', 'maj'],
  ['jun', 'juni', 'juin', 'giu', 'cze'],
  ['jul', 'juli', 'juil', 'lug', 'lip'],
  ['aug', 'août', 'aoû', 'ago', 'sie'],
  ['sep', 'sept', 'set', 'wrz'],
  ['oct', 'okt', 'out', 'ott', 'paź'],
  ['nov', 'lis'],
  ['dec', 'déc', 'dez', 'dic', 'gru'],
];

/**
 * By their letters, with `?` for each that is not of ASCII: as it came in whichever code page, so that nobody has to
 * know which.
 */
const BY_NAME: ReadonlyMap<string, number> = new Map(
  NAMES.flatMap((names, index) => names.map((name) => [foreignLettersOut(name), index + 1] as const)),
);

/** Matches every name, longest first, with an optional full stop; for use within a larger expression, flag `i`. */
export const MONTH_PATTERN = `(?:${[...BY_NAME.keys()]
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replaceAll('?', '[^\\x00-\\x7f]{1,2}'))
  .join('|')})\\.?`;

/** 1 to 12, or undefined. */
export function monthNamed(text: string): number | undefined {
  return BY_NAME.get(foreignLettersOut(text.toLowerCase().replace(/\.$/, '')));
}

function foreignLettersOut(text: string): string {
  return text.replace(/[^\x00-\x7f]{1,2}/g, '?');
}
