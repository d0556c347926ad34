import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Something that goes wrong at a partner, as plain data: where, and what happens then.
 * `{ at: { command: 'STOR', nth: 1 }, do: { kind: 'close' } }`
 */
export interface Fault<Deed = SessionDeed | FlowDeed> {
  readonly at: FaultPoint;
  readonly do: Deed;
}

/** A moment in a conversation. Commands are counted from the injection of the fault, over all sessions together. */
export interface FaultPoint {
  /**
   * The command as the protocol writes it (`STOR`, `OPEN`), or `*` for any. `CONNECT` is the accepted connection
   * before the greeting. FTPS adds `TLS` (before the hand-shake of the control connection); SFTP adds `AUTH`
   * (each try to log in), `SUBSYSTEM` (the request for sftp) and `INIT`.
   */
  readonly command: string;
  /** Only the n-th such command, from 1; each one when absent. */
  readonly nth?: number;
  /** Only commands whose argument contains this. */
  readonly argumentIncludes?: string;
  /** `arrival`: before anything is carried out (default). `answer`: it was carried out, and the final reply is due. */
  readonly moment?: 'arrival' | 'answer';
}

/** What can happen to a whole session. */
export type SessionDeed =
  /** Closes the connection (FIN), and its data connection. */
  | { readonly kind: 'close' }
  /** Resets the connection (RST), and its data connection. */
  | { readonly kind: 'reset' }
  /** Goes silent for good: what comes is read and ignored, nothing is said any more, the connection stays open. */
  | { readonly kind: 'silence' }
  /** Gives no answer to this one command; at `arrival` it is not carried out either. */
  | { readonly kind: 'noAnswer' }
  /** Waits, then goes on as usual. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers this; at `arrival` the command is not carried out. `code` is an FTP reply or an SFTP status. */
  | { readonly kind: 'reply'; readonly code: number; readonly text?: string }
  | { readonly kind: 'replyThenClose'; readonly code: number; readonly text?: string }
  /** Sends bytes that are no reply of the protocol (default: 256 of them), and goes on. */
  | { readonly kind: 'garbage'; readonly bytes?: Uint8Array }
  /** A reply of this size that never comes to its end: one line, or many lines. SFTP: one packet. */
  | {
      readonly kind: 'endlessReply';
      readonly megabytes: number;
      readonly shape?: 'line' | 'lines';
      /** At most so fast: a reply that drips. */
      readonly bytesPerSecond?: number;
    };

/** The filling of an endless reply: `piece` over and over, dripping where it is told to. Ends early with the session. */
export async function* endlessBytes(
  deed: Extract<SessionDeed, { kind: 'endlessReply' }>,
  piece: Uint8Array,
  over: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { megabytes, bytesPerSecond } = deed;
  const totalBytes = megabytes * 2 ** 20;
  const part =
    bytesPerSecond === undefined ? piece : piece.subarray(0, Math.max(1, Math.floor(bytesPerSecond / 20)));
  for (let sent = 0; sent < totalBytes && !over.aborted; sent += part.length) {
    yield part.subarray(0, Math.min(part.length, totalBytes - sent));
    if (bytesPerSecond === undefined) continue;
    await sleep((part.length / bytesPerSecond) * 1000, undefined, { signal: over }).catch(() => undefined);
  }
}

/** What can happen to the bytes of a file or a listing, given at the command that begins the flow. */
export type FlowDeed =
  /** The bytes end early, and the partner calls it complete. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** No byte moves any more; the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** The partner's disk is full: FTP 452, SFTP status 4. What came before stays. */
  | { readonly kind: 'diskFull'; readonly afterBytes: number }
  /** Uploaded bytes are acknowledged and thrown away. */
  | { readonly kind: 'loseWrites' }
  /** A deed to the whole session in the middle of the flow. */
  | { readonly kind: 'afterBytes'; readonly bytes: number; readonly do: SessionDeed }
  /** A listing of these names before the true ones; `HOSTILE_NAMES` when absent. */
  | { readonly kind: 'hostileNames'; readonly names?: readonly string[] }
  /** A listing that never ends. */
  | { readonly kind: 'endlessListing' }
  /** Every size that is told is wrong by this many bytes. */
  | { readonly kind: 'wrongSize'; readonly byBytes: number };

/** Names that no client may trust: they lead out of the folder, forge lines, or paint the terminal. */
export const HOSTILE_NAMES: readonly string[] = [
  '../x',
  '..',
  '.',
  '/etc/x',
  'C:\\x',
  '..\\x',
  'nul\0byte',
  '\u001b[31mred\u001b[0m',
  'bell\u0007',
  'carriage\rreturn',
  'line\nfeed',
  'next\u0085line',
  'right\u202eto-left',
  ' leading space',
  'trailing space ',
  'trailing dot.',
  '-rf',
  'semi;colon',
  'percent%3Bsign',
  'quote"quote',
  'u\u0308mlaut',
  'ümlaut',
  'L'.repeat(65_536),
];

/** The faults of one partner and how often each point was passed. */
export class FaultPlan<Deed> {
  #armed: { readonly fault: Fault<Deed>; seen: number }[] = [];

  constructor(faults: readonly Fault<Deed>[] = []) {
    for (const fault of faults) this.inject(fault);
  }

  inject(fault: Fault<Deed>): void {
    this.#armed.push({ fault, seen: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Counts this command, and tells what happens at it. */
  strike(command: string, argument: string): Struck<Deed> {
    const struck = { arrival: [] as Deed[], answer: [] as Deed[] };
    for (const armed of this.#armed) {
      const { at } = armed.fault;
      if (at.command !== '*' && at.command.toUpperCase() !== command) continue;
      if (at.argumentIncludes !== undefined && !argument.includes(at.argumentIncludes)) continue;
      armed.seen += 1;
      if (at.nth === undefined || at.nth === armed.seen) struck[at.moment ?? 'arrival'].push(armed.fault.do);
    }
    return struck;
  }
}

export interface Struck<Deed> {
  readonly arrival: readonly Deed[];
  readonly answer: readonly Deed[];
}

const SESSION_KINDS: readonly string[] = [
  'close',
  'reset',
  'silence',
  'noAnswer',
  'delay',
  'reply',
  'replyThenClose',
  'garbage',
  'endlessReply',
] satisfies readonly SessionDeed['kind'][];

export function isSessionDeed(deed: { readonly kind: string }): deed is SessionDeed {
  return SESSION_KINDS.includes(deed.kind);
}
