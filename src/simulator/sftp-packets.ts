/**
 * The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02), seen from the server. Written apart from the
 * library that the client uses, so that neither's mistakes hide in the other, and so that hostile packets can be made.
 */
export const LONGEST_PACKET_BYTES = 256 * 1024;

export const REQUEST_NAMES: Readonly<Record<number, SftpCommand>> = {
  1: 'INIT',
  3: 'OPEN',
  4: 'CLOSE',
  5: 'READ',
  6: 'WRITE',
  7: 'LSTAT',
  8: 'FSTAT',
  9: 'SETSTAT',
  10: 'FSETSTAT',
  11: 'OPENDIR',
  12: 'READDIR',
  13: 'REMOVE',
  14: 'MKDIR',
  15: 'RMDIR',
  16: 'REALPATH',
  17: 'STAT',
  18: 'RENAME',
  19: 'READLINK',
  20: 'SYMLINK',
  200: 'EXTENDED',
};

export type SftpCommand =
  | 'INIT'
  | 'OPEN'
  | 'CLOSE'
  | 'READ'
  | 'WRITE'
  | 'LSTAT'
  | 'FSTAT'
  | 'SETSTAT'
  | 'FSETSTAT'
  | 'OPENDIR'
  | 'READDIR'
  | 'REMOVE'
  | 'MKDIR'
  | 'RMDIR'
  | 'REALPATH'
  | 'STAT'
  | 'RENAME'
  | 'READLINK'
  | 'SYMLINK'
  | 'EXTENDED';

export const STATUS = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

export const OPEN_FLAG = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

const RESPONSE = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 201,
} as const;
const ATTRIBUTE = { size: 1, owner: 2, permissions: 4, times: 8, extended: 0x80000000 } as const;

/** What SETSTAT and OPEN ask for; the rest is read over. */
export interface RequestedAttributes {
  readonly sizeBytes?: number;
  readonly permissions?: number;
  readonly modifiedSeconds?: number;
}

export interface ToldAttributes {
  readonly sizeBytes?: number;
  readonly permissions: number;
  readonly modifiedSeconds: number;
}

export interface ToldName {
  readonly name: string;
  readonly longName: string;
  readonly attributes: ToldAttributes;
}

/** A packet that ends too early. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
}

/** Takes fields off the front of one packet. Rejects with `MalformedPacket` where there are none. */
export class PacketReader {
  readonly #packet: Buffer;
  #at = 0;

  constructor(packet: Buffer) {
    this.#packet = packet;
  }

  byte(): number {
    return this.#take(1).readUInt8();
  }

  number(): number {
    return this.#take(4).readUInt32BE();
  }

  /** A 64-bit number; beyond 2^53 it loses its last digits. */
  bigNumber(): number {
    return Number(this.#take(8).readBigUInt64BE());
  }

  bytes(): Buffer {
    return this.#take(this.number());
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  attributes(): RequestedAttributes {
    const flags = this.number();
    const sizeBytes = flags & ATTRIBUTE.size ? this.bigNumber() : undefined;
    if (flags & ATTRIBUTE.owner) this.#take(8);
    const permissions = flags & ATTRIBUTE.permissions ? this.number() : undefined;
    const modifiedSeconds = flags & ATTRIBUTE.times ? this.#take(8).readUInt32BE(4) : undefined;
    return {
      ...(sizeBytes !== undefined && { sizeBytes }),
      ...(permissions !== undefined && { permissions }),
      ...(modifiedSeconds !== undefined && { modifiedSeconds }),
    };
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#packet.length) throw new MalformedPacket();
    this.#at += length;
    return this.#packet.subarray(this.#at - length, this.#at);
  }
}

/** Cuts a byte stream into packets. A length beyond `LONGEST_PACKET_BYTES` throws `MalformedPacket`. */
export class PacketSplitter {
  #pending: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): readonly Buffer[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const packets: Buffer[] = [];
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32BE();
      if (length === 0 || length > LONGEST_PACKET_BYTES) throw new MalformedPacket();
      if (this.#pending.length < 4 + length) break;
      packets.push(this.#pending.subarray(4, 4 + length));
      this.#pending = this.#pending.subarray(4 + length);
    }
    return packets;
  }
}

export function versionPacket(extensions: Readonly<Record<string, string>>): Buffer {
  const packet = new PacketWriter(RESPONSE.version).number(3);
  for (const [name, version] of Object.entries(extensions)) packet.text(name).text(version);
  return packet.done();
}

export function statusPacket(id: number, code: number, words: string): Buffer {
  return new PacketWriter(RESPONSE.status).number(id).number(code).text(words).text('en').done();
}

export function handlePacket(id: number, handle: string): Buffer {
  return new PacketWriter(RESPONSE.handle).number(id).text(handle).done();
}

export function dataPacket(id: number, bytes: Uint8Array): Buffer {
  return new PacketWriter(RESPONSE.data, bytes.length + 64).number(id).bytes(bytes).done();
}

export function namePacket(id: number, names: readonly ToldName[]): Buffer {
  const packet = new PacketWriter(RESPONSE.name, 16_384).number(id).number(names.length);
  for (const each of names) packet.text(each.name).text(each.longName).attributes(each.attributes);
  return packet.done();
}

export function attributesPacket(id: number, attributes: ToldAttributes): Buffer {
  return new PacketWriter(RESPONSE.attributes).number(id).attributes(attributes).done();
}

/** The reply to `limits@openssh.com`: four numbers of 64 bits. */
export function limitsPacket(id: number, limits: readonly number[]): Buffer {
  const packet = new PacketWriter(RESPONSE.extended).number(id);
  for (const limit of limits) packet.bigNumber(limit);
  return packet.done();
}

/** The reply to `check-file-name`: the algorithm, then the checksum to the end of the packet. */
export function checkFilePacket(id: number, algorithm: string, checksum: Uint8Array): Buffer {
  return new PacketWriter(RESPONSE.extended).number(id).text(algorithm).raw(checksum).done();
}

/** The head of a packet that claims `length` bytes; whoever sends it owes them. */
export function packetHead(length: number, id: number): Buffer {
  const head = new PacketWriter(RESPONSE.status).number(id).done();
  head.writeUInt32BE(length);
  return head;
}

/** Puts fields together, the length and the type in front. */
class PacketWriter {
  #buffer: Buffer;
  #length = 5;

  constructor(type: number, expectedBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(expectedBytes);
    this.#buffer.writeUInt8(type, 4);
  }

  number(value: number): this {
    this.#makeRoom(4);
    this.#length = this.#buffer.writeUInt32BE(value >>> 0, this.#length);
    return this;
  }

  bigNumber(value: number): this {
    this.#makeRoom(8);
    this.#length = this.#buffer.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)), this.#length);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    return this.number(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  text(text: string): this {
    const length = Buffer.byteLength(text);
    this.number(length);
    this.#makeRoom(length);
    this.#length += this.#buffer.write(text, this.#length);
    return this;
  }

  attributes(told: ToldAttributes): this {
    const flags = ATTRIBUTE.permissions | ATTRIBUTE.times;
    if (told.sizeBytes === undefined) this.number(flags);
    else this.number(flags | ATTRIBUTE.size).bigNumber(told.sizeBytes);
    return this.number(told.permissions).number(told.modifiedSeconds).number(told.modifiedSeconds);
  }

  done(): Buffer {
    this.#buffer.writeUInt32BE(this.#length - 4);
    return this.#buffer.subarray(0, this.#length);
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
