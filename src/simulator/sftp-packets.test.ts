import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LONGEST_PACKET_BYTES,
  MalformedPacket,
  namePacket,
  PacketReader,
  PacketSplitter,
} from './sftp-packets.js';
import { readRequest } from './sftp-requests.js';

describe('the splitter', () => {
  test('gives the same packets however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })),
        fc.array(fc.nat(20)),
        (packets, cuts) => {
          const stream = Buffer.concat(packets.map(framed));
          const splitter = new PacketSplitter();
          const out: Buffer[] = [];
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            out.push(...splitter.take(stream.subarray(at, at + cut)));
            at += cut;
          }
          expect(out.map((packet) => [...packet])).toEqual(packets.map((packet) => [...packet]));
        },
      ),
    );
  });

  test.each([0, LONGEST_PACKET_BYTES + 1, 0xffffffff])('refuses a packet of %i bytes', (length) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    expect(() => new PacketSplitter().take(head)).toThrow(MalformedPacket);
  });
});

test('any bytes are a request or malformed, and nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      try {
        readRequest(Buffer.from(bytes));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(MalformedPacket);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a name packet reads back', () => {
  const attributes = { sizeBytes: 2 ** 40, permissions: 0o100644, modifiedSeconds: 12 };
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (names) => {
      const packet = namePacket(
        7,
        names.map((name) => ({ name, longName: `long ${name}`, attributes })),
      );
      expect(packet.readUInt32BE()).toBe(packet.length - 4);
      const fields = new PacketReader(packet.subarray(4));
      expect([fields.byte(), fields.number(), fields.number()]).toEqual([104, 7, names.length]);
      for (const name of names) {
        expect([fields.text(), fields.text()]).toEqual([name, `long ${name}`]);
        expect(fields.attributes()).toEqual(attributes);
      }
    }),
  );
});

function framed(packet: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(packet.length);
  return Buffer.concat([head, packet]);
}
