import { CHECKSUM_VERBS } from './ftp-checksum-verbs.js';
import { DATA_VERBS } from './ftp-data-verbs.js';
import { FILE_VERBS } from './ftp-file-verbs.js';
import { LOGIN_VERBS } from './ftp-login-verbs.js';
import type { FtpReply } from './ftp-reply.js';
import type { FtpFlowDeed, FtpSession } from './ftp-session.js';
import { SETTING_VERBS } from './ftp-setting-verbs.js';
import { TLS_VERBS } from './ftp-tls-verbs.js';

/** One FTP command. */
export interface FtpVerb {
  readonly needsLogin: boolean;
  /** Carries it out; resolves with the final reply, or with undefined when there is none to give. */
  run(session: FtpSession, argument: string, deeds: readonly FtpFlowDeed[]): Promise<FtpReply | undefined>;
}

export type FtpVerbTable = Readonly<Record<string, FtpVerb>>;

/** Every verb by its name; a map, so that no name of Object's own is taken for a verb. */
export const FTP_VERBS: ReadonlyMap<string, FtpVerb> = new Map(
  [LOGIN_VERBS, TLS_VERBS, SETTING_VERBS, FILE_VERBS, DATA_VERBS, CHECKSUM_VERBS].flatMap((table) =>
    Object.entries(table),
  ),
);
