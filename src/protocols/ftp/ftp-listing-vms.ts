import { zonedTime, NOTHING, type ListContext, type ListingLine } from './ftp-listing.js';
import { monthNamed } from './ftp-months.js';

/** `CORE.DIR;1  1/3  8-SEP-1996 16:09[:12[.40]]  [SYSTEM] (RWE,RWE,RE,RE)` */
const FACTS = String.raw`\s+\d+(?:\/\d+)?\s+(\d{1,2})-([A-Za-z]{3})-(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s.*)?$`;
const ONE_LINE = new RegExp(String.raw`^(\S+);(\d+)${FACTS}`);
const NAME_ALONE = /^(\S+);(\d+)\s*$/;
const FACTS_ALONE = new RegExp(`^${FACTS}`);
/** `NAME.TXT;1  %RMS-E-PRV, insufficient privilege`: it is there, and more is not told. */
const UNREADABLE = /^(\S+);(\d+)\s+(?:%[A-Z]+-[A-Z]-|insufficient privilege|no privilege)/i;
const HEADING = /^(?:Directory\s+\S+|(?:Grand )?Total of \d+ .*|[\w$]{1,64}:\[[^\]]{0,255}\]\s*)$/i;

/** LIST of OpenVMS (MultiNet, TCPware, TCP/IP Services). One reader for one listing. */
export class VmsListing {
  readonly #context: ListContext;
  #waiting: string | undefined;
  #lastName: string | undefined;

  constructor(context: ListContext) {
    this.#context = context;
  }

  /** A name so long that its facts stand in the next line, whose turn it is now. */
  get waiting(): string | undefined {
    return this.#waiting;
  }

  /** The facts that belong to the name in waiting; undefined when the line holds none. */
  readFacts(line: string): ListingLine | undefined {
    const match = FACTS_ALONE.exec(line);
    const name = NAME_ALONE.exec(this.#waiting ?? '')?.[1];
    this.#waiting = undefined;
    return match === null || name === undefined ? undefined : this.#entry(name, match.slice(1));
  }

  read(line: string): ListingLine | undefined {
    const whole = ONE_LINE.exec(line);
    if (whole !== null) return this.#entry(whole[1] ?? '', whole.slice(3));
    const unreadable = UNREADABLE.exec(line);
    if (unreadable !== null) return this.#entry(unreadable[1] ?? '', []);
    if (NAME_ALONE.test(line)) {
      this.#waiting = line;
      return NOTHING;
    }
    return HEADING.test(line) ? NOTHING : undefined;
  }

  /**
   * The version is left out, and of several versions the first is taken: VMS lists the newest first, and a name
   * without a version means it. Blocks are no bytes, so there is no size.
   */
  #entry(fullName: string, facts: readonly (string | undefined)[]): ListingLine | undefined {
    const withVersion = fullName.replace(/^\[[^\]]*\]/, '');
    const isFolder = /\.DIR$/i.test(withVersion);
    const name = isFolder ? withVersion.slice(0, -'.DIR'.length) : withVersion;
    const isOlder = withVersion === this.#lastName;
    this.#lastName = withVersion;
    if (isOlder) return NOTHING;
    const time = this.#time(facts);
    if (facts.length > 0 && time === undefined) return undefined;
    return { kind: 'entry', entry: { name, kind: isFolder ? 'folder' : 'file', ...time } };
  }

  #time([day, month, year, hour, minute, second]: readonly (string | undefined)[]) {
    const number = monthNamed(month ?? '');
    if (number === undefined) return undefined;
    const clock = { hour: Number(hour), minute: Number(minute), second: Number(second ?? 0) };
    const precisionMs = second === undefined ? 60_000 : 1000;
    return zonedTime(
      { year: Number(year), month: number, day: Number(day), ...clock },
      precisionMs,
      this.#context,
    );
  }
}
