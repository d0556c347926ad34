import type { Fault, FaultPlan, SessionDeed } from './faults.js';
import type { TcpListener } from './tcp-listener.js';
import type { Transcript, TranscriptLine } from './transcript.js';

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

/** One conversation of a partner. */
export interface PartnerSession {
  /** Resolves once everything that belongs to it is closed. */
  readonly closed: Promise<void>;
  suffer(deed: SessionDeed): Promise<unknown>;
}

export interface PartnerParts<Deed> {
  readonly listener: TcpListener;
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  readonly transcript: Transcript;
  readonly faults: FaultPlan<Deed>;
  readonly sessions: ReadonlySet<PartnerSession>;
  /** Connections open now besides the listener's. */
  extraConnections(): number;
}

/** The face that every partner shows, put on its parts. */
export function assemblePartner<Deed>(parts: PartnerParts<Deed>): Partner<Deed> {
  const { listener, scheme, user, password, transcript, faults, sessions } = parts;
  const closed = async (): Promise<void> => {
    await Promise.all([...sessions].map((session) => session.closed));
  };
  const urlHost = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  return {
    url: `${scheme}://${encodeURIComponent(user)}@${urlHost}:${listener.port}`,
    host: listener.host,
    port: listener.port,
    user,
    password,
    get transcript() {
      return transcript.lines;
    },
    get openConnections() {
      return listener.openConnections + parts.extraConnections();
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
