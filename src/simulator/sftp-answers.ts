import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowDeed, SessionDeed } from './faults.js';
import {
  attributesOf,
  nextNames,
  SftpHandles,
  toldEntries,
  toldEntry,
  type FileHandle,
} from './sftp-handles.js';
import type { SftpHabits } from './sftp-habits.js';
import {
  attributesPacket,
  checkFilePacket,
  dataPacket,
  handlePacket,
  limitsPacket,
  namePacket,
  OPEN_FLAG,
  STATUS,
  statusPacket,
  versionPacket,
  type RequestedAttributes,
} from './sftp-packets.js';
import { checksumOf } from './sftp-check-file.js';
import type {
  CheckFileRequest,
  HandleRequest,
  OpenRequest,
  PathRequest,
  ReadRequest,
  RenameRequest,
  SftpRequest,
  WriteRequest,
} from './sftp-requests.js';
import { TreeRefusal, type ServedEntry, type ServedOpenMode, type ServedTree } from './served-tree.js';

/** An answer with its words for the transcript; `none`: the client waits in vain. */
export type SftpAnswer = { readonly packet: Buffer; readonly words: string } | 'none';

export interface AnsweringSession {
  readonly over: AbortSignal;
  suffer(deed: SessionDeed): Promise<'goes-on' | 'over'>;
}

/** Carries out the requests of one session. */
export class SftpAnswers {
  readonly #tree: ServedTree;
  readonly #habits: SftpHabits;
  readonly #session: AnsweringSession;
  readonly #handles = new SftpHandles();

  constructor(tree: ServedTree, habits: SftpHabits, session: AnsweringSession) {
    this.#tree = tree;
    this.#habits = habits;
    this.#session = session;
  }

  /** Never rejects: a refusal is an answer too. */
  async answer(request: SftpRequest, deeds: readonly FlowDeed[]): Promise<SftpAnswer> {
    try {
      return await this.#carryOut(request, deeds);
    } catch (thrown) {
      return this.#refusal(request.id, thrown);
    }
  }

  closeAll(): Promise<void> {
    return this.#handles.closeAll();
  }

