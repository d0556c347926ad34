import type { Endpoint } from '../../src/transfers/endpoint.js';

/** A server that chaos is tried on. */
export interface ChaosEnd {
  /** What is tried, for the table: `ftp / vsftpd`. */
  readonly name: string;
  /** Enough for everything that a session of this kind does; default: 300,000. */
  readonly largeBytes?: number;
  /** Files are asked for by name, because the server has no listing. */
  readonly byName?: true;
  /** Sessions with this limit for each wait. */
  endpoint(timeoutMs: number): Endpoint;
  /** An empty folder of its own for one try. */
  makeFolder(): Promise<ChaosFolder>;
  stop(): Promise<void>;
}

/** A folder on the server as it truly is, looked at past our code. */
export interface ChaosFolder {
  /** As locations name it, without a slash at the end. */
  readonly path: string;
  write(name: string, content: Buffer): Promise<void>;
  /** Undefined when there is no such file. */
  read(name: string): Promise<Buffer | undefined>;
  names(): Promise<readonly string[]>;
}
