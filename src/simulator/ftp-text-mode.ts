const CR = 0x0d;
const LF = 0x0a;

/** Type A, to the wire: every LF becomes CR LF (RFC 959, section 3.1.1.1). */
export async function* toNetworkText(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    const out = Buffer.allocUnsafe(chunk.length * 2);
    let length = 0;
    for (const byte of chunk) {
      if (byte === LF) out[length++] = CR;
      out[length++] = byte;
    }
    yield out.subarray(0, length);
  }
}

/** Type A, from the wire: every CR LF becomes LF, also where it lies across two chunks. */
export async function* fromNetworkText(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let heldCr = false;
  for await (const chunk of source) {
    const out = Buffer.allocUnsafe(chunk.length + 1);
    let length = 0;
    for (const byte of chunk) {
      if (heldCr && byte !== LF) out[length++] = CR;
      heldCr = byte === CR;
      if (!heldCr) out[length++] = byte;
    }
    if (length > 0) yield out.subarray(0, length);
  }
  if (heldCr) yield Uint8Array.of(CR);
}
