/** A piece of a value: text that is meant as it stands, or a wildcard. */
export type MaskPart = { readonly text: string } | '*' | '?';

/** `*` stands for any characters, `?` for one. No two texts stand side by side. */
export type Mask = readonly MaskPart[];

/** Asked of folded text, see `foldCase`. */
export type TextTest = (folded: string) => boolean;

const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Text as it is compared: lower case, composed (a name from macOS stands decomposed), one Greek sigma. A character
 * outside ASCII never becomes one of ASCII (the Kelvin sign stays what it is), so that ASCII in a folded text is ASCII
 * in the bytes of the log: `requiredRun` rests on it.
 */
export function foldCase(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  return text.replace(/[^\u0130\u037e\u1fef\u212a]+/g, (part) =>
    part.normalize('NFC').toLowerCase().replaceAll('ς', 'σ'),
  );
}

export function hasWildcard(mask: Mask): boolean {
  return mask.some((part) => typeof part === 'string');
}

/** The text of a mask; wildcards as they were written. */
export function maskText(mask: Mask): string {
  return mask.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}

/** Tests whether the whole text is what the mask says. Time grows with the text only, whatever the mask. */
export function wholeTextTest(mask: Mask): TextTest {
  if (!hasWildcard(mask)) {
    const wanted = foldCase(maskText(mask));
    return (folded) => folded === wanted;
  }
  const [first, ...others] = segmentsOf(mask).map(segmentOf);
  const last = others.pop();
  if (first === undefined || last === undefined) return first?.isWhole ?? ((folded) => folded === '');
  return (folded) => {
    let position = first.endAtStart(folded);
    for (const segment of others) {
      if (position < 0) return false;
      position = segment.endFrom(folded, position);
    }
    return position >= 0 && last.standsAtEnd(folded, position);
  };
}

/** Parts of a mask between its `*`. */
function segmentsOf(mask: Mask): Mask[] {
  const segments: MaskPart[][] = [[]];
  for (const part of mask) {
    if (part === '*') segments.push([]);
    else segments.at(-1)?.push(part);
  }
  return segments;
}

interface Segment {
  readonly isWhole: TextTest;
  /** Where the segment ends that stands at the start; -1 when it does not. */
  readonly endAtStart: (folded: string) => number;
  /** Where the first one at or behind `position` ends; -1 when there is none. */
  readonly endFrom: (folded: string, position: number) => number;
  /** Whether one that begins at or behind `position` ends the text. */
  readonly standsAtEnd: (folded: string, position: number) => boolean;
}

function segmentOf(parts: Mask): Segment {
  return hasWildcard(parts) ? patternSegment(parts) : textSegment(foldCase(maskText(parts)));
}

function textSegment(text: string): Segment {
  const { length } = text;
  return {
    isWhole: (folded) => folded === text,
    endAtStart: (folded) => (folded.startsWith(text) ? length : -1),
    endFrom: (folded, position) => {
      const found = folded.indexOf(text, position);
      return found < 0 ? -1 : found + length;
    },
    standsAtEnd: (folded, position) => folded.length - length >= position && folded.endsWith(text),
  };
}

function patternSegment(parts: Mask): Segment {
  const source = parts
    .map((part) =>
      typeof part === 'string' ? '[^]' : foldCase(part.text).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
    )
    .join('');
  const whole = new RegExp(`^${source}$`, 'u');
  const atStart = new RegExp(`^${source}`, 'u');
  const anywhere = new RegExp(source, 'gu');
  const atEnd = new RegExp(`${source}$`, 'gu');
  const endOf = (pattern: RegExp, folded: string, position: number): number => {
    pattern.lastIndex = position;
    const found = pattern.exec(folded);
    return found === null ? -1 : found.index + found[0].length;
  };
  return {
    isWhole: (folded) => whole.test(folded),
    endAtStart: (folded) => endOf(atStart, folded, 0),
    endFrom: (folded, position) => endOf(anywhere, folded, position),
    standsAtEnd: (folded, position) => endOf(atEnd, folded, position) >= 0,
  };
}

const SHORTEST_RUN = 3;

/**
 * The longest run of plain ASCII (lower case) that every text matching the mask holds, in the bytes of its line too,
 * whatever the escaping and the encoding; undefined where it would be too short to be of use.
 */
export function requiredRun(mask: Mask): string | undefined {
  let longest = '';
  for (const part of mask) {
    if (typeof part === 'string') continue;
    for (const [run] of foldCase(part.text).matchAll(/[a-z0-9._/\\ -]+/g)) {
      if (run.length > longest.length) longest = run;
    }
  }
  return longest.length < SHORTEST_RUN ? undefined : longest;
}
