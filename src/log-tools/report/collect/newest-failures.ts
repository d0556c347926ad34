import { parseLogLine } from '../../../client-log/reading/parse-log-line.js';
import { decodeLine } from '../../../client-log/reading/decode-line.js';
import type { ReadRecord, RecordLine } from '../../../client-log/reading/log-line.js';
import type { FailureData, TextData } from '../report-data.js';
import type { NameBook } from './name-book.js';
import { clipped, detached, firstBytes } from './short-copies.js';

/** A failed attempt, as little of it as must be kept until it is known whether it is listed. */
interface KeptFailure {
  readonly seconds: number;
  readonly kind: number;
  readonly file: string;
  readonly line: number;
  readonly bytes: Uint8Array;
  /** Present where `bytes` is not the whole line. */
  readonly cut?: { readonly bytes: number; readonly columns: Columns };
}

type Columns = Pick<ReadRecord, 'user' | 'localPath' | 'remotePath' | 'candidates'>;

/** Of a line, so many bytes are kept. */
const RAW_BYTES = 2048;
/** Old ones are dropped many at a time: when there are so many times more than wanted. */
const SLACK = 1.25;

/** Keeps the last failed attempts that were added. */
export class NewestFailures {
  readonly #most: number;
  #kept: KeptFailure[] = [];
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  add(line: RecordLine, seconds: number, kind: number): void {
    this.#total += 1;
    const { raw, record } = line;
    const bytes = firstBytes(raw, RAW_BYTES);
    const cutBytes = raw.length - bytes.length;
    this.#kept.push({
      seconds,
      kind,
      file: line.file.name,
      line: line.lineNumber,
      bytes,
      ...(cutBytes > 0 ? { cut: { bytes: cutBytes, columns: shortColumns(record) } } : {}),
    });
    if (this.#kept.length >= SLACK * this.#most) this.#kept = this.#kept.slice(-this.#most);
  }

  /** The newest ones first, as many as fit into `mostText` characters. */
  build(books: FailureBooks, mostText: number): readonly FailureData[] {
    const built: FailureData[] = [];
    let room = mostText;
    for (const failure of this.#kept.slice(-this.#most).reverse()) {
      const data = failureData(failure, books);
      room -= data.raw.length + textLength(data.local) + textLength(data.remote);
      if (room < 0) break;
      built.push(data);
    }
    return built;
  }
}

/** Names that many failures share. */
export interface FailureBooks {
  readonly users: NameBook;
  readonly fileNames: NameBook;
}

function failureData(failure: KeptFailure, { users, fileNames }: FailureBooks): FailureData {
  const { seconds, kind, file, line, bytes, cut } = failure;
  const columns = cut?.columns ?? columnsOf(bytes, line);
  const raw = decodeLine(bytes).text;
  const others = columns.candidates?.slice(1).map(({ localPath, remotePath }) => ({
    localPath: clipped(localPath),
    remotePath: clipped(remotePath),
  }));
  return {
    seconds,
    kind,
    user: users.indexOf(columns.user),
    file: fileNames.indexOf(file),
    line,
    raw,
    ...(cut === undefined ? {} : { cutBytes: cut.bytes }),
    local: textData(columns.localPath, raw),
    remote: textData(columns.remotePath, raw),
    ...(others === undefined ? {} : { otherPaths: others }),
  };
}

/** Read once more, since keeping the columns of every failure would cost far more than reading those listed again. */
function columnsOf(bytes: Uint8Array, line: number): Columns {
  const reading = parseLogLine(bytes, { isFirst: line === 1, hasEnd: true });
  return reading.kind === 'record' ? reading.record : { user: '', localPath: '', remotePath: '' };
}

function shortColumns({ user, localPath, remotePath, candidates }: ReadRecord): Columns {
  const short = {
    user: detached(clipped(user)),
    localPath: detached(clipped(localPath)),
    remotePath: detached(clipped(remotePath)),
  };
  return candidates === undefined ? short : { ...short, candidates: [] };
}

function textData(text: string, raw: string): TextData {
  const start = raw.indexOf(text);
  return start < 0 ? text : [start, text.length];
}

function textLength(text: TextData): number {
  return typeof text === 'string' ? text.length : 0;
}
