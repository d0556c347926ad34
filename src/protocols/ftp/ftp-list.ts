import { printable } from '../../core/printable.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import { WSAECONNABORTED } from '../../core/winsock.js';
import type { ByteSink, ListOptions, RemoteEntry } from '../protocol-client.js';
import { ByteLines } from './byte-lines.js';
import { brokenOff, isPositive, isUnsupported, replyError } from './ftp-errors.js';
import { mayHave } from './ftp-features.js';
import { ListReader } from './ftp-list-reader.js';
import {
  MAX_LISTING_LINE_BYTES,
  parseMachineLine,
  type ListingLine,
  type ListingReader,
} from './ftp-listing.js';
import { explainRefusal } from './ftp-refusal.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';
import { receiveData, type TransferCommand, type TransferResult } from './ftp-transfer.js';
import { Handoff } from './handoff.js';

type OnWarning = ListOptions['onWarning'];

/**
 * The entries of a folder: MLSD where the server has it, else CWD into the folder and LIST without an argument
 * (servers take a leading dash in it for options, and blanks and brackets for patterns). LIST shows hidden
 * files only where the server is known to take `-a`: on others `-a` may be read as a name.
 */
export async function* listFolder(
  session: FtpSession,
  folder: RemotePath,
  onWarning: OnWarning,
): AsyncGenerator<RemoteEntry> {
  if (mayUseMachineListings(session) && !session.refusedVerbs.has('MLSD')) {
    const argument = folder === '' ? undefined : await session.argument(folder);
    if (folder === '') await session.enterFolder(folder);
    const result = yield* entriesOf(session, { verb: 'MLSD', argument }, machineReader(session), onWarning);
    if (result.kind === 'done') return;
    if (!isUnsupported(result.reply)) {
      const error = await explainRefusal(session, result.reply, { verb: 'MLSD', path: folder });
      // There is a folder, or the reason would be another.
      if (error.code === 'PERMISSION_DENIED' && meansEmpty(session, result.reply)) return;
      throw error;
    }
    session.refusedVerbs.add('MLSD');
  }
  yield* listByLines(session, folder, onWarning);
}

export function mayUseMachineListings(session: FtpSession): boolean {
  return session.options.machineListings && mayHave(session.features, 'MLST');
}

async function* listByLines(
  session: FtpSession,
  folder: RemotePath,
  onWarning: OnWarning,
): AsyncGenerator<RemoteEntry> {
  const entered = await session.enterFolder(folder);
  if (entered !== undefined && !isPositive(entered)) {
    throw await explainRefusal(session, entered, { verb: 'CWD', path: folder });
  }
  const context = {
    nowMs: session.platform.clock.now(),
    zoneOffsetMinutes: session.options.listingZoneOffsetMinutes,
    encoding: session.encoding,
  };
  const showsHidden = session.options.listHidden ?? takesListOptions(session);
  const command = { verb: 'LIST', argument: showsHidden ? '-a' : undefined };
  const result = yield* entriesOf(session, command, (give) => new ListReader(context, give), onWarning);
  if (result.kind === 'refused' && !meansEmpty(session, result.reply))
    throw replyError(result.reply, session.context);
}

/** Of a folder that could be entered. */
function meansEmpty({ options }: FtpSession, reply: FtpReply): boolean {
  return options.emptyListingOk === true && (reply.code === 550 || reply.code === 450);
}

/**
 * By their greeting: vsftpd 3.0.3, which has no MLSD, ProFTPD 1.3.8 and Pure-FTPd 1.0.50 hide dot files without
 * `-a`.
 */
function takesListOptions(session: FtpSession): boolean {
  return /\b(vsftpd|proftpd|pure-ftpd)\b/i.test(session.greeting);
}

/**
 * True for servers whose listing of a folder that can be read always holds the folder itself, `.`: when not
 * even that comes, the folder could not be read, though the server says 226 (vsftpd 3.0.3, ProFTPD 1.3.8 with
 * LIST).
 */
function namesTheFolderItself(session: FtpSession, command: TransferCommand): boolean {
  return command.verb === 'LIST' && command.argument === '-a' && takesListOptions(session);
}

/** Makes the reader of one listing, which hands each meaning on. */
type MakeReader = (give: (meaning: ListingLine) => void) => ListingReader;

/** Each line of MLSD stands alone. */
function machineReader({ encoding }: FtpSession): MakeReader {
  return (give) => ({ take: (line) => give(parseMachineLine(line, encoding)), end: () => undefined });
}

