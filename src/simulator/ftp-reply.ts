/** What an FTP partner answers. Several lines of text make a multi-line reply (RFC 959, section 4.2). */
export interface FtpReply {
  readonly code: number;
  readonly text: readonly string[];
  /** What follows once the reply is sent, such as the TLS hand-shake. */
  readonly afterwards?: () => Promise<unknown> | void;
}

export function ftpReply(code: number, ...text: readonly string[]): FtpReply {
  return { code, text };
}

export function replyLines(reply: FtpReply): string {
  const last = reply.text.at(-1) ?? '';
  if (reply.text.length < 2) return `${reply.code} ${last}\r\n`;
  const [first = '', ...middle] = reply.text.slice(0, -1);
  const between = middle.map((line) => ` ${line}\r\n`).join('');
  return `${reply.code}-${first}\r\n${between}${reply.code} ${last}\r\n`;
}
