import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { FtpPartner } from './ftp-partner.js';
import { TlsRecords } from './tls-records.js';

export interface DialogueReply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** A raw FTP conversation with a partner, for tests: nothing is understood but the end of a reply. */
export class FtpDialogue {
  readonly #partner: FtpPartner;
  #control: Socket;
  #records: TlsRecords | undefined;
  /** The connection below TLS. */
  readonly #socket: Socket;
  #session: Buffer | undefined;
  #keepsSessions = true;
  #text = '';
  #replies: DialogueReply[] = [];
  #waiting: (() => void)[] = [];
  #isClosed = false;

  private constructor(partner: FtpPartner, control: Socket) {
    this.#partner = partner;
    this.#control = control;
    this.#socket = control;
    this.#listen();
  }

  /** Connects, under TLS where the partner has it, up to the greeting. */
  static async open(partner: FtpPartner): Promise<FtpDialogue> {
    const socket = connectTcp(partner.port, partner.host);
    const dialogue = new FtpDialogue(partner, socket);
    if (partner.url.startsWith('ftps:')) await dialogue.#secure();
    await dialogue.reply();
    if (!partner.url.startsWith('ftpes:')) return dialogue;
    await dialogue.ask('AUTH TLS');
    await dialogue.#secure();
    return dialogue;
  }

  static async login(partner: FtpPartner): Promise<FtpDialogue> {
    const dialogue = await FtpDialogue.open(partner);
    await dialogue.ask(`USER ${partner.user}`);
    await dialogue.ask(`PASS ${partner.password}`);
    if (partner.certificate !== undefined) {
      await dialogue.ask('PBSZ 0');
      await dialogue.ask('PROT P');
    }
    await dialogue.ask('TYPE I');
    return dialogue;
  }

  /** Resolves once the control connection is closed. */
  get closed(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => this.#control.once('close', () => resolve()));
  }

  /** All that came and was not yet taken as a reply. */
  get unread(): string {
    return this.#text;
  }

  /** The TLS version of the control connection. */
  get protocol(): string | null {
    return this.#control instanceof TLSSocket ? this.#control.getProtocol() : null;
  }

  /** Data connections resume no session from now on. */
  forgetSession(): void {
    this.#session = undefined;
    this.#keepsSessions = false;
  }

  /** Ends TLS on the control connection, to be called after CCC; resolves when clear text may follow. */
  async leaveTls(): Promise<void> {
    const secured = this.#control;
    secured.removeAllListeners('close');
    this.#records?.expectClearText((bytes) => this.#take(bytes.toString('latin1')));
    secured.end();
    await once(secured, 'close');
    this.#control = this.#socket;
  }

  send(line: string): void {
    this.#control.write(`${line}\r\n`);
  }

  /** The next reply; code 0 when the connection closed instead. */
  async reply(): Promise<DialogueReply> {
    while (this.#replies.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#replies.shift() ?? { code: 0, lines: [] };
  }

  async ask(line: string): Promise<DialogueReply> {
    this.send(line);
    return this.reply();
  }

  /** A passive data connection, clear; TLS comes after the 150. */
  async openData(): Promise<Socket> {
    const { lines } = await this.ask('PASV');
    const numbers = /\((?:\d+,){4}(\d+),(\d+)\)/.exec(lines[0] ?? '');
    const socket = connectTcp(Number(numbers?.[1]) * 256 + Number(numbers?.[2]), this.#partner.host);
    await once(socket, 'connect');
    return socket;
  }

  async secureData(socket: Socket): Promise<Socket> {
    const { certificate } = this.#partner;
    if (certificate === undefined) return socket;
    const secured = connectTls({ ...tlsOptions(certificate.authority), socket, session: this.#session });
    await once(secured, 'secureConnect');
    return secured;
  }

  async retrieve(path: string, command = 'RETR'): Promise<{ code: number; bytes: Buffer }> {
    const data = await this.openData();
    const { code } = await this.ask(`${command} ${path}`.trim());
    if (code !== 150) {
      data.destroy();
      return { code, bytes: Buffer.alloc(0) };
    }
    const bytes = await buffer(await this.secureData(data));
    return { code: (await this.reply()).code, bytes };
  }

  async store(path: string, bytes: Uint8Array, command = 'STOR'): Promise<number> {
    const socket = await this.openData();
    const { code } = await this.ask(`${command} ${path}`);
    if (code !== 150) {
      socket.destroy();
      return code;
    }
    const data = await this.secureData(socket);
    data.on('error', () => undefined);
    data.end(bytes);
    data.resume();
    return (await this.reply()).code;
  }

  close(): void {
    this.#control.destroy();
  }

  async #secure(): Promise<void> {
    this.#control.removeAllListeners();
    const authority = this.#partner.certificate?.authority ?? '';
    this.#records = new TlsRecords(this.#socket);
    const secured: TLSSocket = connectTls({ ...tlsOptions(authority), socket: this.#records });
    secured.on('session', (session) => {
      if (this.#keepsSessions) this.#session = session;
    });
    this.#control = secured;
    this.#listen();
    await once(secured, 'secureConnect');
  }

  #listen(): void {
    this.#control.on('error', () => undefined);
    this.#control.on('data', (chunk: Buffer) => this.#take(chunk.toString('latin1')));
    this.#control.once('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = endOfReply(this.#text); end > 0; end = endOfReply(this.#text)) {
      const lines = this.#text.slice(0, end).trimEnd().split('\r\n');
      this.#text = this.#text.slice(end);
      this.#replies.push({ code: Number(lines.at(-1)?.slice(0, 3)), lines });
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function endOfReply(text: string): number {
  const last = /^\d{3} .*\r\n/m.exec(text);
  return last === null ? 0 : last.index + last[0].length;
}

function tlsOptions(authority: string) {
  return { ca: authority, servername: 'localhost' };
}
