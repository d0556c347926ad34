/** One challenge of WWW-Authenticate or Proxy-Authenticate (RFC 9110, section 11.3). */
export interface HttpChallenge {
  /** In lower case: `basic`, `digest`, ... */
  readonly scheme: string;
  /** Names in lower case, values without their quotes. Empty where the scheme stands alone or has a token68. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/sy;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const BLANKS_AND_COMMAS = /[ \t,]*/y;
const BLANKS = /[ \t]*/y;
const EQUALS = /[ \t]*=[ \t]*/y;

/**
 * All challenges of the header lines, in their order; a line may hold several, and a comma parts parameters as well as
 * challenges. What cannot be read ends its line: the challenges before it stand.
 */
export function parseChallenges(lines: readonly string[]): readonly HttpChallenge[] {
  return lines.flatMap((line) => challengesOf(new Reader(line)));
}

function challengesOf(reader: Reader): HttpChallenge[] {
  const challenges: HttpChallenge[] = [];
  for (;;) {
    reader.take(BLANKS_AND_COMMAS);
    const scheme = reader.take(TOKEN);
    if (scheme === undefined) return challenges;
    reader.take(BLANKS);
    challenges.push({ scheme: scheme.toLowerCase(), parameters: parametersOf(reader) });
  }
}

function parametersOf(reader: Reader): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (;;) {
    const start = reader.at;
    reader.take(BLANKS_AND_COMMAS);
    const name = reader.take(TOKEN);
    const value = name === undefined || reader.take(EQUALS) === undefined ? undefined : valueOf(reader);
    if (name !== undefined && value !== undefined) {
      // The first of two alike stands: what follows may come from whoever could add to the header.
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
      continue;
    }
    // No parameter here: the scheme's only token68, or the name of the next scheme.
    reader.at = start;
    if (parameters.size === 0) reader.take(TOKEN68);
    return parameters;
  }
}

function valueOf(reader: Reader): string | undefined {
  const quoted = reader.take(QUOTED);
  return quoted === undefined ? reader.take(TOKEN) : quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
}

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
