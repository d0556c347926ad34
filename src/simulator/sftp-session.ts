import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { endlessBytes, isSessionDeed, type FaultPlan, type FlowDeed, type SessionDeed } from './faults.js';
import { SftpAnswers, type AnsweringSession, type SftpAnswer } from './sftp-answers.js';
import type { SftpHabits } from './sftp-habits.js';
import { packetHead, PacketSplitter, STATUS, statusPacket } from './sftp-packets.js';
import { readRequest, requestWords, type SftpRequest } from './sftp-requests.js';
import type { ServedTree } from './served-tree.js';
import type { Transcript } from './transcript.js';

export type SftpDeed = SessionDeed | FlowDeed;

/** The packets to send in place of this answer to a request of that name (`READ`), in order. */
export type ForgeAnswer = (answer: Buffer, command: SftpRequest['command']) => readonly Uint8Array[];

/** What all sessions of one partner share. */
export interface SftpSurroundings {
  readonly tree: ServedTree;
  readonly habits: SftpHabits;
  readonly faults: FaultPlan<SftpDeed>;
  readonly transcript: Transcript;
  readonly forge: ForgeAnswer;
}

type Aftermath = 'goes-on' | 'answered' | 'over';

/** Requests that wait beyond this many stop the reading. */
const QUEUED_REQUESTS = 64;
const HELD_READS = 6;
/** So long after the last of them, reversed answers wait for no more. */
const HOLD_MS = 25;
/** For what is said without being asked. */
const NO_REQUEST = 0xffffffff;

/** One SFTP subsystem: requests in, answers out, one after another as OpenSSH does. */
export class SftpSession implements AnsweringSession {
  readonly #channel: ServerChannel;
  readonly #socket: Socket;
  readonly #number: number;
  readonly #surroundings: SftpSurroundings;
  readonly #answers: SftpAnswers;
  readonly #splitter = new PacketSplitter();
  readonly #queue: Buffer[] = [];
  readonly #over = new AbortController();
  #held: Buffer[] = [];
  #isBusy = false;
  /** The client has sent its end of file: the channel closes once all is answered, as OpenSSH's server does. */
  #isAllAsked = false;
  /** A deed has ended the session: what still comes is ignored, nothing is said. */
  #isOver = false;
  #answering: Promise<void> = Promise.resolve();
  #currentId = NO_REQUEST;

