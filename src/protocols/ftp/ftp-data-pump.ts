import type { Socket } from 'node:net';
import type { BlockPool } from '../../core/block-pool.js';
import { mayHaveBeenReset, resetError, wasReset } from '../../net/reset-behind-data.js';
import type { ProgressLimit } from '../progress-limit.js';
import type { ByteSink, ByteSource } from '../protocol-client.js';

/** How the flow on a data connection came to its end. */
export type FlowEnd =
  /** Everything went out, or the other side ended the stream. */
  | {
      readonly kind: 'ended';
      readonly bytes: number;
      /** Over TLS, and the connection was reset: before or after TLS ended, our runtime does not tell. */
      readonly isDoubtful?: boolean;
    }
  /** The connection failed. */
  | { readonly kind: 'broken'; readonly bytes: number; readonly cause: unknown }
  /** Our own sink or source failed, with this. */
  | { readonly kind: 'stopped'; readonly bytes: number; readonly reason: unknown };

/** A flow under way. */
export interface Flow {
  /** Never rejects. */
  readonly end: Promise<FlowEnd>;
  /** Settles `end` as broken at once; sink and source are no longer used. */
  cancel(cause: unknown): void;
}

/** Hands everything that comes in to the sink. Reading pauses while the sink wants us to wait. */
export function receiveInto(socket: Socket, sink: ByteSink, progress: ProgressLimit): Flow {
  let bytes = 0;
  let isOpen = true;
  const { end, settle: settleEnd } = flowEnd(() => bytes);
  const settle = (outcome: OpenEnd) => {
    isOpen = false;
    settleEnd(outcome);
  };
  const goOn = () => {
    progress.release();
    socket.resume();
  };
  const stop = (reason: unknown) => settle({ kind: 'stopped', reason });
  const onData = (chunk: Buffer) => {
    // One read of the system may be handed out in several pieces before a removed listener takes effect.
    if (!isOpen) return;
    progress.moved(chunk.length);
    bytes += chunk.length;
    let wait: Promise<void> | undefined;
    try {
      wait = sink.write(chunk);
    } catch (reason) {
      return stop(reason);
    }
    if (wait === undefined) return;
    progress.hold();
    socket.pause();
    wait.then(goOn, stop);
  };
  const onEnd = () =>
    settle(
      wasReset(socket)
        ? { kind: 'broken', cause: resetError() }
        : { kind: 'ended', isDoubtful: mayHaveBeenReset(socket) },
    );
  const detach = follow(socket, settle, { data: onData, end: onEnd });
  void end.then(detach);
  socket.resume();
  return { end, cancel: (cause) => settle({ kind: 'broken', cause }) };
}

/** So much may be handed to the system and not yet be taken: disk and network then work at the same time. */
const MAX_IN_FLIGHT_BYTES = 1024 * 1024;

/** Sends everything that the source gives, then the end of the stream; ends when the system took all of it. */
export function sendFrom(
  source: ByteSource,
  socket: Socket,
  progress: ProgressLimit,
  blocks: BlockPool,
): Flow {
  const iterator = source[Symbol.asyncIterator]();
  let bytes = 0;
  let inFlight = 0;
  let isWaiting = false;
  let isEnding = false;
  let isOpen = true;
  const { end, settle: settleEnd } = flowEnd(() => bytes);
  const settle = (outcome: OpenEnd) => {
    isOpen = false;
    settleEnd(outcome);
  };
  const stop = (reason: unknown) => settle({ kind: 'stopped', reason });
  const next = () => {
    if (!isOpen) return;
    isWaiting = false;
    progress.hold();
    iterator.next().then(take, stop);
  };
  const take = (result: IteratorResult<Uint8Array>) => {
    progress.release();
    if (!isOpen) return;
    if (result.done === true) {
      isEnding = true;
      // Node 20.20 loses TLS's close_notify while the hand-shake's last record is on its way out, which vsftpd
      // 3.0.3 answers with 426: of empty files over TLS 1.2 every tenth.
      setImmediate(() => (isOpen ? socket.end(onFinished) : undefined));
      return;
    }
    const chunk = result.value;
    inFlight += chunk.byteLength;
    socket.write(chunk, (error) => onWritten(chunk, error));
    bytes += chunk.byteLength;
    if (inFlight < MAX_IN_FLIGHT_BYTES) next();
    else isWaiting = true;
  };
  const onWritten = (chunk: Uint8Array, error?: Error | null) => {
    // A failure is told by 'error' or 'close'. Going on would take the source to its end before either can
    // come.
    if (error) return;
    progress.touch();
    inFlight -= chunk.byteLength;
    blocks.give(chunk);
    if (isWaiting && inFlight < MAX_IN_FLIGHT_BYTES) next();
  };
  const onFinished = (error?: Error | null) => (error ? undefined : settle({ kind: 'ended' }));
  // Over TLS the server's end may overtake the system's word that ours is out.
  const onEnd = () => (isEnding ? undefined : settle({ kind: 'broken', cause: undefined }));
  // What the server says on an upload's data connection has no meaning, but TLS tickets and its end come this
  // way.
  const detach = follow(socket, settle, { data: () => undefined, end: onEnd });
  void end.then((outcome) => {
    detach();
    if (outcome.kind === 'broken') returnEarly(iterator);
  });
  socket.resume();
  next();
  return { end, cancel: (cause) => settle({ kind: 'broken', cause }) };
}

type OpenEnd =
  | { readonly kind: 'ended'; readonly isDoubtful?: boolean }
  | { readonly kind: 'broken'; readonly cause: unknown }
  | { readonly kind: 'stopped'; readonly reason: unknown };

/** The first settlement counts. */
function flowEnd(bytes: () => number): { end: Promise<FlowEnd>; settle: (outcome: OpenEnd) => void } {
  let settle: (outcome: OpenEnd) => void = () => undefined;
  const end = new Promise<FlowEnd>((resolve) => {
    settle = (outcome) => resolve({ ...outcome, bytes: bytes() });
  });
  return { end, settle };
}

interface FlowListeners {
  readonly data: (chunk: Buffer) => void;
  readonly end: () => void;
}

/** Listens until the returned function is called. */
function follow(socket: Socket, settle: (outcome: OpenEnd) => void, listeners: FlowListeners): () => void {
  const onError = (cause: Error) => settle({ kind: 'broken', cause });
  const onClose = () => settle({ kind: 'broken', cause: undefined });
  socket.on('data', listeners.data);
  socket.on('end', listeners.end);
  socket.on('error', onError);
  socket.on('close', onClose);
  if (socket.destroyed) onClose();
  return () => {
    socket.removeListener('data', listeners.data);
    socket.removeListener('end', listeners.end);
    socket.removeListener('error', onError);
    socket.removeListener('close', onClose);
  };
}

/** Not waited for: a source that hangs in `next` would hang here too, and its failure no longer matters. */
function returnEarly(iterator: AsyncIterator<Uint8Array>): void {
  iterator.return?.().catch(() => undefined);
}
