import { Worker, receiveMessageOnPort, MessageChannel, type MessagePort } from 'node:worker_threads';

export interface NativeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface NativeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** In JavaScript, since a worker does not go through the test runner's transpiler. */
const WORKER = `
const { workerData } = require('node:worker_threads');
const http = require('node:http');
const { port, flag, server } = workerData;
const agent = new http.Agent({ keepAlive: true });
port.on('message', ({ method, path, headers, body }) => {
  const reply = (message) => { port.postMessage(message); Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); };
  const request = http.request({ ...server, agent, method, path, headers }, (answer) => {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk));
    answer.on('end', () => reply({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
  });
  request.on('error', (error) => reply({ error: String(error) }));
  request.end(body);
});
`;

/** HTTP that this thread waits for, since the cases look at a server's files as at a disk: in one step. */
export class NativeApi {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));

  constructor(server: { readonly host: string; readonly port: number }) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(WORKER, {
      eval: true,
      workerData: { port: port2, flag: this.#flag, server: { host: server.host, port: server.port } },
      transferList: [port2],
    });
    this.#worker.unref();
    port1.unref();
  }

  ask(request: NativeRequest): NativeAnswer {
    Atomics.store(this.#flag, 0, 0);
    this.#port.postMessage({ ...request, headers: { ...request.headers } });
    Atomics.wait(this.#flag, 0, 0, 60_000);
    const message = receiveMessageOnPort(this.#port)?.message as
      (NativeAnswer & { error?: string }) | undefined;
    if (message === undefined || message.error !== undefined) {
      throw new Error(`${request.method} ${request.path}: ${message?.error ?? 'no answer'}`);
    }
    return { ...message, body: Buffer.from(message.body) };
  }

  async stop(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }
}
