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

/** A request that waits for its answer. With `buffer`, ssh2 copies data there; without, it hands on its own. */
interface PendingRequest {
  buffer?: Buffer | undefined;
  cb: (error: Error | undefined, data?: unknown) => void;
}

interface SftpInternals {
  readonly outgoing?: { readonly id: number; readonly state: string; window: number; packetSize: number };
  readonly _protocol?: { readonly channelData: (channel: number, bytes: Buffer) => void };
  readonly _buffer?: readonly unknown[];
  readonly _pktLenBytes?: number;
  push?: (chunk: Buffer | null) => void;
  readonly _version?: number;
  readonly _extensions?: Readonly<Record<string, string>>;
  readonly _maxReadLen?: number;
  readonly _maxWriteLen?: number;
  readonly _maxOutPktLen?: number;
  _writeReqid?: number;
  readonly _requests?: Record<number, PendingRequest | undefined>;
  readonly maxOpenHandles?: number;
}

/** What the server said about itself when the SFTP session began. */
export interface SftpHello {
  readonly version: number;
  readonly extensions: Readonly<Record<string, string>>;
  readonly limits: SftpLimits;
}

/** Largest sizes in bytes: what the server told by `limits@openssh.com` (OpenSSH's PROTOCOL, section 4.8), or ssh2's guess. */
export interface SftpLimits {
  readonly told: boolean;
  readonly packetBytes: number;
  readonly readBytes: number;
  readonly writeBytes: number;
}

const GUESSED_BYTES = 32_000;

/** ssh2 asks for `limits@openssh.com` itself and cuts larger requests, one part after the other, but does not tell the values. */
export function sftpHello(sftp: SFTPWrapper): SftpHello {
  const internals = sftp as unknown as SftpInternals;
  const readBytes = internals._maxReadLen ?? GUESSED_BYTES;
  const writeBytes = internals._maxWriteLen ?? GUESSED_BYTES;
  return {
    version: internals._version ?? 0,
    extensions: internals._extensions ?? {},
    limits: {
      told: internals.maxOpenHandles !== undefined,
      readBytes,
      writeBytes,
      packetBytes: internals._maxOutPktLen ?? Math.max(readBytes, writeBytes),
    },
  };
}

export interface ReadRequest {
  readonly handle: Buffer;
  readonly position: number;
  /** At most `sftpHello().limits.readBytes`. */
  readonly length: number;
}

/** Room that ssh2 wants to see before it sends a READ; nothing is ever written to it. */
const NO_ROOM = Buffer.alloc(256 * 1024);

/**
 * Sends one READ. `done` gets a status (end of file included) as an error, or the data as ssh2 cut it out of
 * the packet, which nobody else uses. ssh2's own way copies it once more into a buffer of the caller, which at
 * full speed costs a third of the garbage.
 */
export function readData(
  sftp: SFTPWrapper,
  request: ReadRequest,
  done: (error: Error | undefined, data: Buffer | undefined) => void,
): void {
  sftp.read(request.handle, NO_ROOM, 0, request.length, request.position, () => undefined);
  const { _requests: requests, _writeReqid: id } = sftp as unknown as SftpInternals;
  const pending = id === undefined ? undefined : requests?.[id];
  if (pending?.buffer === undefined)
    throw new Error('ssh2 keeps its requests in another way than version 1.17');
  pending.buffer = undefined;
  pending.cb = (error, data) => done(error, Buffer.isBuffer(data) ? data : undefined);
}

const SSH_FXP_EXTENDED = 200;
const SSH_FXP_EXTENDED_REPLY = 201;
/** SSH_FX_OP_UNSUPPORTED: so the caller does without. */
const UNSUPPORTED = 8;

/**
 * Sends an extended request that ssh2 does not know (draft-ietf-secsh-filexfer-13, section 10). `done` gets a status as
 * an error, or what follows the id in the answer. Only while nothing else is under way: ssh2 throws such an answer
 * away, so for this one request all that comes is looked at before.
 */
export function sendExtended(
  sftp: SFTPWrapper,
  name: string,
  fields: Buffer,
  done: (error: Error | undefined, answer: Buffer | undefined) => void,
): void {
  const internals = sftp as unknown as SftpInternals;
  const { outgoing, _protocol: protocol, _requests: requests, push } = internals;
  if (outgoing === undefined || protocol === undefined || requests === undefined || push === undefined)
    throw new Error('ssh2 keeps its channel in another way than version 1.17');
  const id = ((internals._writeReqid ?? -1) + 1) >>> 0;
  const packet = extendedPacket(id, name, fields);
  const isAtRest = internals._pktLenBytes === 0 && internals._buffer?.length === 0;
  if (!isAtRest || outgoing.window <= packet.length || outgoing.packetSize < packet.length)
    return done(Object.assign(new Error('the channel is not at rest'), { code: UNSUPPORTED }), undefined);
  const heard: Buffer[] = [];
  internals.push = (chunk) => {
    if (chunk !== null) heard.push(Buffer.from(chunk));
    push.call(internals, chunk);
  };
  internals._writeReqid = id;
  requests[id] = {
    cb: (error) => {
      internals.push = push;
      if (error) done(error, undefined);
      else done(undefined, answerTo(id, Buffer.concat(heard)));
    },
  };
  outgoing.window -= packet.length;
  protocol.channelData(outgoing.id, packet);
}

function extendedPacket(id: number, name: string, fields: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(9 + name.length + fields.length, 0);
  head.writeUInt8(SSH_FXP_EXTENDED, 4);
  head.writeUInt32BE(id, 5);
  head.writeUInt32BE(name.length, 9);
  return Buffer.concat([head, Buffer.from(name, 'latin1'), fields]);
}

/** What follows type and id in the answer to this request; undefined where it is not among the packets. */
function answerTo(id: number, packets: Buffer): Buffer | undefined {
  for (let at = 0; at + 9 <= packets.length;) {
    const end = at + 4 + packets.readUInt32BE(at);
    const isAnswer = packets[at + 4] === SSH_FXP_EXTENDED_REPLY && packets.readUInt32BE(at + 5) === id;
    if (isAnswer && end <= packets.length) return packets.subarray(at + 9, end);
    at = end;
  }
  return undefined;
}
