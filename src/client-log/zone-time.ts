/**
 * The moment (milliseconds since 1970) at which the clocks of an IANA zone show `YYYY-MM-DD HH:MM:SS`. An hour that
 * appears twice is taken the first time; one that is left out is taken as if the clocks had not been moved yet.
 */
export function instantOf(_time: string, _timeZone: string): number {
  throw new RangeError('not built yet');
}
