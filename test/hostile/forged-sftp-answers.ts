import type { ForgeAnswer } from '../../src/simulator/sftp-session.js';

/** Packets of SFTP put together by hand, for answers that no server may give. */

const TYPE = { version: 2, status: 101, handle: 102, data: 103, name: 104 } as const;

type Field = number | string | Buffer;

/** Length, type and fields: a number has four bytes, a text its length before it. */
function packet(type: keyof typeof TYPE, ...fields: readonly Field[]): Buffer {
  const body = Buffer.concat([Buffer.from([TYPE[type]]), ...fields.map(fieldBytes)]);
  return Buffer.concat([fieldBytes(body.length), body]);
}

function fieldBytes(field: Field): Buffer {
  if (Buffer.isBuffer(field)) return field;
  if (typeof field === 'string')
    return Buffer.concat([fieldBytes(field.length), Buffer.from(field, 'latin1')]);
  const number = Buffer.alloc(4);
  number.writeUInt32BE(field);
  return number;
}

function idOf(answer: Buffer): number {
  return answer.readUInt32BE(5);
}

export function status(answer: Buffer, code: number, words = 'As forged'): Buffer {
  return packet('status', idOf(answer), code, words, '');
}

export function data(answer: Buffer, bytes: Buffer): Buffer {
  return packet('data', idOf(answer), bytes.length, bytes);
}

export function handle(answer: Buffer, name: string): Buffer {
  return packet('handle', idOf(answer), name);
}

/** Names without any entry behind the number that is told. */
export function names(answer: Buffer, told: number): Buffer {
  return packet('name', idOf(answer), told);
}

export function version(number: number): Buffer {
  return packet('version', number);
}

/** A head that claims so many bytes. */
export function headOf(lengthBytes: number): Buffer {
  return Buffer.concat([fieldBytes(lengthBytes), Buffer.from([TYPE.data])]);
}

/** A right answer to a question that nobody asked. */
export function stray(): Buffer {
  return packet('status', 0xfffffff0, 0, 'Nobody asked', '');
}

/** Forges the answers to one request from the n-th on (from 1); all others go as they are. */
export function forging(
  command: Parameters<ForgeAnswer>[1],
  forge: (answer: Buffer) => readonly Uint8Array[],
  from = 1,
): ForgeAnswer {
  let seen = 0;
  return (answer, answered) => {
    if (answered !== command) return [answer];
    seen += 1;
    return seen < from ? [answer] : forge(answer);
  };
}
