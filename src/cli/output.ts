/** Where text goes: stdout for data, stderr for all else. */
export interface Output {
  /** A terminal that understands more than plain lines. */
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  /** Width and height now; 80 by 24 where there is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
  /** The reader has gone (`| head`): nothing more need be written. */
  readonly isClosed: boolean;
  /**
   * `undefined` = go on; a promise = wait, the reader is behind. Bytes go out as they are, and must not be changed
   * afterwards.
   */
  write(data: string | Uint8Array): Promise<void> | undefined;
}

/** Colours by NO_COLOR, FORCE_COLOR, TERM and `--no-color`, in the order that users expect. */
export function wantsColor(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
  noColorFlag: boolean,
): boolean {
  if (noColorFlag) return false;
  const forced = environment['FORCE_COLOR'];
  if (isSet(environment['NO_COLOR']) || isSet(environment['TALLY_NO_COLOR'])) return false;
  if (isSet(forced)) return forced !== '0' && forced !== 'false';
  return isTerminal;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** An output on a stream of the process. A reader that goes away is no failure of ours. */
export class StreamOutput implements Output {
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  readonly #stream: NodeJS.WriteStream;
  #isClosed = false;
  #draining: Promise<void> | undefined;

  constructor(
    stream: NodeJS.WriteStream,
    environment: Readonly<Record<string, string | undefined>>,
    noColorFlag: boolean,
  ) {
    this.#stream = stream;
    // The type says `true`, but a pipe has no such property.
    this.isTerminal = Boolean(stream.isTTY) && environment['TERM'] !== 'dumb';
    this.hasColor = wantsColor(this.isTerminal, environment, noColorFlag);
    stream.on('error', () => this.#markClosed());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#stream.columns || 80, rows: this.#stream.rows || 24 };
  }

  write(data: string | Uint8Array): Promise<void> | undefined {
    if (this.#isClosed || data.length === 0) return undefined;
    if (this.#stream.write(data)) return undefined;
    this.#draining ??= new Promise((resolve) => {
      const done = () => {
        this.#draining = undefined;
        this.#stream.off('drain', done).off('close', done).off('error', done);
        resolve();
      };
      this.#stream.once('drain', done).once('close', done).once('error', done);
    });
    return this.#draining;
  }

  /** Resolves when all has been handed to the system. */
  flush(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.write('', () => resolve());
    });
  }

  #markClosed(): void {
    this.#isClosed = true;
  }
}

const CHUNK_CHARACTERS = 32 * 1024;

/** Many short lines in few writes; waits when the reader is behind, so memory stays flat. */
export class LineWriter {
  readonly #output: Output;
  #pending: string[] = [];
  #pendingLength = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  get isClosed(): boolean {
    return this.#output.isClosed;
  }

  write(text: string): Promise<void> | undefined {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    return this.#pendingLength >= CHUNK_CHARACTERS ? this.flush() : undefined;
  }

  flush(): Promise<void> | undefined {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingLength = 0;
    return this.#output.write(text);
  }
}
