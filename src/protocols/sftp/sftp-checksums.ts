import { CHECKSUM_ALGORITHMS, startChecksum, type ChecksumAlgorithm } from '../../core/checksum.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ChecksumOptions } from '../protocol-client.js';
import {
  CHECK_FILE,
  checkFileAnswer,
  checkFileFields,
  knowsStretches,
  offersCheckFile,
} from './check-file.js';
import { OddAnswer } from './sftp-errors.js';
import { operation, type SftpSession } from './sftp-session.js';

/** A server reads the whole file before it answers; keep-alive messages tell a dead one from a busy one. */
const PATIENCE_FACTOR = 20;

/** What the server of one session computes of its files, and what it has refused to. */
export class SftpChecksums {
  readonly #session: SftpSession;
  readonly #timeoutMs: number;
  /** Also of the first bytes only. */
  readonly ofHeads: boolean;
  #offered: readonly ChecksumAlgorithm[];

  constructor(session: SftpSession, serverVersion: string, timeoutMs: number) {
    this.#session = session;
    this.#timeoutMs = timeoutMs;
    this.ofHeads = knowsStretches(serverVersion);
    this.#offered = offersCheckFile(session.hello.extensions, serverVersion) ? CHECKSUM_ALGORITHMS : [];
  }

  /** Weakest first. Nobody knows before the first question which of them the server has. */
  get offered(): readonly ChecksumAlgorithm[] {
    return this.#offered;
  }

  async compute(path: RemotePath, { algorithm, lengthBytes, signal }: ChecksumOptions): Promise<string> {
    const what = operation(`${algorithm} of`, path);
    if (!this.#offered.includes(algorithm))
      throw this.#unsupported(`${what}: the server does not compute it`);
    if (lengthBytes !== undefined && !this.ofHeads) {
      throw this.#unsupported(`${what}: the server computes it of whole files only`);
    }
    // 0 means "to the end" over the wire.
    if (lengthBytes === 0) return startChecksum(algorithm).digest();
    const timeoutMs = this.#timeoutMs * PATIENCE_FACTOR;
    const call = { phase: 'checksum', what, signal, timeoutMs } as const;
    const fields = checkFileFields(path, algorithm, lengthBytes ?? 0);
    let answer: Buffer;
    try {
      answer = await this.#session.extended(`${CHECK_FILE} ${path} ${algorithm}`, CHECK_FILE, fields, call);
    } catch (error) {
      throw this.#refused(error, algorithm);
    }
    const value = checkFileAnswer(answer, algorithm);
    if (value === undefined) throw this.#session.refusal(new OddAnswer('a checksum of another kind'), call);
    return value;
  }

  /** A missing file is missing; any other refusal is taken for good, and the copy is proven in another way. */
  #refused(error: unknown, algorithm: ChecksumAlgorithm): unknown {
    if (!(error instanceof TransferError) || error.sessionLost || error.code === 'NOT_FOUND') return error;
    this.#offered = this.#offered.filter((offered) => offered !== algorithm);
    return error.with({ code: 'UNSUPPORTED', retry: undefined, side: undefined, advice: undefined });
  }

  #unsupported(words: string): TransferError {
    const message = `${this.#session.life.place}: ${words}`;
    return new TransferError({ code: 'UNSUPPORTED', lastCode: -1, phase: 'checksum', message });
  }
}