  constructor(channel: ServerChannel, socket: Socket, number: number, surroundings: SftpSurroundings) {
    this.#channel = channel;
    this.#socket = socket;
    this.#number = number;
    this.#surroundings = surroundings;
    this.#answers = new SftpAnswers(surroundings.tree, surroundings.habits, this);
    channel.on('error', () => this.#end());
    channel.once('close', () => this.#end());
    channel.once('end', () => {
      this.#isAllAsked = true;
      this.#work();
    });
    channel.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Does this to the session now. */
  async suffer(deed: SessionDeed): Promise<'goes-on' | 'over'> {
    return (await this.#suffer(deed)) === 'over' ? 'over' : 'goes-on';
  }

  /** Resolves once nothing is under way any more; to be asked after the connection closed. */
  async finished(): Promise<void> {
    this.#end();
    await this.#answering;
    await this.#answers.closeAll();
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#queue.push(...this.#splitter.take(chunk));
    } catch {
      this.#channel.close();
      return;
    }
    if (this.#queue.length > QUEUED_REQUESTS) this.#channel.pause();
    this.#work();
  }

  #work(): void {
    if (this.#isBusy || this.over.aborted || this.#isOver) return;
    const packet = this.#queue.shift();
    if (packet === undefined) {
      if (this.#isAllAsked) this.#closeChannel();
      return;
    }
    if (this.#queue.length < QUEUED_REQUESTS) this.#channel.resume();
    this.#isBusy = true;
    this.#answering = this.#answerPacket(packet).then(() => {
      this.#isBusy = false;
      this.#work();
    });
  }

  /** Never rejects. */
  async #answerPacket(packet: Buffer): Promise<void> {
    try {
      await this.#answer(readRequest(packet));
    } catch {
      await this.#send(statusPacket(0, STATUS.badMessage, 'Bad message'), 'STATUS 5 Bad message');
      this.#channel.close();
    }
  }

  async #answer(request: SftpRequest): Promise<void> {
    const { transcript, faults } = this.#surroundings;
    const words = requestWords(request);
    transcript.add(this.#number, 'client', `${request.command} ${words}`.trim());
    this.#currentId = request.id;
    const struck = faults.strike(request.command, words);
    if ((await this.#sufferAll(struck.arrival)) !== 'goes-on') return;
    const flowDeeds = [...struck.arrival, ...struck.answer].filter((deed) => !isSessionDeed(deed));
    const answer = await this.#answers.answer(request, flowDeeds);
    if (this.over.aborted || (await this.#sufferAll(struck.answer)) !== 'goes-on') return;
    // A second VERSION would be no second answer but a breach of the protocol.
    if (request.command === 'INIT') return this.#sayOnce(answer);
    await this.#say(request, answer);
  }

  async #sayOnce(answer: SftpAnswer): Promise<void> {
    if (answer === 'none') return;
    this.#surroundings.transcript.add(this.#number, 'partner', answer.words);
    for (const packet of this.#surroundings.forge(answer.packet, 'INIT')) await this.#write(packet);
  }

  async #say(request: SftpRequest, answer: SftpAnswer): Promise<void> {
    if (answer === 'none') return;
    const { readOrder } = this.#surroundings.habits;
    if (request.command !== 'READ' || readOrder === 'as-asked') {
      const forged = this.#surroundings.forge(answer.packet, request.command);
      return this.#send(Buffer.concat(forged), answer.words);
    }
    this.#surroundings.transcript.add(this.#number, 'partner', `${answer.words} (held)`);
    this.#held.push(answer.packet);
    if (this.#held.length >= HELD_READS) return this.#releaseHeld();
    const last = answer.packet;
    void sleep(HOLD_MS).then(() => (this.#held.at(-1) === last ? this.#releaseHeld() : undefined));
  }

  async #releaseHeld(): Promise<void> {
    const held = this.#held.reverse();
    this.#held = [];
    for (const packet of held) await this.#write(packet);
  }

  async #send(packet: Buffer, words: string): Promise<void> {
    this.#surroundings.transcript.add(this.#number, 'partner', words);
    await this.#write(packet);
    if (this.#surroundings.habits.repliesTwice) await this.#write(packet);
  }

  /** Resolves when the channel takes more; also when it is gone. */
  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver || this.over.aborted || !this.#channel.writable) return;
    if (this.#channel.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#channel.off('drain', go);
        this.over.removeEventListener('abort', go);
        resolve();
      };
      this.#channel.once('drain', go);
      this.over.addEventListener('abort', go);
    });
  }

  async #sufferAll(deeds: readonly SftpDeed[]): Promise<Aftermath> {
    for (const deed of deeds.filter(isSessionDeed)) {
      const aftermath = await this.#suffer(deed);
      if (aftermath !== 'goes-on') return aftermath;
    }
    return 'goes-on';
  }

  async #suffer(deed: SessionDeed): Promise<Aftermath> {
    const aftermath = await this.#do(deed);
    if (aftermath !== 'over') return aftermath;
    this.#isOver = true;
    this.#socket.removeAllListeners('data').resume();
    return 'over';
  }

  async #do(deed: SessionDeed): Promise<Aftermath> {
    switch (deed.kind) {
      case 'close':
        this.#socket.end();
        return 'over';
      case 'reset':
        this.#socket.resetAndDestroy();
        return 'over';
      case 'silence':
        return 'over';
      case 'noAnswer':
        return 'answered';
      case 'delay':
        await sleep(deed.ms, undefined, { signal: this.over }).catch(() => undefined);
        return this.over.aborted ? 'over' : 'goes-on';
      case 'reply':
        await this.#sendStatus(deed.code, deed.text);
        return 'answered';
      case 'replyThenClose':
        await this.#sendStatus(deed.code, deed.text);
        this.#socket.end();
        return 'over';
      case 'garbage':
        await this.#write(deed.bytes ?? Uint8Array.from({ length: 256 }, (_, index) => 255 - index));
        return 'answered';
      case 'endlessReply':
        await this.#sayEndlessly(deed);
        return 'answered';
    }
  }

  async #sendStatus(code: number, text = 'As rehearsed'): Promise<void> {
    await this.#send(statusPacket(this.#currentId, code, text), `STATUS ${code} ${text}`);
  }

  async #sayEndlessly(deed: Extract<SessionDeed, { kind: 'endlessReply' }>): Promise<void> {
    await this.#write(packetHead(deed.megabytes * 2 ** 20, this.#currentId));
    for await (const bytes of endlessBytes(deed, Buffer.alloc(65_536, 'x'), this.over))
      await this.#write(bytes);
  }

  #closeChannel(): void {
    this.#channel.exit(0);
    this.#channel.end();
    this.#end();
  }

  #end(): void {
    if (this.over.aborted) return;
    this.#over.abort();
    void this.#answering.then(() => this.#answers.closeAll());
  }
}
