/**
 * The few places where ssh2 1.17 tells less than it knows. Everything that touches its private fields stands
 * here and nowhere else; `ssh2-internals.test.ts` fails when a new version moves them.
 */
import type { Client, SFTPWrapper } from 'ssh2';

/** What the server answered to a login attempt. */
export interface LoginAnswer {
  /** Methods that may go on. */
  readonly methods: readonly string[];
  /** The attempt was right, but a further one is wanted. */
  readonly partial: boolean;
}

export interface MessageTaps {
  readonly onLoginRefused: (answer: LoginAnswer) => void;
  /** SSH_MSG_DISCONNECT; ssh2 hides the server's words when the reason is "by application". */
  readonly onDisconnect: (reason: number, text: string) => void;
}

type MessageHandler = (protocol: unknown, ...values: unknown[]) => void;

interface ClientInternals {
  readonly _protocol?: { readonly _handlers?: Record<string, MessageHandler> };
}

/**
 * Hears of SSH messages before ssh2 handles them. To be called right after `client.connect()`. ssh2 forgets
 * the server's "partial success" when the attempt was made with an agent's key, so a chain could not go on.
 */
export function tapMessages(client: Client, taps: MessageTaps): void {
  const handlers = (client as unknown as ClientInternals)._protocol?._handlers;
  if (handlers === undefined) return;
  putBefore(handlers, 'USERAUTH_FAILURE', (methods, partial) =>
    taps.onLoginRefused({
      methods: Array.isArray(methods) ? methods.map(String) : [],
      partial: partial === true,
    }),
  );
  putBefore(handlers, 'DISCONNECT', (reason, text) =>
    taps.onDisconnect(Number(reason), typeof text === 'string' ? text : ''),
  );
}

function putBefore(
  handlers: Record<string, MessageHandler>,
  message: string,
  run: (...values: unknown[]) => void,
): void {
  const original = handlers[message];
  if (original === undefined) return;
  handlers[message] = (protocol, ...values) => {
    run(...values);
    original(protocol, ...values);
  };
}

interface SftpInternals {
  readonly _version?: number;
  readonly _extensions?: Readonly<Record<string, string>>;
  readonly _maxReadLen?: number;
  readonly _maxWriteLen?: number;
  readonly _maxOutPktLen?: number;
}

/** What the server said about itself when the SFTP session began. */
export interface SftpHello {
  readonly version: number;
  readonly extensions: Readonly<Record<string, string>>;
  /** Answer to `limits@openssh.com`, when the server offers it. */
  readonly limits: SftpLimits | undefined;
}

/** Bytes; from OpenSSH's PROTOCOL file, section 4.8. */
export interface SftpLimits {
  readonly maxPacketBytes: number;
  readonly maxReadBytes: number;
  readonly maxWriteBytes: number;
}

/** ssh2 asks for `limits@openssh.com` itself and obeys it by cutting requests, but does not tell the values. */
export function sftpHello(sftp: SFTPWrapper): SftpHello {
  const internals = sftp as unknown as SftpInternals & { readonly maxOpenHandles?: number };
  const { _maxReadLen: read, _maxWriteLen: write, _maxOutPktLen: packet } = internals;
  const known = internals.maxOpenHandles !== undefined && read !== undefined && write !== undefined;
  return {
    version: internals._version ?? 3,
    extensions: internals._extensions ?? {},
    limits: known
      ? { maxReadBytes: read, maxWriteBytes: write, maxPacketBytes: packet ?? Math.max(read, write) }
      : undefined,
  };
}

type ReadCallback = (error: Error | undefined, bytes: number) => void;

/** Asks ssh2 to hand on status EOF as an error; else it looks like an empty DATA packet. */
export function wantEofStatus(callback: ReadCallback): ReadCallback {
  return Object.assign(callback, { _wantEOFError: true });
}
