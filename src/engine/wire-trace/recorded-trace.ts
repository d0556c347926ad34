import type { Clock } from '../../core/clock.js';
import type { Secret } from '../../core/secret.js';
import type { SessionTrace, WireTrace } from '../../core/wire-trace.js';
import { printable } from '../../core/printable.js';
import { SecretMask } from './secret-mask.js';

/** Takes whole lines, line end included. Never throws. */
export type TraceSink = (line: string) => void;

/** `>` we said it, `<` the other end did, `*` what went on beside. */
type Mark = '>' | '<' | '*';

/** One entry as it came: secrets and all, until somebody wants to see it. */
interface Entry {
  readonly atMs: number;
  readonly mark: Mark;
  readonly text: string;
  readonly isCut: boolean;
  /** As it is shown, kept from the first time on. */
  shown?: string;
}

const KEPT_LINES = 200;
/** What a failure takes along. */
const FAILURE_LINES = 60;
const SHOWN_CHARACTERS = 1_000;
/** Beyond what is shown, so that a secret at the edge is still seen as one. */
const KEPT_CHARACTERS = 8_000;

/** Keeps the last lines of each session in memory and, where a sink is set, hands every line to it. */
export class RecordedTrace implements WireTrace {
  readonly #clock: Clock;
  #sink: TraceSink | undefined;
  #sessions = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on each line also goes there: time, number of the session, place, mark, text. */
  recordTo(sink: TraceSink): void {
    this.#sink = sink;
  }

  open(place: string, secrets: readonly Secret[]): SessionTrace {
    this.#sessions += 1;
    const shownPlace = printable(place);
    const head = `${this.#sessions} ${shownPlace}`;
    const mask = new SecretMask();
    for (const secret of secrets) mask.conceal(secret);
    return new SessionRecord(this.#clock, mask, (entry) => {
      this.#sink?.(`${timeOf(entry)} ${head} ${shownEntry(entry, mask)}\n`);
    });
  }
}

class SessionRecord implements SessionTrace {
  readonly #clock: Clock;
  readonly #mask: SecretMask;
  readonly #written: (entry: Entry) => void;
  readonly #ring: Entry[] = [];
  #oldest = 0;

  constructor(clock: Clock, mask: SecretMask, written: (entry: Entry) => void) {
    this.#clock = clock;
    this.#mask = mask;
    this.#written = written;
  }

  sent(text: string): void {
    this.#add('>', text);
  }

  received(text: string): void {
    this.#add('<', text);
  }

  noted(text: string): void {
    this.#add('*', text);
  }

  conceal(secret: Secret): void {
    this.#mask.conceal(secret);
    for (const entry of this.#ring) delete entry.shown;
  }

  recent(): readonly string[] {
    return this.#shown(this.#entries());
  }

  soFar(): () => readonly string[] {
    const entries = this.#entries().slice(-FAILURE_LINES);
    let lines: readonly string[] | undefined;
    return () => (lines ??= this.#shown(entries));
  }

  #entries(): readonly Entry[] {
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }

  #shown(entries: readonly Entry[]): readonly string[] {
    return entries.map((entry) => (entry.shown ??= `${timeOf(entry)} ${shownEntry(entry, this.#mask)}`));
  }

  #add(mark: Mark, text: string): void {
    const isCut = text.length > KEPT_CHARACTERS;
    const entry: Entry = { atMs: this.#clock.now(), mark, text: isCut ? copyOfHead(text) : text, isCut };
    if (this.#ring.length < KEPT_LINES) this.#ring.push(entry);
    else {
      this.#ring[this.#oldest] = entry;
      this.#oldest = (this.#oldest + 1) % KEPT_LINES;
    }
    this.#written(entry);
  }
}

/** A slice alone would keep the whole text in memory. */
function copyOfHead(text: string): string {
  return Buffer.from(text.slice(0, KEPT_CHARACTERS), 'utf16le').toString('utf16le');
}

function timeOf({ atMs }: Entry): string {
  return new Date(atMs).toISOString();
}

function shownEntry({ mark, text, isCut }: Entry, mask: SecretMask): string {
  return `${mark} ${mask.mask(text, SHOWN_CHARACTERS, isCut)}`;
}
