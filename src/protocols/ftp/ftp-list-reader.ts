import { As400Listing } from './ftp-listing-as400.js';
import { parseDosLine } from './ftp-listing-dos.js';
import { parseEplfLine } from './ftp-listing-eplf.js';
import { MvsListing } from './ftp-listing-mvs.js';
import { parseUnixLine } from './ftp-listing-unix.js';
import { VmsListing } from './ftp-listing-vms.js';
import { NOTHING, type ListContext, type ListingLine, type ListingReader } from './ftp-listing.js';

/**
 * Reads the lines of one LIST, in whichever of these forms each of them is: Unix `ls -l` (NetWare and Mac servers
 * too), DOS, IBM i, OpenVMS, z/OS after its heading, EPLF. What fits none is `unknown`, never guessed.
 */
export class ListReader implements ListingReader {
  readonly #context: ListContext;
  readonly #give: (meaning: ListingLine) => void;
  readonly #mvs: MvsListing;
  readonly #vms: VmsListing;
  readonly #as400: As400Listing;

  constructor(context: ListContext, give: (meaning: ListingLine) => void) {
    this.#context = context;
    this.#give = give;
    this.#mvs = new MvsListing(context);
    this.#vms = new VmsListing(context);
    this.#as400 = new As400Listing(context);
  }

  take(bytes: Buffer): void {
    const line = this.#context.encoding.decode(bytes);
    const waiting = this.#vms.waiting;
    if (waiting !== undefined) {
      const meaning = this.#vms.readFacts(line);
      if (meaning !== undefined) return this.#give(meaning);
      this.#give({ kind: 'unknown', line: waiting });
    }
    this.#give(this.#meaningOf(line));
  }

  end(): void {
    if (this.#vms.waiting !== undefined) this.#give({ kind: 'unknown', line: this.#vms.waiting });
  }

  #meaningOf(line: string): ListingLine {
    if (line.trim() === '' || /^total\b(?! of )/i.test(line)) return NOTHING;
    const entry = parseUnixLine(line, this.#context) ?? parseDosLine(line, this.#context);
    if (entry !== undefined) {
      return entry.name === '.' || entry.name === '..' ? NOTHING : { kind: 'entry', entry };
    }
    return this.#rareMeaningOf(line) ?? { kind: 'unknown', line };
  }

  #rareMeaningOf(line: string): ListingLine | undefined {
    const meaning = this.#mvs.read(line) ?? this.#as400.read(line) ?? this.#vms.read(line);
    if (meaning !== undefined) return meaning;
    const entry = parseEplfLine(line);
    return entry === undefined ? undefined : { kind: 'entry', entry };
  }
}
