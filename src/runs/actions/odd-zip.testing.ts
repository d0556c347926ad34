import { crc32, deflateRawSync } from 'node:zlib';

export interface OddEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly stored?: boolean;
  /** Type and permissions as Unix has them. */
  readonly unixMode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says in place of the truth. */
  readonly claimedBytes?: number;
  readonly claimedCrc32?: number;
}

/** A ZIP archive made by hand, so that it may lie. Names are UTF-8. */
export function oddZip(entries: readonly OddEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const packed = entry.stored ? content : deflateRawSync(content);
    const fixed = fixedFields(entry, content, packed.byteLength);
    const name = Buffer.from(entry.name);
    const local = Buffer.concat([bytes('504b0304'), u16(20), fixed, u16(name.length), u16(0), name, packed]);
    directory.push(
      Buffer.concat([
        bytes('504b0102'),
        u16((3 << 8) | 20),
        u16(20),
        fixed,
        u16(name.length),
        ...[u16(0), u16(0), u16(0), u16(0)],
        u32(((entry.unixMode ?? 0) << 16) >>> 0),
        u32(offset),
        name,
      ]),
    );
    bodies.push(local);
    offset += local.byteLength;
  }
  const central = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [bytes('504b0506'), u16(0), u16(0), count, count, u32(central.length), u32(offset), u16(0)];
  return Buffer.concat([...bodies, central, ...end]);
}

/** Flags, method, time, date, checksum and both sizes: alike in both places of an archive. */
function fixedFields(entry: OddEntry, content: Buffer, packedBytes: number): Buffer {
  return Buffer.concat([
    u16((entry.flags ?? 0) | 0x800),
    u16(entry.method ?? (entry.stored ? 0 : 8)),
    u16(0),
    u16(0x5a21),
    u32(entry.claimedCrc32 ?? crc32(content)),
    u32(packedBytes),
    u32(entry.claimedBytes ?? content.byteLength),
  ]);
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
