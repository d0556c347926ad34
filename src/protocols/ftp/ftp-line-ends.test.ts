import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLocalLineEnds, toNetworkLineEnds } from './ftp-line-ends.js';

async function received(chunks: readonly string[]): Promise<{ text: string; bytes: number }> {
  let text = '';
  const sink = toLocalLineEnds({ write: (chunk) => void (text += Buffer.from(chunk).toString('latin1')) });
  for (const chunk of chunks) await sink.write(Buffer.from(chunk, 'latin1'));
  await sink.end();
  return { text, bytes: sink.bytes() };
}

async function sent(chunks: readonly string[]): Promise<{ text: string; bytes: number }> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  }
  const converted = toNetworkLineEnds(source());
  let text = '';
  for await (const chunk of converted) text += Buffer.from(chunk).toString('latin1');
  return { text, bytes: converted.bytes() };
}

const pieces = fc.array(fc.constantFrom('a', '\r', '\n', '\r\n', 'bc', ''), { maxLength: 20 });

describe('line ends of text transfers', () => {
  it('come in as LF, a lone CR staying', async () => {
    expect(await received(['a\r\nb\rc\n', 'd\r', '\ne\r'])).toEqual({ text: 'a\nb\rc\nd\ne\r', bytes: 10 });
  });

  it('come in the same however the stream was cut', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const { text, bytes } = await received(chunks);
        expect(text).toBe(chunks.join('').replaceAll('\r\n', '\n'));
        expect(bytes).toBe(text.length);
      }),
    );
  });

  it('go out as CR LF, also where they were that already, and count as they were', async () => {
    expect(await sent(['a\nb\r', '\nc\n'])).toEqual({ text: 'a\r\nb\r\nc\r\n', bytes: 7 });
  });

  it('go out the same however the source was cut', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const { text, bytes } = await sent(chunks);
        expect(text).toBe(chunks.join('').replace(/\r?\n/g, '\r\n'));
        expect(bytes).toBe(chunks.join('').length);
      }),
    );
  });
});
