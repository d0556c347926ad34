import type { LogFileRef } from '../../../client-log/reading/log-line.js';
import { ZoneShift } from '../../convert/zone-shift.js';
import { secondsOf } from '../figures/wall-time.js';

const HOUR_CHARACTERS = 13;

/** Times of the logs as wall seconds of the one zone that the page speaks of. */
export class ReportClock {
  readonly timeZone: string;
  readonly #shift: ZoneShift;
  #hour = '';
  #hourSeconds = 0;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#shift = new ZoneShift(timeZone);
  }

  /** `time` is `YYYY-MM-DD HH:MM:SS` on the clocks of `zone`. */
  secondsOf(time: string, zone: string): number {
    const shown = zone === this.timeZone ? time : this.#shift.shift(time, zone).time;
    // Lines of a log mostly share their hour with the one before.
    if (!shown.startsWith(this.#hour) || this.#hour === '') {
      this.#hour = shown.slice(0, HOUR_CHARACTERS);
      this.#hourSeconds = secondsOf(`${this.#hour}:00:00`);
    }
    return this.#hourSeconds + twoDigits(shown, 14) * 60 + twoDigits(shown, 17);
  }
}

/** The zone that all files share; the usual one where they do not. */
export function reportZone(files: readonly LogFileRef[], usual: string): string {
  const zones = new Set(files.map(({ timeZone }) => timeZone));
  const [only] = zones;
  return zones.size === 1 && only !== undefined ? only : usual;
}

const ZERO = 48;

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}
