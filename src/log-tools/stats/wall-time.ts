/**
 * Times of a log as seconds since 1970, as if its clocks showed UTC: for order and distance, not for moments. Zones
 * are settled before.
 */
export function wallSeconds(time: string): number {
  return (
    Date.UTC(
      Number(time.slice(0, 4)),
      Number(time.slice(5, 7)) - 1,
      Number(time.slice(8, 10)),
      Number(time.slice(11, 13)),
      Number(time.slice(14, 16)),
      Number(time.slice(17, 19)),
    ) / 1000
  );
}

/** `YYYY-MM-DD HH:MM:SS`, the reverse of `wallSeconds`. */
export function wallTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
