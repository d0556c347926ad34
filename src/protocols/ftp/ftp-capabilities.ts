import type { Capabilities } from '../capabilities.js';
import { offeredChecksums, offersHeadChecksums } from './ftp-checksum.js';
import { mayHave } from './ftp-features.js';
import type { FtpSession } from './ftp-session.js';
import { timeCommand } from './ftp-set-time.js';

/** Before `connect` (no session) what most servers can do. */
export function capabilitiesOf(session: FtpSession | undefined): Capabilities {
  const mayRestart = session === undefined || mayHave(session.features, 'REST');
  return {
    // RFC 959 leaves it open. Servers on Unix replace, as rename(2) does; those that refuse answer 5yz and
    // leave both.
    replacingRename: true,
    exclusiveRename: false,
    rename: true,
    wholeWrites: false,
    listing: true,
    folders: true,
    checksums: session === undefined ? [] : offeredChecksums(session),
    headChecksums: session !== undefined && offersHeadChecksums(session),
    resumeRead: mayRestart,
    resumeWrite: mayRestart,
    setModifiedTime: session !== undefined && timeCommand(session) !== undefined,
    sizes: true,
    settledCode: 213,
    maxParallel: 64,
  };
}
