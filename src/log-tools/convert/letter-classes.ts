/** Characters that may stand for one another when a name is replaced; a letter's number is its place in it. */
export interface LetterClass {
  /** Tells classes apart; unique. */
  readonly name: string;
  /** Lower-case where the class has both cases. */
  readonly letters: readonly string[];
}

export interface ClassedLetter {
  readonly letterClass: LetterClass;
  readonly index: number;
  /** The upper-case form of the class's letter. */
  readonly isUpper: boolean;
}

/** What counts as a letter, digit or picture of a name; everything else (space, dot, `_`, `*`) is its shape. */
export const NAME_CHARACTER = String.raw`[\p{L}\p{M}\p{N}\p{So}]`;

/** Groups within a block, the first that fits; what has both cases (letters, Roman numerals) stands apart in each. */
const GROUPS = [/^\p{Ll}$/u, /^\p{Lu}$/u, /^\p{L}$/u, /^\p{M}$/u, /^\p{N}$/u, /^\p{So}$/u] as const;

/** Alphabets lie within 128 code points; the ideographs behind them in blocks of thousands. */
const SMALL_BLOCK = 0x80;
const LARGE_BLOCK = 0x1000;
const FIRST_LARGE_BLOCK = 0x3000;

const known = new Map<string, ClassedLetter>();

/**
 * The class of a character that NAME_CHARACTER matches: letters of the same script and case, digits, marks. ASCII:
 * a to z in either case, and 0 to 9.
 */
export function classOfLetter(character: string): ClassedLetter {
  const found = known.get(character) ?? (learnBlock(character), known.get(character));
  if (found === undefined) throw new RangeError('this character is not part of a name');
  return found;
}

/** Reads the block of a character, and of its lower-case form, into `known`: at most all of Unicode. */
function learnBlock(character: string): void {
  const point = baseForm(character).codePointAt(0) ?? 0;
  const size = point < FIRST_LARGE_BLOCK ? SMALL_BLOCK : LARGE_BLOCK;
  const start = point - (point % size);
  const groups = new Map<string, string[]>();
  for (let each = start; each < start + size; each += 1) {
    const letter = String.fromCodePoint(each);
    const group = groupOf(letter);
    if (group === undefined || baseForm(letter) !== letter) continue;
    const letters = groups.get(group) ?? [];
    letters.push(letter);
    groups.set(group, letters);
  }
  for (const [group, letters] of groups) learnClass({ name: `${start.toString(16)}${group}`, letters });
}

function learnClass(letterClass: LetterClass): void {
  letterClass.letters.forEach((letter, index) => {
    known.set(letter, { letterClass, index, isUpper: false });
    if (hasBothCases(letter)) known.set(letter.toUpperCase(), { letterClass, index, isUpper: true });
  });
}

function groupOf(letter: string): string | undefined {
  const group = GROUPS.findIndex((pattern) => pattern.test(letter));
  if (group < 0) return undefined;
  return hasBothCases(letter) ? `both${group}` : String(group);
}

/** The lower-case letter where the two forms lead to each other (not the Kelvin sign, not the German sharp s). */
function baseForm(character: string): string {
  const lower = character.toLowerCase();
  return lower !== character && hasBothCases(lower) && lower.toUpperCase() === character ? lower : character;
}

function hasBothCases(lower: string): boolean {
  const upper = lower.toUpperCase();
  return (
    upper !== lower && [...upper].length === 1 && [...lower].length === 1 && upper.toLowerCase() === lower
  );
}
