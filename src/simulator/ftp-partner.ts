import { FaultPlan, type Fault } from './faults.js';
import { folderTree } from './folder-tree.js';
import { DEFAULT_FTP_HABITS, type FtpHabits } from './ftp-habits.js';
import { ftpReply, type FtpReply } from './ftp-reply.js';
import { FtpSession, type FtpDeed, type FtpSecurity, type FtpSurroundings } from './ftp-session.js';
import type { SessionDeed } from './faults.js';
import type { ServedTree } from './served-tree.js';
import { listenOnTcp } from './tcp-listener.js';
import { Transcript, type TranscriptLine } from './transcript.js';

export interface FtpPartnerOptions {
  /** A folder on disk, or a made-up tree. */
  readonly root: string | ServedTree;
  readonly user: string;
  readonly password: string;
  /** When given, PASS asks for this account (332), and ACCT brings it. */
  readonly account?: string;
  readonly security?: FtpSecurity;
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

/** A running partner: where it is, how to get in, what it heard, and how to hurt it. */
export interface Partner<Deed> {
  /** Without the password, for example `ftp://partner@127.0.0.1:40123`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** What was said so far, passwords masked; the last 20,000 lines. */
  readonly transcript: readonly TranscriptLine[];
  /** Connections open now, data connections included. */
  readonly openConnections: number;
  /** Control connections accepted since the start. */
  readonly acceptedConnections: number;
  /** Resolves with the `nth` line of the client that begins so (`STOR`), once it is there; past ones count. */
  seen(begin: string, nth?: number): Promise<TranscriptLine>;
  /** Resolves with the `nth` line of the partner that begins so (`226`), once it is there; past ones count. */
  said(begin: string, nth?: number): Promise<TranscriptLine>;
  /** Arms one more fault; its commands are counted from now. */
  inject(fault: Fault<Deed>): void;
  clearFaults(): void;
  /** Does this to every open session now, whatever it is about: `421` at any time. */
  interrupt(deed: SessionDeed): Promise<void>;
  /** Resolves once no client is connected any more. */
  whenIdle(): Promise<void>;
  /** Closes the port and every connection; resolved, nothing is left. Idempotent. */
  stop(): Promise<void>;
}

export type FtpPartner = Partner<FtpDeed>;

/** Starts an FTP server on loopback that serves `root` to one user and fails on command. */
export async function startFtpPartner(options: FtpPartnerOptions): Promise<FtpPartner> {
  const { user, password, host = '127.0.0.1', security = 'none' } = options;
  const transcript = new Transcript();
  const faults = new FaultPlan(options.faults);
  const sessions = new Set<FtpSession>();
  const surroundings: FtpSurroundings = {
    tree: typeof options.root === 'string' ? await folderTree(options.root) : options.root,
    user,
    password,
    account: options.account,
    security,
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
  const closed = async (): Promise<void> => {
    await Promise.all([...sessions].map((session) => session.closed));
  };
  return {
    url: `${security === 'none' ? 'ftp' : security === 'explicit' ? 'ftpes' : 'ftps'}://${user}@${urlHost(host)}:${listener.port}`,
    host,
    port: listener.port,
    user,
    password,
    get transcript() {
      return transcript.lines;
    },
    get openConnections() {
      return [...sessions].reduce(
        (sum, session) => sum + session.openDataConnections,
        listener.openConnections,
      );
    },
    get acceptedConnections() {
      return listener.acceptedConnections;
    },
    seen: (begin, nth) => transcript.seen('client', begin, nth),
    said: (begin, nth) => transcript.seen('partner', begin, nth),
    inject: (fault) => faults.inject(fault),
    clearFaults: () => faults.clear(),
    async interrupt(deed) {
      await Promise.all([...sessions].map((session) => session.suffer(deed)));
    },
    async whenIdle() {
      await listener.whenIdle();
      await closed();
    },
    async stop() {
      await listener.stop();
      await closed();
    },
  };
}

function overLimit(options: FtpPartnerOptions, code: 421 | 530, count: number): FtpReply | undefined {
  const { connectionLimit: limit } = options;
  if (limit === undefined || limit.code !== code || count <= limit.count) return undefined;
  return ftpReply(code, `Too many connections (${limit.count}), try again later`);
}

/** IPv6 addresses stand in brackets in a URL. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
