import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { S3Call } from './s3-message.js';

export interface DialledTarget {
  readonly host: string;
  readonly port: number;
  readonly call: S3Call;
}

export interface DialledRequest extends DialledTarget {
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Node's pool of connections, on sockets that are dialled: one is kept between requests. */
export class DialledAgent extends Agent {
  readonly #dial: (target: DialledTarget) => Promise<Duplex>;

  constructor(dial: (target: DialledTarget) => Promise<Duplex>) {
    super({ keepAlive: true, maxFreeSockets: 1 });
    this.#dial = dial;
  }

  /** Node hands the options of the request through, `call` among them. */
  override createConnection(
    options: unknown,
    done: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#dial(options as DialledTarget).then(
      (socket) => done(null, socket),
      (error: unknown) => done(error as Error, undefined as unknown as Duplex),
    );
  }
}
