import type { ByteSink, ByteSource } from '../protocol-client.js';

const CR = 0x0d;
const LF = 0x0a;
const ONE_CR = Buffer.from('\r');

/** A sink that hands on CR LF as LF; a CR without LF stays. `end` hands on what was held back. */
export interface LocalLineEnds extends ByteSink {
  end(): Promise<void> | undefined;
  /** Bytes handed on. */
  bytes(): number;
}

export function toLocalLineEnds(sink: ByteSink): LocalLineEnds {
  let bytes = 0;
  let holdsCr = false;
  const hand = (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    return chunk.byteLength === 0 ? undefined : sink.write(chunk);
  };
  return {
    write(chunk) {
      const output = Buffer.allocUnsafe(chunk.byteLength + 1);
      let length = 0;
      for (const byte of chunk) {
        if (holdsCr && byte !== LF) output[length++] = CR;
        holdsCr = byte === CR;
        if (!holdsCr) output[length++] = byte;
      }
      return hand(output.subarray(0, length));
    },
    end() {
      const rest = holdsCr ? ONE_CR : Buffer.alloc(0);
      holdsCr = false;
      return hand(rest);
    },
    bytes: () => bytes,
  };
}

/** A source that gives every LF as CR LF; what is CR LF already stays. */
export interface NetworkLineEnds extends ByteSource {
  /** Bytes taken from the source. */
  bytes(): number;
}

export function toNetworkLineEnds(source: ByteSource): NetworkLineEnds {
  let bytes = 0;
  async function* convert(): AsyncGenerator<Uint8Array> {
    let last = 0;
    for await (const chunk of source) {
      bytes += chunk.byteLength;
      const output = Buffer.allocUnsafe(chunk.byteLength * 2);
      let length = 0;
      for (const byte of chunk) {
        if (byte === LF && last !== CR) output[length++] = CR;
        output[length++] = byte;
        last = byte;
      }
      yield output.subarray(0, length);
    }
  }
  return { [Symbol.asyncIterator]: convert, bytes: () => bytes };
}
