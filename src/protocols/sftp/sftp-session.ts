import type { SFTPWrapper } from 'ssh2';
import { printable } from '../../core/printable.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import type { CallFacts, Loss, SessionLife } from './session-life.js';
import type { SftpAttributes, SftpName } from './sftp-entries.js';
import { OddAnswer, SFTP_STATUS, statusError, statusOf } from './sftp-errors.js';
import { channelEndLoss } from './ssh-losses.js';
import {
  attributeWords,
  flagWords,
  freeBytesOf,
  handleWords,
  helloWords,
  refusalWords,
  extendedWords,
  shortHandle,
  volumeWords,
  type VolumeFacts,
} from './sftp-trace-words.js';
import { readData, sendExtended, sftpHello, type SftpHello } from './ssh2-internals.js';
import type { SftpFile } from './transfer-window.js';

/** Of OpenSSH's PROTOCOL file, section 4. */
const EXTENSION_VERSIONS = { 'posix-rename@openssh.com': '1', 'statvfs@openssh.com': '2' } as const;

const NO_DATA = Buffer.alloc(0);

type Callback<T> = (error: unknown, value?: T) => void;

/**
 * The SFTP requests as promises. Each has the session's time limit, and each rejection is a TransferError that
 * names place, operation and path; its `cause` is the status as the server sent it.
 */
export class SftpSession {
  readonly hello: SftpHello;
  readonly life: SessionLife;
  readonly #sftp: SFTPWrapper;
  readonly #trace: SessionTrace;

  constructor(sftp: SFTPWrapper, life: SessionLife, trace: SessionTrace) {
    this.#sftp = sftp;
    this.#trace = trace;
    this.life = life;
    this.hello = sftpHello(sftp);
    trace.received(helloWords(this.hello));
  }

  /** Does the server offer this extension in the version that ssh2 speaks? */
  offers(extension: keyof typeof EXTENSION_VERSIONS): boolean {
    return this.hello.extensions[extension] === EXTENSION_VERSIONS[extension];
  }

