import type { FileFacts, Files, OpenFile, OpenMode } from '../core/files.js';

/** The calls that a test can make fail. */
export type FailingCall =
  'open' | 'stat' | 'write' | 'sync' | 'close' | 'makeFolder' | 'remove' | 'syncFolder';

interface Node {
  readonly identity: string;
  bytes: Buffer;
}

interface PlannedFailure {
  readonly call: FailingCall;
  readonly errno: string;
  /** For `write`: so many bytes arrive all the same. */
  readonly keepBytes: number;
}

/**
 * A log folder in memory: the part of `Files` that the client log uses. Handles outlive the removal of their
 * file, as on a real system. `calls` is the history; `failNext` makes the next call of a kind fail.
 */
export class MemoryLogFiles implements Pick<Files, 'open' | 'stat' | 'makeFolder' | 'remove' | 'syncFolder'> {
  readonly folders = new Set<string>();
  readonly nodes = new Map<string, Node>();
  readonly calls: string[] = [];
  openHandles = 0;
  #identities = 0;
  #failures: PlannedFailure[] = [];

  /** This fake where a `Files` is asked for: other methods are missing, and calling one fails the test. */
  asFiles(): Files {
    return this as unknown as Files;
  }

  failNext(call: FailingCall, errno: string, keepBytes = 0): void {
    this.#failures.push({ call, errno, keepBytes });
  }

  text(path: string): string {
    return this.nodes.get(path)?.bytes.toString('utf8') ?? '';
  }

  /** Puts text into a file as another process would. */
  put(path: string, text: string): void {
    this.nodes.set(path, { identity: `0:${++this.#identities}`, bytes: Buffer.from(text) });
  }

  rotate(from: string, to: string): void {
    const node = this.nodes.get(from);
    this.nodes.delete(from);
    if (node !== undefined) this.nodes.set(to, node);
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    this.record('open', path, mode);
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (!this.folders.has(folder)) throw errnoError('ENOENT');
    if (mode === 'read' && !this.nodes.has(path)) throw errnoError('ENOENT');
    if (mode === 'create' && this.nodes.has(path)) throw errnoError('EEXIST');
    if (!this.nodes.has(path)) this.put(path, '');
    const node = this.nodes.get(path);
    if (node === undefined) throw errnoError('ENOENT');
    this.openHandles += 1;
    return this.#handleOf(node, path);
  }

  async stat(path: string): Promise<FileFacts> {
    this.record('stat', path);
    const node = this.nodes.get(path);
    if (node === undefined) throw errnoError('ENOENT');
    return factsOf(node);
  }

  async makeFolder(path: string): Promise<void> {
    this.record('makeFolder', path);
    this.folders.add(path);
  }

  async remove(path: string): Promise<void> {
    this.record('remove', path);
    if (!this.nodes.delete(path)) throw errnoError('ENOENT');
  }

  async syncFolder(path: string): Promise<void> {
    this.record('syncFolder', path);
  }

  record(call: FailingCall, path: string, detail = ''): PlannedFailure | undefined {
    this.calls.push(`${call} ${path}${detail === '' ? '' : ` ${detail}`}`);
    const index = this.#failures.findIndex((failure) => failure.call === call);
    if (index < 0) return undefined;
    const [failure] = this.#failures.splice(index, 1);
    if (call === 'write') return failure;
    throw errnoError(failure?.errno ?? 'EIO');
  }

  #handleOf(node: Node, path: string): OpenFile {
    let isOpen = true;
    return {
      read: async (buffer, position) => {
        const slice = node.bytes.subarray(position, position + buffer.byteLength);
        buffer.set(slice);
        return slice.byteLength;
      },
      write: async (buffers) => {
        const failure = this.record('write', path, `${buffers.length} piece`);
        const bytes = Buffer.concat(buffers);
        node.bytes = Buffer.concat([node.bytes, failure ? bytes.subarray(0, failure.keepBytes) : bytes]);
        if (failure !== undefined) throw errnoError(failure.errno);
      },
      stat: async () => factsOf(node),
      truncate: async (sizeBytes) => void (node.bytes = node.bytes.subarray(0, sizeBytes)),
      sync: async () => void this.record('sync', path),
      close: async () => {
        if (!isOpen) return;
        isOpen = false;
        this.openHandles -= 1;
        this.record('close', path);
      },
    };
  }
}

function factsOf(node: Node): FileFacts {
  return { kind: 'file', sizeBytes: node.bytes.byteLength, modifiedMs: 0, identity: node.identity };
}

function errnoError(code: string): Error {
  return Object.assign(new Error(`${code}: planned by the test`), { code });
}