async function* entriesOf(
  session: FtpSession,
  command: TransferCommand,
  makeReader: MakeReader,
  onWarning: OnWarning,
): AsyncGenerator<RemoteEntry, TransferResult> {
  const batches = new Handoff<readonly RemoteEntry[]>();
  const sink = new ListingSink(session, makeReader, batches, onWarning);
  const receiving = receiveListing(session, command, sink).finally(() => batches.close());
  // Looked at below; until then a rejection must not count as unhandled.
  receiving.catch(() => undefined);
  let isDrained = false;
  try {
    for (let batch = await batches.take(); batch !== undefined; batch = await batches.take()) {
      for (const entry of batch) {
        yield entry;
        // Closed or cancelled while the taker was busy: what is still in hand is not given any more.
        if (session.signal.aborted) throw session.signal.reason;
      }
    }
    isDrained = true;
  } finally {
    if (!isDrained) await stopReceiving(sink, batches, receiving);
  }
  const result = await receiving;
  // Over TLS nothing tells a listing that is cut from one that is empty, but for this.
  if (result.kind === 'done' && sink.isBlank && result.isDoubtful === true) throw cutOff(session);
  if (result.kind === 'done') yield* sink.lastEntries();
  if (result.kind === 'done' && sink.isBlank && namesTheFolderItself(session, command)) {
    throw replyError(result.reply, session.context, { code: 'PERMISSION_DENIED', sessionLost: false });
  }
  return result;
}

/** The taker has seen enough: a short rest is read over, for a long one the session is given up. */
async function stopReceiving(
  sink: ListingSink,
  batches: Handoff<readonly RemoteEntry[]>,
  receiving: Promise<TransferResult>,
): Promise<void> {
  sink.stop();
  void batches.take();
  // A failure of the abandoned listing shows in the session itself when it matters.
  await receiving.catch(() => undefined);
}

function cutOff(session: FtpSession): TransferError {
  const { place, doing, phase } = session.context;
  return new TransferError({
    code: 'TRUNCATED',
    lastCode: -1,
    phase,
    message: `${place} ${doing}: the data connection was reset, and nothing of the listing has come`,
  });
}

/** A listing without its final reply may lack entries, and nothing can be compared: it is simply broken off. */
async function receiveListing(
  session: FtpSession,
  command: TransferCommand,
  sink: ByteSink,
): Promise<TransferResult> {
  try {
    return await receiveData(session, command, sink);
  } catch (error) {
    const isReplyLost = error instanceof TransferError && error.code === 'REPLY_LOST';
    if (isReplyLost && error.cause instanceof TransferError) throw error.cause;
    throw error;
  }
}

/**
 * A listing that is broken off must not be followed by another in the same session: Pure-FTPd 1.0.50 keeps what
 * it could not send and puts it in front of the next listing, be it of another folder.
 */
const MAX_PASSED_OVER_BYTES = 256 * 1024;

class ListingSink implements ByteSink {
  readonly #session: FtpSession;
  readonly #reader: ListingReader;
  #entries: RemoteEntry[] = [];
  readonly #batches: Handoff<readonly RemoteEntry[]>;
  readonly #onWarning: OnWarning;
  readonly #lines = new ByteLines(MAX_LISTING_LINE_BYTES);
  #isStopped = false;
  #passedOverBytes = 0;
  #isBlank = true;

  constructor(
    session: FtpSession,
    makeReader: MakeReader,
    batches: Handoff<readonly RemoteEntry[]>,
    onWarning: OnWarning,
  ) {
    this.#session = session;
    this.#reader = makeReader((meaning) => this.#take(meaning));
    this.#batches = batches;
    this.#onWarning = onWarning;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isStopped) return this.#passOver(chunk);
    this.#isBlank = false;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const isSound = this.#lines.push(bytes, (line) => this.#reader.take(line));
    if (!isSound) return this.#refuseLongLine();
    const entries = this.#takenEntries();
    return entries.length === 0 ? undefined : this.#batches.give(entries);
  }

  /** Not a byte has come. */
  get isBlank(): boolean {
    return this.#isBlank;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** From a last line without its end. */
  lastEntries(): readonly RemoteEntry[] {
    const line = this.#lines.end();
    if (line !== undefined) this.#reader.take(line);
    this.#reader.end();
    return this.#takenEntries();
  }

  #takenEntries(): readonly RemoteEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  #take(meaning: ListingLine): void {
    if (meaning.kind === 'entry') this.#entries.push(meaning.entry);
    else if (meaning.kind === 'unknown') this.#onWarning?.(printable(meaning.line));
  }

  #passOver(chunk: Uint8Array): Promise<void> | undefined {
    this.#passedOverBytes += chunk.byteLength;
    return this.#passedOverBytes > MAX_PASSED_OVER_BYTES
      ? this.#breakOff(abandoned(this.#session))
      : undefined;
  }

  #refuseLongLine(): Promise<never> {
    const error = brokenOff(
      'LIMIT_EXCEEDED',
      this.#session.context,
      'the listing has a line of more than 64 KiB',
    );
    return this.#breakOff(error);
  }

  #breakOff(error: TransferError): Promise<never> {
    this.#session.end(error);
    return Promise.reject(error);
  }
}

function abandoned(session: FtpSession): TransferError {
  const { place, doing, phase } = session.context;
  return new TransferError({
    code: 'CONNECTION_LOST',
    lastCode: WSAECONNABORTED,
    phase,
    message: `${place} ${doing}: the session was given up with a long listing that nobody read to its end`,
    sessionLost: true,
  });
}