  open(path: string, flags: number, call: CallFacts): Promise<Buffer> {
    return this.#askFor<Buffer>(`OPEN ${path} (${flagWords(flags)})`, call, isHandle, handleWords, (done) =>
      this.#sftp.open(path, flags, done),
    );
  }

  /** Resolves once the server confirmed; its refusal means that data may be lost. */
  close(handle: Buffer, call: CallFacts): Promise<void> {
    return this.#tell(`CLOSE ${shortHandle(handle)}`, call, (done) => this.#sftp.close(handle, done));
  }

  openFolder(path: string, call: CallFacts): Promise<Buffer> {
    return this.#askFor<Buffer>(`OPENDIR ${path || '.'}`, call, isHandle, handleWords, (done) =>
      this.#sftp.opendir(path || '.', done),
    );
  }

  /** The next rows of an open folder, without `.` and `..`; undefined at its end. */
  async readFolder(handle: Buffer, call: CallFacts): Promise<readonly SftpName[] | undefined> {
    try {
      return await this.#askFor<readonly SftpName[]>(undefined, call, Array.isArray, undefined, (done) =>
        this.#sftp.readdir(handle, done),
      );
    } catch (error) {
      if (statusOf((error as Error).cause) === SFTP_STATUS.eof) return undefined;
      throw error;
    }
  }

  /** Follows links. */
  stat(path: string, call: CallFacts): Promise<SftpAttributes> {
    return this.#askFor<SftpAttributes>(`STAT ${path || '.'}`, call, isRecord, attributeWords, (done) =>
      this.#sftp.stat(path || '.', done),
    );
  }

  remove(path: string, call: CallFacts): Promise<void> {
    return this.#tell(`REMOVE ${path}`, call, (done) => this.#sftp.unlink(path, done));
  }

  makeFolder(path: string, call: CallFacts): Promise<void> {
    return this.#tell(`MKDIR ${path}`, call, (done) => this.#sftp.mkdir(path, done));
  }

  removeFolder(path: string, call: CallFacts): Promise<void> {
    return this.#tell(`RMDIR ${path}`, call, (done) => this.#sftp.rmdir(path, done));
  }

  /** SSH_FXP_RENAME: by the draft refused when `to` exists. */
  rename(from: string, to: string, call: CallFacts): Promise<void> {
    return this.#tell(`RENAME ${from} -> ${to}`, call, (done) => this.#sftp.rename(from, to, done));
  }

  /** `posix-rename@openssh.com`: replaces `to` in one step. */
  replacingRename(from: string, to: string, call: CallFacts): Promise<void> {
    return this.#tell(`posix-rename@openssh.com ${from} -> ${to}`, call, (done) =>
      this.#sftp.ext_openssh_rename(from, to, done),
    );
  }

  /** Seconds since 1970 for the time of last change; the time of last access gets the same. */
  setTimes(path: string, seconds: number, call: CallFacts): Promise<void> {
    return this.#tell(`SETSTAT ${path} mtime ${seconds}`, call, (done) =>
      this.#sftp.utimes(path, seconds, seconds, done),
    );
  }

  /** Free bytes for this user on the file system of `path`, by `statvfs@openssh.com`. */
  async freeBytes(path: string, call: CallFacts): Promise<number> {
    const request = `statvfs@openssh.com ${path || '.'}`;
    const facts = await this.#askFor<VolumeFacts>(request, call, isRecord, volumeWords, (done) =>
      this.#sftp.ext_openssh_statvfs(path || '.', done as (error: Error | undefined, facts: unknown) => void),
    );
    return freeBytesOf(facts);
  }

  /** An extended request of any name; what follows the id in its answer. `words` stand for it in the trace. */
  extended(words: string, name: string, fields: Buffer, call: CallFacts): Promise<Buffer> {
    return this.#askFor<Buffer>(words, call, isHandle, extendedWords, (done) =>
      sendExtended(this.#sftp, name, fields, done),
    );
  }

  /** What went on in between, for the trace. */
  noted(text: string): void {
    this.#trace.noted(text);
  }

  /** An open file for the transfer windows; its requests are counted, not traced one by one. */
  file(handle: Buffer): CountedFile {
    const file: CountedFile = {
      requests: 0,
      read: (length, position, done) => {
        file.requests += 1;
        readData(this.#sftp, { handle, length, position }, (error, data) => {
          if (error === undefined && data === undefined)
            done(new OddAnswer('a status without a value'), NO_DATA);
          else if (data !== undefined && data.length > length)
            done(new OddAnswer('more data than was asked for'), NO_DATA);
          else done(error, data ?? NO_DATA);
        });
      },
      write: (chunk, position, done) => {
        file.requests += 1;
        this.#sftp.write(handle, chunk, 0, chunk.length, position, (error) => done(error ?? undefined));
      },
    };
    return file;
  }

  /**
   * The error of what ssh2 handed back for `call`. What bears no status is ssh2's way of saying that the
   * channel ended, which it may do before any event tells so.
   */
  refusal(thrown: unknown, call: CallFacts): Error {
    const status = statusOf(thrown);
    if (this.life.loss === undefined && status !== undefined) {
      return statusError(status, thrown as Error, {
        place: this.life.place,
        phase: call.phase,
        what: call.what,
      });
    }
    this.life.lose(thrown instanceof OddAnswer ? oddAnswerLoss(thrown) : channelEndLoss(thrown));
    return this.life.lossError(this.life.loss ?? channelEndLoss(thrown), call);
  }

  /** A request whose answer bears a value. Without a text it is one of many, and not traced. */
  #askFor<T>(
    request: string | undefined,
    call: CallFacts,
    isExpected: (value: unknown) => boolean,
    words: ((value: T) => string) | undefined,
    send: (done: Callback<T>) => void,
  ): Promise<T> {
    return this.life.wait<T>(call, (wait) => {
      if (request !== undefined) this.#trace.sent(request);
      send((error, value) => {
        if (isFailure(error)) {
          if (words !== undefined) this.#trace.received(refusalWords(error));
          wait.reject(this.refusal(error, call));
        } else if (value === undefined) {
          wait.reject(this.refusal(new OddAnswer('a status without a value'), call));
        } else if (!isExpected(value)) {
          wait.reject(this.refusal(new OddAnswer('an answer of another kind'), call));
        } else {
          if (words !== undefined) this.#trace.received(words(value));
          wait.resolve(value);
        }
      });
    });
  }

  /** A request whose answer is a status. */
  #tell(request: string, call: CallFacts, send: (done: Callback<unknown>) => void): Promise<void> {
    return this.life.wait<void>(call, (wait) => {
      this.#trace.sent(request);
      send((error, value) => {
        this.#trace.received(isFailure(error) ? refusalWords(error) : 'STATUS 0');
        if (isFailure(error)) wait.reject(this.refusal(error, call));
        else if (value !== undefined)
          wait.reject(this.refusal(new OddAnswer('a value without a status'), call));
        else wait.resolve();
      });
    });
  }
}

/** An open file that counts what it sends. */
export interface CountedFile extends SftpFile {
  requests: number;
}

/** ssh2 hands on whatever answers to the number of a request, of whichever kind. */
function isHandle(value: unknown): boolean {
  return Buffer.isBuffer(value);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && !Buffer.isBuffer(value) && !Array.isArray(value);
}

function isFailure(error: unknown): boolean {
  return error !== undefined && error !== null;
}

function oddAnswerLoss(odd: OddAnswer): Loss {
  return {
    code: 'PROTOCOL_VIOLATION',
    lastCode: SFTP_STATUS.badMessage,
    reason: `the server answered out of turn: ${odd.message}`,
    cause: odd,
  };
}

/** `open /in/a.xml`, with the path made printable and the login folder named. */
export function operation(verb: string, path: string): string {
  return `${verb} ${path === '' ? 'the login folder' : printable(path)}`;
}
