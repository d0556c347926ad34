import type { ChecksumAlgorithm } from '../../core/checksum.js';
import type { FtpReply } from './ftp-replies.js';

const HEX_DIGITS: Readonly<Record<ChecksumAlgorithm, number>> = {
  crc32: 8,
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha512: 128,
};

/**
 * The checksum in a reply to XCRC and its kin, whose form nobody laid down: `250 0D4A1185`, `250 CRC32 = 0xd4a1185`,
 * `251 c.txt 5EB6...`. Lower-case hex of full length; undefined when there is none, or more than one that it could be.
 */
export function checksumIn(reply: FtpReply, algorithm: ChecksumAlgorithm, path: string): string | undefined {
  const digits = HEX_DIGITS[algorithm];
  const lines = reply.lines.map((line) => withoutPath(line, path).trim()).filter((line) => line !== '');
  const words = lines.flatMap(wordsOf);
  const whole = new Set(words.filter((word) => word.length === digits && HEX.test(word)));
  if (whole.size === 1) return [...whole][0];
  if (whole.size > 1 || algorithm !== 'crc32') return undefined;
  // Servers exist that leave leading zeros out; then only the last word can be it.
  const last = words.at(-1) ?? '';
  return last.length < digits && HEX.test(last) ? last.padStart(digits, '0') : undefined;
}

/**
 * What a reply to HASH says: `213 SHA-1 0-11 2aae... c.txt`. Of 11 bytes that is (ProFTPD 1.3.8), or of 12: the draft
 * does not say whether `end` is the last byte or the one after it.
 */
export function hashReplyIn(
  reply: FtpReply,
  algorithm: ChecksumAlgorithm,
): { readonly value: string; readonly end: number } | undefined {
  const digits = HEX_DIGITS[algorithm];
  const form = new RegExp(`^\\s*\\S+\\s+(\\d{1,15})-(\\d{1,15})\\s+([0-9a-f]{${digits}})(?:\\s|$)`, 'i');
  for (const line of reply.lines) {
    const match = form.exec(line);
    if (match !== null && match[1] === '0')
      return { value: (match[3] ?? '').toLowerCase(), end: Number(match[2]) };
  }
  return undefined;
}

const HEX = /^[0-9a-f]+$/;

/** In lower case, without `0x` before them and a full stop after them. */
function wordsOf(line: string): string[] {
  return line
    .toLowerCase()
    .split(/[\s=:,;"'()<>[\]]+/)
    .map((word) => word.replace(/^0x/, '').replace(/\.$/, ''))
    .filter((word) => word !== '');
}

function withoutPath(line: string, path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [path, name].filter((each) => each !== '').reduce((text, each) => text.replaceAll(each, ' '), line);
}
