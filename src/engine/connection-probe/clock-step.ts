import { showDuration } from '../../settings/duration.js';
import type { ProbeSession } from './probe-session.js';
import { notTried, type ProbeFindings } from './probe-step.js';

const MINUTE_MS = 60_000;
/** Zones of the world differ by whole quarters of an hour. */
const ZONE_STEP_MS = 15 * MINUTE_MS;
const WORTH_A_WORD_MS = 2 * MINUTE_MS;

/** How far the server's clock is from ours, by the Date field of a web server or the time of the probe file. */
export async function compareClocks(session: ProbeSession): Promise<ProbeFindings> {
  const shown = (await session.look()).clock;
  const seen = session.clock ?? (shown && { ...shown, precisionMs: 1000 });
  if (seen === undefined) {
    return notTried(
      session.subject.mayWrite ? 'the server told no time' : '--write would tell, by the time of its file',
    );
  }
  const offsetMs = seen.serverMs - seen.ourMs;
  const facts = { offsetMs, precisionMs: seen.precisionMs };
  // A time is rounded down to what the server tells.
  if (offsetMs > -seen.precisionMs - 1000 && offsetMs < 1000 + seen.precisionMs) {
    return { verdict: 'ok', lines: [`the same as ours, within ${showDuration(seen.precisionMs)}`], facts };
  }
  const line = `${showDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} ours`;
  if (Math.abs(offsetMs) < WORTH_A_WORD_MS) return { verdict: 'ok', lines: [line], facts };
  return { verdict: 'warning', lines: [line], facts, remedy: clockRemedy(offsetMs) };
}

function clockRemedy(offsetMs: number): string {
  const fromZone = Math.abs(offsetMs - Math.round(offsetMs / ZONE_STEP_MS) * ZONE_STEP_MS);
  const isZone = Math.abs(offsetMs) > ZONE_STEP_MS - MINUTE_MS && fromZone < MINUTE_MS;
  return isZone
    ? 'It looks like a time zone: give the zone of the listing times (listingZone), or newer files look old.'
    : 'One of the two clocks is wrong: files look older or newer than they are.';
}
