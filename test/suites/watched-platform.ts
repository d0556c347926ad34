import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { DialListener, Dialer } from '../../src/core/dialer.js';
import type { Files, OpenFile } from '../../src/core/files.js';
import type { Platform } from '../../src/core/platform.js';

/** How long a socket may take to close after it was told to. */
export const CLOSING_MS = 5_000;

/** What went over the border of the program: bytes on every socket, and bytes read from our own files. */
export interface Traffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Sockets, listeners and files that are open now, in words. */
  open(): string[];
  /** Rejects when something stays open. */
  nothingOpen(): Promise<void>;
}

/** The platform with an eye on all that is opened through it. */
export function watchPlatform(inner: Platform): { readonly platform: Platform; readonly watch: Watch } {
  const watch = new Watch();
  const platform = {
    ...inner,
    dialer: watchedDialer(inner.dialer, watch),
    files: watchedFiles(inner.files, watch),
  };
  return { platform, watch };
}

export class Watch implements Traffic {
  readonly #sockets: Socket[] = [];
  readonly #held = new Map<object, string>();
  bytesFromFiles = 0;

  addSocket(socket: Socket): Socket {
    this.#sockets.push(socket);
    return socket;
  }

  hold(thing: object, words: string): void {
    this.#held.set(thing, words);
  }

  letGo(thing: object): void {
    this.#held.delete(thing);
  }

  get bytesIn(): number {
    return this.#sockets.reduce((sum, socket) => sum + socket.bytesRead, this.bytesFromFiles);
  }

  get bytesOut(): number {
    return this.#sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0);
  }

  open(): string[] {
    const sockets = this.#sockets.filter((socket) => !socket.destroyed);
    return [...sockets.map((socket) => `a socket to port ${socket.remotePort}`), ...this.#held.values()];
  }

  nothingOpen(): Promise<void> {
    return this.onlyOpen(0);
  }

  /** Rejects when more sockets, or anything else, stay open. */
  async onlyOpen(socketCount: number, closingMs = CLOSING_MS): Promise<void> {
    const deadline = performance.now() + closingMs;
    while (this.open().length > socketCount && performance.now() < deadline) await delay(1);
    const left = this.open();
    if (left.length > socketCount || this.#held.size > 0) throw new Error(`left open: ${left.join(', ')}`);
  }
}

function watchedDialer(inner: Dialer, watch: Watch): Dialer {
  return {
    dial: async (target, options) => watch.addSocket(await inner.dial(target, options)),
    listen: async (options) => watchedListener(await inner.listen(options), watch),
    lookup: (host, options) => inner.lookup(host, options),
  };
}

function watchedListener(inner: DialListener, watch: Watch): DialListener {
  watch.hold(inner, `a listener on port ${inner.port}`);
  return {
    address: inner.address,
    port: inner.port,
    accept: async (peer, options) => watch.addSocket(await inner.accept(peer, options)),
    close: () => {
      inner.close();
      watch.letGo(inner);
    },
  };
}

function watchedFiles(inner: Files, watch: Watch): Files {
  return {
    ...inner,
    open: async (path, mode) => watchedFile(await inner.open(path, mode), path, watch),
    list: (path) => watchedListing(inner, path, watch),
  };
}

async function* watchedListing(inner: Files, path: string, watch: Watch): ReturnType<Files['list']> {
  const listing = inner.list(path);
  watch.hold(listing, `the listing of ${path}`);
  try {
    yield* listing;
  } finally {
    watch.letGo(listing);
  }
}

function watchedFile(inner: OpenFile, path: string, watch: Watch): OpenFile {
  watch.hold(inner, `the file ${path}`);
  return {
    read: async (buffer, position) => {
      const count = await inner.read(buffer, position);
      watch.bytesFromFiles += count;
      return count;
    },
    write: (buffers, position) => inner.write(buffers, position),
    stat: () => inner.stat(),
    truncate: (sizeBytes) => inner.truncate(sizeBytes),
    sync: () => inner.sync(),
    close: async () => {
      await inner.close();
      watch.letGo(inner);
    },
  };
}
