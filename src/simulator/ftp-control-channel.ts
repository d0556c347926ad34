import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { shakeHands, TlsRecords } from './tls-records.js';

const LONGEST_LINE_BYTES = 65_536;
const LF = 0x0a;

export interface ControlEvents {
  /** A command line without its line end. */
  line(bytes: Buffer): void;
  /** The connection is gone, whoever closed it. Once. */
  closed(): void;
}

/** The control connection of one session: lines in, text out, clear or under TLS. */
export class FtpControlChannel {
  readonly socket: Socket;
  readonly #events: ControlEvents;
  #stream: Duplex;
  #records: TlsRecords | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #isSkippingLine = false;
  #isSilent = false;

  constructor(socket: Socket, events: ControlEvents) {
    this.socket = socket;
    this.#events = events;
    this.#stream = socket;
    socket.once('close', () => events.closed());
  }

  /** Begins to read commands. */
  open(): void {
    this.#stream.on('data', this.#take);
  }

  /** The commands go on under TLS; what came before in clear text is dropped. False when the hand-shake fails. */
  async startTls(context: SecureContext): Promise<boolean> {
    this.#stopReading();
    const records = new TlsRecords(this.socket);
    const secured = await shakeHands(records, context);
    if (secured === undefined || this.#isSilent) return false;
    this.#records = records;
    this.#stream = secured;
    this.open();
    return true;
  }

  /** Ends TLS; the commands go on in clear text (CCC, RFC 4217 section 12.3). */
  endTls(): void {
    const secured = this.#stream;
    this.#records?.expectClearText((bytes) => {
      this.#stream = this.socket;
      this.#take(bytes);
    });
    secured.off('data', this.#take);
    secured.resume();
    secured.end();
  }

  /** Resolves when the connection takes more; also when it is gone. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.#isSilent || this.#stream.destroyed || this.#stream.writableEnded) return;
    const stream = this.#stream;
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.write(data, () => {
        stream.off('close', resolve);
        resolve();
      });
    });
  }

  /** Closes our side; what the client still sends is read and ignored. */
  close(): void {
    this.#stopReading();
    this.#stream.resume();
    this.#stream.end();
  }

  reset(): void {
    this.#stopReading();
    this.socket.resetAndDestroy();
  }

  /** Ignores what comes and says nothing any more. */
  silence(): void {
    this.#isSilent = true;
    this.#stopReading();
    this.#stream.resume();
  }

  #stopReading(): void {
    this.#stream.off('data', this.#take);
    this.#pending = Buffer.alloc(0);
  }

  readonly #take = (chunk: Buffer): void => {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (let end = this.#pending.indexOf(LF); end >= 0; end = this.#pending.indexOf(LF)) {
      const line = this.#pending.subarray(0, end);
      this.#pending = this.#pending.subarray(end + 1);
      if (!this.#isSkippingLine) this.#events.line(withoutTelnet(line));
      this.#isSkippingLine = false;
    }
    if (this.#pending.length <= LONGEST_LINE_BYTES) return;
    if (!this.#isSkippingLine) this.#events.line(this.#pending.subarray(0, LONGEST_LINE_BYTES));
    this.#isSkippingLine = true;
    this.#pending = Buffer.alloc(0);
  };
}

/** A line without its CR and without Telnet commands (IAC and one byte), which come with ABOR. */
function withoutTelnet(line: Buffer): Buffer {
  const text = line
    .toString('latin1')
    .replace(/\r$/, '')
    .replace(/\xff[\xf0-\xfe]/g, '')
    .replace(/\xff\xff/g, '\xff');
  return Buffer.from(text, 'latin1');
}
