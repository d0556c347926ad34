import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Flow, type FlowEnd } from './flow.js';
import { ftpReply, type FtpReply } from './ftp-reply.js';
import type { FtpFlowDeed, FtpSession } from './ftp-session.js';
import { TreeRefusal } from './served-tree.js';

/** How long a client may keep its side of a finished data connection open. */
const CLOSING_MS = 2000;

/** What goes over a data connection. */
export interface FtpTransfer {
  /** Words of the 150 that announces it. */
  readonly announcement: string;
  /** Moves the bytes; rejects when the data connection breaks or the tree refuses. */
  move(data: Duplex, flow: Flow): Promise<void>;
}

/** Runs one transfer over the session's data connection; resolves with the closing reply. */
export async function runTransfer(
  session: FtpSession,
  transfer: FtpTransfer,
  deeds: readonly FtpFlowDeed[],
): Promise<FtpReply | undefined> {
  const { habits, dataWaitMs, tls } = session.surroundings;
  const port = session.dataPort;
  if (port === undefined) return ftpReply(425, 'Use PORT or PASV first');
  if (tls?.dataProtection === 'required' && session.dataProtection === 'clear') {
    session.closeDataPort();
    return ftpReply(522, 'Data connections must be protected: use PROT P');
  }
  const socket = await port.take(dataWaitMs);
  session.closeDataPort();
  if (socket === undefined) return ftpReply(425, 'No data connection');
  session.own(socket);
  if (habits.preliminaryReply) await session.say(ftpReply(150, transfer.announcement));
  const data = await session.protectData(socket);
  if (typeof data === 'string') {
    socket.destroy();
    return ftpReply(522, data);
  }
  const isEarly = habits.completion === 'early';
  if (isEarly) await session.say(completion(session));
  const reply = await moveData(session, transfer, data, socket, deeds);
  return isEarly && reply?.code === habits.completionCode ? undefined : reply;
}

async function moveData(
  session: FtpSession,
  transfer: FtpTransfer,
  data: Duplex,
  socket: Socket,
  deeds: readonly FtpFlowDeed[],
): Promise<FtpReply | undefined> {
  const dataGone = new AbortController();
  // Under TLS the socket may be gone while its last bytes still wait to be read.
  data.once('close', () => dataGone.abort());
  const flow = new Flow(
    deeds.filter((deed) => deed.kind !== 'announce'),
    {
      over: AbortSignal.any([dataGone.signal, session.over]),
      hasEndedInOrder: () => !session.over.aborted && data.readableEnded && data.writableFinished,
      suffer: (deed) => session.suffer(deed),
    },
  );
  session.abortTransfer = () => socket.destroy();
  try {
    await transfer.move(data, flow);
  } catch (thrown) {
    socket.destroy();
    if (thrown instanceof TreeRefusal) return ftpReply(refusalCode(thrown), thrown.message);
    return broken();
  } finally {
    session.abortTransfer = undefined;
  }
  return closeData(session, flow.end, data, socket);
}

/** A folder that may not be read is found out only once its listing has begun. */
function refusalCode({ kind }: TreeRefusal): number {
  if (kind === 'full') return 452;
  return kind === 'denied' ? 550 : 451;
}

function broken(): FtpReply {
  return ftpReply(426, 'Data connection closed; transfer aborted');
}

async function closeData(
  session: FtpSession,
  end: FlowEnd,
  data: Duplex,
  socket: Socket,
): Promise<FtpReply | undefined> {
  switch (end.kind) {
    case 'over':
      return undefined;
    case 'cut':
      return broken();
    case 'dropped': {
      const { how = 'close', thenCode = 426 } = end.deed;
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
      return thenCode === 'no-reply'
        ? undefined
        : ftpReply(thenCode, 'Data connection closed; transfer aborted');
    }
    case 'diskFull':
      socket.destroy();
      return ftpReply(452, 'Insufficient storage space');
    case 'whole':
    case 'truncated':
      if (session.surroundings.tls?.closeNotify === 'omitted') await cutOff(data, socket);
      else await endData(data, socket);
      return completion(session);
  }
}

function completion(session: FtpSession): FtpReply {
  return ftpReply(session.surroundings.habits.completionCode, 'Transfer complete');
}

/** Ends our side once all bytes are out; the client has a while to close its own. */
async function endData(data: Duplex, socket: Socket): Promise<void> {
  if (data.destroyed || socket.destroyed) return;
  data.resume();
  await new Promise<void>((resolve) => {
    data.once('close', () => resolve());
    data.end(() => resolve());
  });
  const timer = setTimeout(() => socket.destroy(), CLOSING_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** Closes the connection under TLS without a word of it, once all bytes are out. */
async function cutOff(data: Duplex, socket: Socket): Promise<void> {
  if (!data.destroyed) await new Promise<void>((resolve) => data.write(Buffer.alloc(0), () => resolve()));
  await endData(socket, socket);
}

/** Writes `bytes`; rejects when the connection is gone. */
export async function writeData(data: Duplex, bytes: Uint8Array): Promise<void> {
  if (data.destroyed || !data.writable) throw new TransferBroken();
  if (data.write(bytes)) return;
  await new Promise<void>((resolve, reject) => {
    const onDrain = (): void => {
      data.off('close', onClose);
      resolve();
    };
    const onClose = (): void => {
      data.off('drain', onDrain);
      reject(new TransferBroken());
    };
    data.once('drain', onDrain);
    data.once('close', onClose);
  });
}

class TransferBroken extends Error {
  override readonly name = 'TransferBroken';
}
