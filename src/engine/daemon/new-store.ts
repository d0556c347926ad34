import { clientLogFileName, localTime } from '../../client-log/local-time.js';
import { printable } from '../../core/printable.js';
import type { House } from './house.js';

const CAUSE = 'storeNew';
const DAY_FILE = /^cl\d{6}\.log$/i;

/**
 * A store that was made just now beside a client log of days before looks like one that was lost: a state folder that
 * is not mounted, say. Deliveries of before are not known then, so people are told, in the daemon's output and by an
 * alarm that is over at the next start. Never rejects.
 */
export async function tellNewStore(house: House, warn: (text: string) => void): Promise<void> {
  const { services, storeFile, logFolder } = house;
  const { alarms, store } = services;
  const earliest = store.isNew === true ? await earliestDayBefore(house) : undefined;
  if (earliest === undefined) return alarms.clear(CAUSE);
  const text = `the store ${printable(storeFile, 500)} was not there and is begun anew, although the client log in ${printable(logFolder, 500)} goes back to ${earliest}: what was delivered before is not known, so files may go a second time; where a folder is not mounted, stop the daemon, mount it and start again`;
  warn(text);
  await alarms.raise({ kind: 'storeFailed', cause: CAUSE, side: 'us', text });
}

/** Name of the oldest log that is not of today; undefined where there is none or nobody can tell. */
async function earliestDayBefore({ services, logFolder }: House): Promise<string | undefined> {
  const { clock, files, host } = services.platform;
  const today = clientLogFileName(localTime(clock.now(), host.timeZone).day);
  let earliest: string | undefined;
  try {
    for await (const { name } of files.list(logFolder)) {
      if (!DAY_FILE.test(name) || name >= today) continue;
      if (earliest === undefined || name < earliest) earliest = name;
    }
  } catch {
    // The log itself says what is wrong with its folder.
    return undefined;
  }
  return earliest;
}