  async #carryOut(request: SftpRequest, deeds: readonly FlowDeed[]): Promise<SftpAnswer> {
    const { id } = request;
    switch (request.command) {
      case 'INIT':
        return this.#version();
      case 'OPEN':
        return this.#openFile(request, deeds);
      case 'CLOSE':
        return this.#close(request);
      case 'READ':
        return this.#read(request, deeds);
      case 'WRITE':
        return this.#write(request, deeds);
      case 'OPENDIR':
        return this.#openFolder(request, deeds);
      case 'READDIR':
        return this.#readFolder(request);
      case 'STAT':
        return attributes(id, toldEntry(await this.#tree.stat(place(request.path)), deeds));
      case 'LSTAT':
        return attributes(id, toldEntry(await this.#tree.lstat(place(request.path)), deeds));
      case 'FSTAT':
        return attributes(id, toldEntry(await this.#handles.file(request.handle).file.stat(), deeds));
      case 'SETSTAT':
        return this.#setAttributes(id, place(request.path), request.wanted);
      case 'FSETSTAT':
        return this.#setAttributes(id, this.#handles.file(request.handle).path, request.wanted);
      case 'REALPATH': {
        const entry = { name: place(request.path), kind: 'folder', sizeBytes: 0, modifiedMs: 0 } as const;
        const name = { name: entry.name, longName: entry.name, attributes: attributesOf(entry) };
        return { packet: namePacket(id, [name]), words: `NAME ${entry.name}` };
      }
      case 'REMOVE':
        return this.#done(id, this.#tree.remove(place(request.path)));
      case 'MKDIR':
        return this.#done(id, this.#tree.makeFolder(place(request.path)));
      case 'RMDIR':
        return this.#done(id, this.#tree.removeFolder(place(request.path)));
      case 'RENAME':
        return this.#rename(request);
      case 'POSIX-RENAME':
        if (!this.#habits.posixRename) return unsupported(id);
        return this.#done(id, this.#tree.rename(place(request.path), place(request.to)));
      case 'CHECK-FILE':
        return this.#checkFile(request);
      case 'LIMITS':
        return this.#limits(id);
      case 'READLINK':
      case 'UNKNOWN':
        return unsupported(id);
    }
  }

  #version(): SftpAnswer {
    const extensions = {
      ...(this.#habits.posixRename && { 'posix-rename@openssh.com': '1' }),
      ...(this.#habits.limits !== 'none' && { 'limits@openssh.com': '1' }),
      ...(this.#habits.checkFile !== 'none' && { 'check-file': '' }),
    };
    return { packet: versionPacket(extensions), words: `VERSION 3 ${Object.keys(extensions).join(' ')}` };
  }

  async #openFile(request: OpenRequest, deeds: readonly FlowDeed[]): Promise<SftpAnswer> {
    const path = place(request.path);
    const canWrite = (request.flags & (OPEN_FLAG.write | OPEN_FLAG.append)) !== 0;
    if (canWrite && !(request.flags & OPEN_FLAG.create)) await this.#tree.stat(path);
    const handle: FileHandle = {
      kind: 'file',
      path,
      file: await this.#tree.open(path, openMode(request.flags, canWrite)),
      canWrite,
      appends: (request.flags & OPEN_FLAG.append) !== 0,
      deeds: [...deeds],
      movedBytes: 0,
    };
    return handleAnswer(request.id, this.#handles.add(handle));
  }

  async #close(request: HandleRequest): Promise<SftpAnswer> {
    const closed = await this.#handles.close(request.handle);
    if (closed.kind === 'file' && closed.canWrite && this.#habits.uploads === 'hidden') {
      await this.#tree.remove(closed.path);
    }
    return ok(request.id);
  }

  async #read(request: ReadRequest, deeds: readonly FlowDeed[]): Promise<SftpAnswer> {
    const handle = this.#handles.file(request.handle, deeds);
    const end = handle.deeds.find((deed) => deed.kind === 'truncate')?.afterBytes ?? Infinity;
    const wanted = Math.min(request.length, this.#habits.longestReadBytes, end - request.position);
    if (wanted <= 0) return status(request.id, STATUS.endOfFile, 'End of file');
    const bytes = await handle.file.read(request.position, wanted);
    if (bytes.length === 0) return status(request.id, STATUS.endOfFile, 'End of file');
    if ((await this.#pass(handle, request.position, bytes.length)) === 'stopped') return 'none';
    return { packet: dataPacket(request.id, bytes), words: `DATA ${bytes.length}` };
  }

  async #write(request: WriteRequest, deeds: readonly FlowDeed[]): Promise<SftpAnswer> {
    const handle = this.#handles.file(request.handle, deeds);
    if (!handle.canWrite) throw new TreeRefusal('denied');
    const position = handle.appends ? (await handle.file.stat()).sizeBytes : request.position;
    const room = (handle.deeds.find((deed) => deed.kind === 'diskFull')?.afterBytes ?? Infinity) - position;
    const fitting = request.bytes.subarray(0, Math.max(0, room));
    if (!handle.deeds.some((deed) => deed.kind === 'loseWrites')) await handle.file.write(position, fitting);
    if (fitting.length < request.bytes.length) throw new TreeRefusal('full');
    if ((await this.#pass(handle, position, fitting.length)) === 'stopped') return 'none';
    return ok(request.id);
  }

  /** Lets bytes pass, slowly or not at all, as the handle's deeds demand. */
  async #pass(handle: FileHandle, position: number, length: number): Promise<'passed' | 'stopped'> {
    const before = handle.movedBytes;
    handle.movedBytes += length;
    for (const deed of handle.deeds) {
      if (deed.kind === 'stall' && position + length > deed.afterBytes) return 'stopped';
      if (deed.kind === 'slow') {
        const pause = sleep((length / deed.bytesPerSecond) * 1000, undefined, { signal: this.#session.over });
        await pause.catch(() => undefined);
      }
      const isDue = deed.kind === 'afterBytes' && before < deed.bytes && handle.movedBytes >= deed.bytes;
      if (isDue && (await this.#session.suffer(deed.do)) === 'over') return 'stopped';
    }
    return 'passed';
  }

  async #openFolder(request: PathRequest, deeds: readonly FlowDeed[]): Promise<SftpAnswer> {
    const path = place(request.path);
    if ((await this.#tree.stat(path)).kind !== 'folder') throw new TreeRefusal('no-folder');
    const entries = toldEntries(this.#tree, path, deeds);
    return handleAnswer(request.id, this.#handles.add({ kind: 'folder', entries }));
  }

  async #readFolder(request: HandleRequest): Promise<SftpAnswer> {
    const names = await nextNames(this.#handles.folder(request.handle));
    if (names.length === 0) return status(request.id, STATUS.endOfFile, 'End of file');
    return { packet: namePacket(request.id, names), words: `NAME ${names.length} entries` };
  }

  async #setAttributes(id: number, path: string, wanted: RequestedAttributes): Promise<SftpAnswer> {
    if (this.#habits.setAttributes === 'refused') throw new TreeRefusal('denied');
    if (wanted.sizeBytes !== undefined) {
      const file = await this.#tree.open(path, 'update');
      await file.truncate(wanted.sizeBytes).finally(() => file.close());
    }
    if (wanted.modifiedSeconds !== undefined)
      await this.#tree.setModifiedTime(path, wanted.modifiedSeconds * 1000);
    return ok(id);
  }

  async #rename(request: RenameRequest): Promise<SftpAnswer> {
    const to = place(request.to);
    if (this.#habits.rename === 'refused') throw new TreeRefusal('denied');
    const isTaken = await this.#tree.lstat(to).then(
      () => true,
      () => false,
    );
    if (isTaken && this.#habits.rename === 'refuses-existing') throw new TreeRefusal('exists');
    return this.#done(request.id, this.#tree.rename(place(request.path), to));
  }

  async #checkFile({ id, path, algorithms, position, length }: CheckFileRequest): Promise<SftpAnswer> {
    const { checkFile } = this.#habits;
    const algorithm = checkFile === 'none' ? undefined : algorithms.find((name) => checkFile.includes(name));
    if (algorithm === undefined) return unsupported(id);
    const checksum = await checksumOf(this.#tree, place(path), { algorithm, position, length });
    return { packet: checkFilePacket(id, algorithm, checksum), words: `CHECKSUM ${algorithm}` };
  }

  #limits(id: number): SftpAnswer {
    const { limits } = this.#habits;
    if (limits === 'none') return unsupported(id);
    const numbers = [limits.packetBytes, limits.readBytes, limits.writeBytes, limits.openHandles];
    return { packet: limitsPacket(id, numbers), words: `LIMITS ${numbers.join(' ')}` };
  }

  async #done(id: number, work: Promise<void>): Promise<SftpAnswer> {
    await work;
    return ok(id);
  }

  #refusal(id: number, thrown: unknown): SftpAnswer {
    const kind = thrown instanceof TreeRefusal ? thrown.kind : 'failed';
    const code = this.#habits.everyRefusalIsFailure ? STATUS.failure : REFUSAL_STATUS[kind];
    return status(id, code, code === STATUS.failure ? 'Failure' : new TreeRefusal(kind).message);
  }
}

/** Version 3 has no words for the others: they are all "failure", as with OpenSSH. */
const REFUSAL_STATUS: Readonly<Record<TreeRefusal['kind'], number>> = {
  missing: STATUS.noSuchFile,
  denied: STATUS.permissionDenied,
  'no-folder': STATUS.noSuchFile,
  exists: STATUS.failure,
  'not-empty': STATUS.failure,
  full: STATUS.failure,
  'is-folder': STATUS.failure,
  failed: STATUS.failure,
};

function place(path: string): string {
  return posix.resolve('/', path);
}

function openMode(flags: number, canWrite: boolean): ServedOpenMode {
  if (!canWrite) return 'read';
  if (flags & OPEN_FLAG.create && flags & OPEN_FLAG.exclusive) return 'create';
  return flags & OPEN_FLAG.truncate ? 'replace' : 'update';
}

function ok(id: number): SftpAnswer {
  return status(id, STATUS.ok, 'Success');
}

function unsupported(id: number): SftpAnswer {
  return status(id, STATUS.unsupported, 'Operation unsupported');
}

function status(id: number, code: number, words: string): SftpAnswer {
  return { packet: statusPacket(id, code, words), words: `STATUS ${code} ${words}` };
}

function handleAnswer(id: number, handle: string): SftpAnswer {
  return { packet: handlePacket(id, handle), words: `HANDLE ${handle}` };
}

function attributes(id: number, entry: ServedEntry): SftpAnswer {
  return {
    packet: attributesPacket(id, attributesOf(entry)),
    words: `ATTRS ${entry.kind} ${entry.sizeBytes}`,
  };
}
