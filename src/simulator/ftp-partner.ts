import type { MadeCertificate } from './certificates.js';
import { FaultPlan, type Fault } from './faults.js';
import { folderTree } from './folder-tree.js';
import { DEFAULT_FTP_HABITS, type FtpHabits } from './ftp-habits.js';
import { ftpReply, type FtpReply } from './ftp-reply.js';
import { makeFtpTls, type FtpTlsOptions } from './ftp-tls.js';
import { FtpSession, type FtpDeed, type FtpSecurity, type FtpSurroundings } from './ftp-session.js';
import { assemblePartner, type Partner } from './partner.js';
import type { ServedTree } from './served-tree.js';
import { listenOnTcp } from './tcp-listener.js';
import { Transcript } from './transcript.js';

export interface FtpPartnerOptions {
  /** A folder on disk, or a made-up tree. */
  readonly root: string | ServedTree;
  readonly user: string;
  readonly password: string;
  /** When given, PASS asks for this account (332), and ACCT brings it. */
  readonly account?: string;
  /** Default `none`. */
  readonly security?: FtpSecurity;
  /** Used unless `security` is `none`. */
  readonly tls?: FtpTlsOptions;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly habits?: Partial<FtpHabits>;
  readonly faults?: readonly Fault<FtpDeed>[];
  /** At most so many sessions at a time; one more is refused with 421 as it connects, or with 530 as it logs in. */
  readonly connectionLimit?: { readonly count: number; readonly code: 421 | 530 };
  /** How long a transfer waits for its data connection before 425. Default 10 s. */
  readonly dataWaitMs?: number;
}

export interface FtpPartner extends Partner<FtpDeed> {
  /** The certificate shown, with its authority and its pin; undefined without TLS. */
  readonly certificate: MadeCertificate | undefined;
}

/** Starts an FTP server on loopback that serves `root` to one user and fails on command. */
export async function startFtpPartner(options: FtpPartnerOptions): Promise<FtpPartner> {
  const { user, password, host = '127.0.0.1', security = 'none' } = options;
  const tls = security === 'none' ? undefined : makeFtpTls(options.tls ?? {});
  const transcript = new Transcript();
  const faults = new FaultPlan(options.faults);
  const sessions = new Set<FtpSession>();
  const surroundings: FtpSurroundings = {
    tree: typeof options.root === 'string' ? await folderTree(options.root) : options.root,
    user,
    password,
    account: options.account,
    security,
    tls,
    habits: { ...DEFAULT_FTP_HABITS, ...options.habits },
    faults,
    transcript,
    dataWaitMs: options.dataWaitMs ?? 10_000,
    refuseLogin: () =>
      overLimit(options, 530, [...sessions].filter((session) => session.isLoggedIn).length + 1),
  };
  const listener = await listenOnTcp(host, options.port ?? 0, (socket, number) => {
    const session = new FtpSession(socket, number, surroundings);
    sessions.add(session);
    void session.closed.then(() => sessions.delete(session));
    const greeting = overLimit(options, 421, sessions.size) ?? ftpReply(220, ...surroundings.habits.greeting);
    void session.start(greeting);
  });
  const scheme = { none: 'ftp', explicit: 'ftpes', implicit: 'ftps' }[security];
  const partner = assemblePartner({
    listener,
    scheme,
    user,
    password,
    transcript,
    faults,
    sessions,
    extraConnections: () => [...sessions].reduce((sum, session) => sum + session.openDataConnections, 0),
  });
  return Object.assign(partner, { certificate: tls?.made });
}

function overLimit(options: FtpPartnerOptions, code: 421 | 530, count: number): FtpReply | undefined {
  const { connectionLimit: limit } = options;
  if (limit === undefined || limit.code !== code || count <= limit.count) return undefined;
  return ftpReply(code, `Too many connections (${limit.count}), try again later`);
}
