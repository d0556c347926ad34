import {
  OPEN_FLAG,
  REQUEST_NAMES,
  PacketReader,
  type RequestedAttributes,
  type SftpCommand,
} from './sftp-packets.js';

/** One request of the client, taken apart. */
export type SftpRequest =
  | { readonly id: number; readonly command: 'INIT'; readonly version: number }
  | OpenRequest
  | HandleRequest
  | ReadRequest
  | WriteRequest
  | AttributeRequest
  | PathRequest
  | RenameRequest
  | CheckFileRequest
  | { readonly id: number; readonly command: 'LIMITS' }
  | { readonly id: number; readonly command: 'UNKNOWN'; readonly words: string };

export interface OpenRequest {
  readonly command: 'OPEN';
  readonly id: number;
  readonly path: string;
  readonly flags: number;
}

export interface HandleRequest {
  readonly command: 'CLOSE' | 'FSTAT' | 'READDIR';
  readonly id: number;
  readonly handle: string;
}

export interface ReadRequest {
  readonly command: 'READ';
  readonly id: number;
  readonly handle: string;
  readonly position: number;
  readonly length: number;
}

export interface WriteRequest {
  readonly command: 'WRITE';
  readonly id: number;
  readonly handle: string;
  readonly position: number;
  readonly bytes: Buffer;
}

export type AttributeRequest =
  | {
      readonly id: number;
      readonly command: 'SETSTAT';
      readonly path: string;
      readonly wanted: RequestedAttributes;
    }
  | {
      readonly id: number;
      readonly command: 'FSETSTAT';
      readonly handle: string;
      readonly wanted: RequestedAttributes;
    };

export interface PathRequest {
  readonly command: 'LSTAT' | 'STAT' | 'OPENDIR' | 'REMOVE' | 'MKDIR' | 'RMDIR' | 'REALPATH' | 'READLINK';
  readonly id: number;
  readonly path: string;
}

export interface RenameRequest {
  readonly command: 'RENAME' | 'POSIX-RENAME';
  readonly id: number;
  readonly path: string;
  readonly to: string;
}

/** Draft-ietf-secsh-filexfer-extensions-00, section 3. A length of 0 means to the end. */
export interface CheckFileRequest {
  readonly command: 'CHECK-FILE';
  readonly id: number;
  readonly path: string;
  readonly algorithms: readonly string[];
  readonly position: number;
  readonly length: number;
}

/** Rejects with `MalformedPacket`. */
export function readRequest(packet: Buffer): SftpRequest {
  const fields = new PacketReader(packet);
  const command = REQUEST_NAMES[fields.byte()];
  if (command === 'INIT') return { command, id: 0, version: fields.number() };
  return readNumbered(command, fields.number(), fields);
}

function readNumbered(command: SftpCommand | undefined, id: number, fields: PacketReader): SftpRequest {
  switch (command) {
    case 'OPEN':
      return { command, id, path: fields.text(), flags: fields.number() };
    case 'CLOSE':
    case 'FSTAT':
    case 'READDIR':
      return { command, id, handle: fields.text() };
    case 'READ':
      return { command, id, handle: fields.text(), position: fields.bigNumber(), length: fields.number() };
    case 'WRITE':
      return { command, id, handle: fields.text(), position: fields.bigNumber(), bytes: fields.bytes() };
    case 'SETSTAT':
      return { command, id, path: fields.text(), wanted: fields.attributes() };
    case 'FSETSTAT':
      return { command, id, handle: fields.text(), wanted: fields.attributes() };
    case 'LSTAT':
    case 'STAT':
    case 'OPENDIR':
    case 'REMOVE':
    case 'MKDIR':
    case 'RMDIR':
    case 'REALPATH':
    case 'READLINK':
      return { command, id, path: fields.text() };
    case 'RENAME':
      return { command, id, path: fields.text(), to: fields.text() };
    case 'EXTENDED':
      return readExtended(id, fields);
    case 'SYMLINK':
    case 'INIT':
    case undefined:
      return { command: 'UNKNOWN', id, words: command ?? 'no such packet' };
  }
}

function readExtended(id: number, fields: PacketReader): SftpRequest {
  const name = fields.text();
  if (name === 'posix-rename@openssh.com') {
    return { command: 'POSIX-RENAME', id, path: fields.text(), to: fields.text() };
  }
  if (name === 'check-file-name') {
    const path = fields.text();
    const algorithms = fields.text().split(',');
    return {
      command: 'CHECK-FILE',
      id,
      path,
      algorithms,
      position: fields.bigNumber(),
      length: fields.bigNumber(),
    };
  }
  if (name === 'limits@openssh.com') return { command: 'LIMITS', id };
  return { command: 'UNKNOWN', id, words: name };
}

/** The request in words, without its command: what faults and the transcript see. */
export function requestWords(request: SftpRequest): string {
  switch (request.command) {
    case 'INIT':
      return String(request.version);
    case 'OPEN':
      return `${request.path} (${flagWords(request.flags)})`;
    case 'CLOSE':
    case 'FSTAT':
    case 'READDIR':
    case 'FSETSTAT':
      return request.handle;
    case 'READ':
      return `${request.handle} ${request.position} ${request.length}`;
    case 'WRITE':
      return `${request.handle} ${request.position} ${request.bytes.length}`;
    case 'RENAME':
    case 'POSIX-RENAME':
      return `${request.path} -> ${request.to}`;
    case 'CHECK-FILE':
      return `${request.path} ${request.algorithms.join(',')} ${request.position} ${request.length}`;
    case 'LIMITS':
      return '';
    case 'UNKNOWN':
      return request.words;
    case 'SETSTAT':
    case 'LSTAT':
    case 'STAT':
    case 'OPENDIR':
    case 'REMOVE':
    case 'MKDIR':
    case 'RMDIR':
    case 'REALPATH':
    case 'READLINK':
      return request.path;
  }
}

function flagWords(flags: number): string {
  return Object.entries(OPEN_FLAG)
    .filter(([, bit]) => flags & bit)
    .map(([word]) => word)
    .join(', ');
}
