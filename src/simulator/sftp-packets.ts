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
  const pairs = Object.entries(extensions).flatMap((pair) => pair.map((each) => textField(each)));
  return framed(RESPONSE.version, [numberField(3), ...pairs]);
}

export function statusPacket(id: number, code: number, words: string): Buffer {
  return framed(RESPONSE.status, [numberField(id), numberField(code), textField(words), textField('en')]);
}

export function handlePacket(id: number, handle: string): Buffer {
  return framed(RESPONSE.handle, [numberField(id), textField(handle)]);
}

export function dataPacket(id: number, bytes: Uint8Array): Buffer {
  return framed(RESPONSE.data, [numberField(id), numberField(bytes.length), bytes]);
}

export function namePacket(id: number, names: readonly ToldName[]): Buffer {
  const fields = names.flatMap((each) => [
    textField(each.name),
    textField(each.longName),
    attributesField(each.attributes),
  ]);
  return framed(RESPONSE.name, [numberField(id), numberField(names.length), ...fields]);
}

export function attributesPacket(id: number, attributes: ToldAttributes): Buffer {
  return framed(RESPONSE.attributes, [numberField(id), attributesField(attributes)]);
}

/** The reply to `limits@openssh.com`: four numbers of 64 bits. */
export function limitsPacket(id: number, limits: readonly number[]): Buffer {
  return framed(RESPONSE.extended, [numberField(id), ...limits.map(bigNumberField)]);
}

/** The head of a packet that claims `length` bytes; whoever sends it owes them. */
export function packetHead(length: number, id: number): Buffer {
  return Buffer.concat([numberField(length), Buffer.of(RESPONSE.status), numberField(id)]);
}

function framed(type: number, fields: readonly Uint8Array[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, 1);
  return Buffer.concat([numberField(length), Buffer.of(type), ...fields]);
}

function attributesField(told: ToldAttributes): Buffer {
  const size = told.sizeBytes === undefined ? [] : [bigNumberField(told.sizeBytes)];
  const flags = ATTRIBUTE.permissions | ATTRIBUTE.times | (told.sizeBytes === undefined ? 0 : ATTRIBUTE.size);
  const time = numberField(told.modifiedSeconds);
  return Buffer.concat([numberField(flags), ...size, numberField(told.permissions), time, time]);
}

function textField(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([numberField(bytes.length), bytes]);
}

function numberField(value: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(value >>> 0);
  return field;
}

function bigNumberField(value: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
  return field;
}
