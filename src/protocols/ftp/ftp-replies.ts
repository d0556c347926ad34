import { ByteLines } from './byte-lines.js';
import { UTF8_ENCODING, type FtpEncoding } from './ftp-encoding.js';

/** One reply of the server (RFC 959, section 4.2). */
export interface FtpReply {
  /** 100 to 599. */
  readonly code: number;
  /** The text line by line, without code and line ends; the lines within a multi-line reply as they came. */
  readonly lines: readonly string[];
}

/** Why a control connection cannot be understood any further. */
export type ReplyProblem =
  | { readonly kind: 'line-too-long' }
  | { readonly kind: 'reply-too-long' }
  /** A line that begins no reply. */
  | { readonly kind: 'not-a-reply'; readonly line: string };

export const MAX_REPLY_LINE_BYTES = 64 * 1024;
export const MAX_REPLY_BYTES = 1024 * 1024;

const FIRST_LINE = /^([1-5][0-9]{2})(?:([ -])(.*))?$/s;

/** The text of a reply in one line, for messages (not yet printable). */
export function replyText(reply: FtpReply): string {
  const words = reply.lines.map((line) => line.trim()).filter((line) => line !== '');
  return `${reply.code} ${words.join(' ')}`.trim();
}

/** The reply line by line, as it came. */
export function replyLines({ code, lines }: FtpReply): readonly string[] {
  const last = lines.length - 1;
  return lines.map((line, index) =>
    index > 0 && index < last ? line : `${code}${index < last ? '-' : ' '}${line}`,
  );
}

/**
 * Turns the bytes of a control connection into replies, however they were cut or glued together. Takes
 * `123 text`, `123` without text, and multi-line replies: from `123-` to the next line that begins with
 * the same code and a space (lines between may begin with any other digits). Blank lines between replies
 * are passed over. After a problem the parser must not be used again.
 */
export class ReplyParser {
  readonly #encoding: FtpEncoding;
  readonly #lines = new ByteLines(MAX_REPLY_LINE_BYTES);
  #open: { readonly code: number; readonly lines: string[] } | undefined;
  #openBytes = 0;

  constructor(encoding: FtpEncoding = UTF8_ENCODING) {
    this.#encoding = encoding;
  }

  /** True between two replies: nothing of a further one has come yet. */
  get isBetweenReplies(): boolean {
    return this.#open === undefined && this.#lines.isEmpty;
  }

  push(chunk: Buffer, onReply: (reply: FtpReply) => void): ReplyProblem | undefined {
    let problem: ReplyProblem | undefined;
    const complete = this.#lines.push(chunk, (line) => {
      problem ??= this.#take(line, onReply);
    });
    return problem ?? (complete ? undefined : { kind: 'line-too-long' });
  }

  #take(bytes: Buffer, onReply: (reply: FtpReply) => void): ReplyProblem | undefined {
    const line = this.#encoding.decode(bytes);
    const open = this.#open;
    if (open === undefined) return this.#begin(line, onReply);
    this.#openBytes += bytes.length + 2;
    if (this.#openBytes > MAX_REPLY_BYTES) return { kind: 'reply-too-long' };
    const prefix = String(open.code);
    const isLast = line === prefix || line.startsWith(`${prefix} `);
    open.lines.push(isLast || line.startsWith(`${prefix}-`) ? line.slice(4) : line);
    if (!isLast) return undefined;
    this.#open = undefined;
    onReply(open);
    return undefined;
  }

  #begin(line: string, onReply: (reply: FtpReply) => void): ReplyProblem | undefined {
    if (line === '') return undefined;
    const match = FIRST_LINE.exec(line);
    if (match === null) return { kind: 'not-a-reply', line };
    const code = Number(match[1]);
    const lines = [match[3] ?? ''];
    if (match[2] === '-') {
      this.#open = { code, lines };
      this.#openBytes = line.length;
    } else {
      onReply({ code, lines });
    }
    return undefined;
  }
}
