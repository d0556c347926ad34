import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_REPLY_BYTES,
  MAX_REPLY_LINE_BYTES,
  ReplyParser,
  replyText,
  type FtpReply,
  type ReplyProblem,
} from './ftp-replies.js';

function parse(...chunks: readonly (string | Buffer)[]): {
  replies: FtpReply[];
  problem: ReplyProblem | undefined;
} {
  const parser = new ReplyParser();
  const replies: FtpReply[] = [];
  for (const chunk of chunks) {
    const problem = parser.push(Buffer.from(chunk as string), (reply) => replies.push(reply));
    if (problem !== undefined) return { replies, problem };
  }
  return { replies, problem: undefined };
}

describe('replies', () => {
  it('are read from one line', () => {
    expect(parse('220 ready\r\n').replies).toEqual([{ code: 220, lines: ['ready'] }]);
  });

  it('are read without a text, with or without the space', () => {
    expect(parse('226\r\n226 \r\n').replies).toEqual([
      { code: 226, lines: [''] },
      { code: 226, lines: [''] },
    ]);
  });

  it('are read when lines end with LF alone', () => {
    expect(parse('220 a\n221 b\n').replies.map(({ code }) => code)).toEqual([220, 221]);
  });

  it('are read across several lines up to the same code and a space', () => {
    expect(parse('211-Features:\r\n MDTM\r\n211-more\r\n211 End\r\n').replies).toEqual([
      { code: 211, lines: ['Features:', ' MDTM', 'more', 'End'] },
    ]);
  });

  it('may hold lines that begin with other codes, as RFC 959, 4.2 has it', () => {
    const text =
      '123-First line\r\nSecond line\r\n  234 A line beginning with numbers\r\n124 not the end\r\n123 The last line\r\n';
    expect(parse(text).replies).toEqual([
      {
        code: 123,
        lines: [
          'First line',
          'Second line',
          '  234 A line beginning with numbers',
          '124 not the end',
          'The last line',
        ],
      },
    ]);
  });

  it('end with the code alone too', () => {
    expect(parse('220-hello\r\n220\r\n230 in\r\n').replies).toEqual([
      { code: 220, lines: ['hello', ''] },
      { code: 230, lines: ['in'] },
    ]);
  });

  it('are not ended by a longer number that begins with the code', () => {
    expect(parse('220-a\r\n2200 b\r\n220 c\r\n').replies).toEqual([
      { code: 220, lines: ['a', '2200 b', 'c'] },
    ]);
  });

  it('may be parted by blank lines', () => {
    expect(parse('\r\n220 a\r\n\r\n230 b\r\n').replies.map(({ code }) => code)).toEqual([220, 230]);
  });

  it('come out the same however the bytes were cut', () => {
    const line = fc.constantFrom(
      '220 ready',
      '220',
      '211-Features',
      ' MDTM',
      '211 End',
      '150-x',
      '150 y',
      '',
      '226 Grüße',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const whole = Buffer.from(lines.map((each) => `${each}\r\n`).join(''));
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
          whole.subarray(index * size, (index + 1) * size),
        );
        expect(parse(...pieces)).toEqual(parse(whole));
      }),
    );
  });

  it('never make the parser throw, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parse(Buffer.from(bytes))));
  });

  it.each([
    'SSH-2.0-OpenSSH_9.2',
    'HTTP/1.1 400 Bad Request',
    '99 x',
    '600 x',
    '22 x',
    '220_x',
    '2200 x',
    ' 220 x',
  ])('are nothing like %s', (line) => {
    expect(parse(`${line}\r\n`).problem).toEqual({ kind: 'not-a-reply', line });
  });

  it('are refused once a line is longer than 64 KiB', () => {
    expect(parse(`220 ${'x'.repeat(MAX_REPLY_LINE_BYTES - 4)}\r\n`).problem).toBeUndefined();
    expect(parse(`220 ${'x'.repeat(MAX_REPLY_LINE_BYTES - 3)}\r\n`).problem).toEqual({
      kind: 'line-too-long',
    });
    expect(parse('220 ', Buffer.alloc(MAX_REPLY_LINE_BYTES, 'x')).problem).toEqual({ kind: 'line-too-long' });
  });

  it('are refused once they are longer than 1 MiB, be their lines long or empty', () => {
    const long = `${'x'.repeat(1_000)}\r\n`;
    expect(parse('220-\r\n', long.repeat(MAX_REPLY_BYTES / 1_000 + 1)).problem).toEqual({
      kind: 'reply-too-long',
    });
    expect(parse('220-\r\n', '\r\n'.repeat(MAX_REPLY_BYTES / 2 + 1)).problem).toEqual({
      kind: 'reply-too-long',
    });
  });

  it('tell whether something of a further one is there already', () => {
    const parser = new ReplyParser();
    const states = ['220 a\r\n', '2', '20-b\r\n', '220 c\r\n'].map((chunk) => {
      parser.push(Buffer.from(chunk), () => undefined);
      return parser.isBetweenReplies;
    });
    expect(states).toEqual([true, false, false, true]);
  });

  it('are shown in one line', () => {
    expect(replyText({ code: 550, lines: [' No such file ', '', 'sorry'] })).toBe('550 No such file sorry');
  });
});
