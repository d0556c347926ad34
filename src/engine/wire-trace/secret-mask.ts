import { printable } from '../../core/printable.js';
import type { Secret } from '../../core/secret.js';
import { formsOf, type SecretForms } from './secret-forms.js';

const MASK = '***';
/** What is said in clear to prove who one is, masked also where the value was never registered. */
const LOGIN_WORDS = /^(?:PASS|ACCT)\s+|authorization:\s*(?:\S+\s+)?/giu;
/** A run of base64 in either alphabet, as it is or within a URL. */
const BASE64_RUN = /(?:[A-Za-z0-9+/_-]|%2[bBfF]){2,}(?:=|%3[dD]){0,2}/gu;

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Takes secrets out of texts by their value, in whichever encoding they stand there. */
export class SecretMask {
  readonly #forms = new Set<SecretForms>();

  conceal(secret: Secret): void {
    const forms = formsOf(secret);
    if (forms !== undefined) this.#forms.add(forms);
  }

  /**
   * The text on one line, printable, without secrets, cut to `maxLength` characters. `isCut`: more followed, so that
   * a secret may be broken off at the end of `text`.
   */
  mask(text: string, maxLength: number, isCut = false): string {
    const longest = Math.max(0, ...[...this.#forms].map((forms) => forms.maxLength));
    const safe = isCut ? Math.max(0, text.length - longest) : text.length;
    const shown = Math.min(maxLength, safe);
    const searched = text.slice(0, shown + longest);
    const masked = this.#without(searched, shown) + (shown < text.length || isCut ? ' ...' : '');
    // What was made printable may read like a secret that was not there before.
    return this.#without(masked, masked.length);
  }

  #without(text: string, shown: number): string {
    let at = 0;
    let out = '';
    for (const { start, end } of this.#ranges(text)) {
      if (start >= shown) break;
      if (start > at) out += printable(text.slice(at, start), start - at);
      if (start >= at) out += MASK;
      at = Math.max(at, end);
    }
    if (at < shown) out += printable(text.slice(at, shown), shown - at);
    return out;
  }

  /** Where something must not be seen, in order; stretches may overlap. */
  #ranges(text: string): readonly Range[] {
    const ranges = [...loginRanges(text)];
    for (const { written } of this.#forms) {
      written.lastIndex = 0;
      for (let match = written.exec(text); match !== null; match = written.exec(text)) {
        ranges.push({ start: match.index, end: match.index + match[0].length });
        // The next one may overlap this one. From within a surrogate pair the search would go back to its start.
        written.lastIndex = match.index + ((text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1);
      }
    }
    if (this.#forms.size > 0) ranges.push(...this.#encodedRanges(text));
    return ranges.sort((one, other) => one.start - other.start);
  }

  *#encodedRanges(text: string): Iterable<Range> {
    for (const match of text.matchAll(BASE64_RUN)) {
      const run = match[0].replace(/%2[bB]/g, '+').replace(/%2[fF]/g, '/');
      if (this.#isHiddenIn(run)) yield { start: match.index, end: match.index + match[0].length };
    }
  }

  /** The secret may begin anywhere in the run, and the run may begin with something that is no base64. */
  #isHiddenIn(run: string): boolean {
    const fitting = [...this.#forms].filter(({ bytes }) => (run.length * 3) / 4 >= bytes.length);
    if (fitting.length === 0) return false;
    return [0, 1, 2, 3].some((skip) => {
      const decoded = Buffer.from(run.slice(skip), 'base64');
      return fitting.some((forms) => isIn(decoded, forms));
    });
  }
}

function isIn(decoded: Buffer, { bytes, standsAlone, written }: SecretForms): boolean {
  if (!standsAlone) return decoded.includes(bytes);
  written.lastIndex = 0;
  return written.test(decoded.toString('utf8'));
}

function* loginRanges(text: string): Iterable<Range> {
  for (const match of text.matchAll(LOGIN_WORDS)) {
    const start = match.index + match[0].length;
    if (start < text.length) yield { start, end: text.length };
  }
}
