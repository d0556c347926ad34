import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createNodePlatform } from '../../engine/platform/node-platform.js';
import { Secret } from '../../core/secret.js';
import type { Platform } from '../../core/platform.js';
import { FtpClient } from './ftp-client.js';
import type { FtpOptions } from './ftp-options.js';

/** What the script does on one command. */
export type Answer = (session: ScriptedSession, argument: string) => void | Promise<void>;

/** Answers by verb; `GREETING` is what comes first. */
export type Script = Readonly<Record<string, Answer>>;

/** A server without any knowledge of FTP beyond its script: it writes what it is told to, right or wrong. */
export interface ScriptedServer {
  readonly port: number;
  /** Every command line as it came, over all sessions. */
  readonly commands: string[];
  /** Writes to every session, asked or not. */
  sayToAll(bytes: string): void;
  /** Resolves when no socket is open any more. */
  quiet(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const CONTENT = 'the content of a file';

/** A whole server as every test wants it, unless it changes a verb. */
export const usual: Script = {
  GREETING: (session) => session.say('220 ready'),
  USER: (session) => session.say('331 password please'),
  PASS: (session) => session.say('230 logged in'),
  FEAT: (session) =>
    session.say(
      '211-Features:\r\n MLST type*;size*;modify*;\r\n SIZE\r\n MDTM\r\n MFMT\r\n REST STREAM\r\n UTF8\r\n211 End',
    ),
  OPTS: (session) => session.say('200 fine'),
  TYPE: (session) => session.say('200 fine'),
  PWD: (session) => session.say('257 "/home" is where you are'),
  CWD: (session) => session.say('250 fine'),
  EPSV: async (session) => session.say(`229 (|||${await session.listen()}|)`),
  PASV: async (session) => {
    const port = await session.listen();
    session.say(`227 (10,9,8,7,${Math.floor(port / 256)},${port % 256})`);
  },
  MLST: (session) => session.say('250-Listing\r\n type=file;size=21;modify=20240102030405; /file\r\n250 End'),
  SIZE: (session) => session.say('213 21'),
  MDTM: (session) => session.say('213 20240102030405'),
  MFMT: (session) => session.say('213 fine'),
  REST: (session) => session.say('350 from there'),
  DELE: (session) => session.say('250 gone'),
  MKD: (session) => session.say('257 made'),
  RMD: (session) => session.say('250 gone'),
  RNFR: (session) => session.say('350 and to?'),
  RNTO: (session) => session.say('250 renamed'),
  NOOP: (session) => session.say('200 fine'),
  QUIT: (session) => {
    session.say('221 bye');
    session.control.end();
  },
  MLSD: (session) =>
    session.send(
      'type=file;size=21;modify=20240102030405; file\r\ntype=dir;modify=20240102030405; folder\r\n',
    ),
  LIST: (session) => session.send('-rw-r--r-- 1 a b 21 Jan  2  2024 file\r\n'),
  RETR: (session) => session.send(CONTENT),
  STOR: (session) => session.receive(),
  APPE: (session) => session.receive(),
};

/** The certificate of a server that speaks TLS. */
export interface ScriptedTls {
  readonly key: string;
  readonly cert: string;
}

export class ScriptedSession {
  control: Socket;
  /** What came over data connections. */
  received = '';
  #listener: Server | undefined;
  #arrival: Promise<Socket> | undefined;
  readonly #track: (socket: Socket) => void;
  readonly #follow: (session: ScriptedSession) => void;

  constructor(control: Socket, track: (socket: Socket) => void, follow: (session: ScriptedSession) => void) {
    this.control = control;
    this.#track = track;
    this.#follow = follow;
    follow(this);
  }

  /** Goes on in TLS, as the server's side. */
  secureControl(tls: ScriptedTls): void {
    this.control.removeAllListeners('data');
    this.control.removeAllListeners('end');
    this.control = new TLSSocket(this.control, { isServer: true, ...tls });
    this.control.on('error', () => undefined);
    this.#follow(this);
  }

  say(line: string): void {
    this.control.write(`${line}\r\n`);
  }

  /** Opens a port for one data connection. */
  async listen(): Promise<number> {
    const listener = createServer({ allowHalfOpen: true });
    this.#listener = listener;
    this.#arrival = new Promise((resolve) => {
      listener.once('connection', (socket) => {
        this.#track(socket);
        listener.close();
        resolve(socket);
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return (listener.address() as AddressInfo).port;
  }

  /** The data connection of the last `listen`. */
  data(): Promise<Socket> {
    if (this.#arrival === undefined) throw new Error('the script did not listen');
    return this.#arrival;
  }

  /** 150, the bytes, the end, 226. */
  async send(bytes: string | Buffer): Promise<void> {
    this.say('150 here it comes');
    const data = await this.data();
    data.end(bytes);
    await closed(data);
    this.say('226 that was it');
  }

  /** 150, everything up to the end, 226. */
  async receive(): Promise<void> {
    this.say('150 go on');
    await this.takeAll();
    this.say('226 got it');
  }

  async takeAll(): Promise<void> {
    const data = await this.data();
    for await (const chunk of data) this.received += (chunk as Buffer).toString('latin1');
  }

  close(): void {
    this.#listener?.close();
  }
}

function closed(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Starts a server that follows `usual`, changed by `changes`; a verb in neither is answered with 502. */
export async function startScriptedServer(changes: Script = {}): Promise<ScriptedServer> {
  const script = { ...usual, ...changes };
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const sessions: ScriptedSession[] = [];
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (control) => {
    track(control);
    const session = new ScriptedSession(control, track, (each) => followScript(each, script, commands));
    sessions.push(session);
    void script['GREETING']?.(session, '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    sayToAll: (bytes) => sessions.forEach((session) => session.control.write(bytes)),
    quiet: async () => void (await Promise.all([...sockets].map((socket) => closed(socket.end())))),
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function followScript(session: ScriptedSession, script: Script, commands: string[]): void {
  let rest = '';
  const { control } = session;
  control.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      commands.push(line);
      const [verb = '', ...words] = line.split(' ');
      const answer = script[verb] ?? ((each: ScriptedSession) => each.say('502 never heard of it'));
      void Promise.resolve(answer(session, words.join(' '))).catch(() => session.control.destroy());
    }
  });
  // The client hung up: nothing more to say.
  control.on('end', () => control.end());
}

/** A client for the server, with short limits. */
export function clientFor(
  server: Pick<ScriptedServer, 'port'>,
  changes: Partial<Omit<FtpOptions, 'password'>> & { readonly password?: Secret | undefined } = {},
  platform: Platform = createNodePlatform(),
): FtpClient {
  const { password = new Secret('hunter2'), ...others } = changes;
  const options: FtpOptions = {
    kind: 'ftp',
    host: '127.0.0.1',
    port: server.port,
    user: 'tally',
    ...('password' in changes && changes.password === undefined ? {} : { password }),
    timeoutMs: 5_000,
    security: 'none',
    tls: { ca: [], pins: [] },
    dataProtection: 'private',
    clearCommandChannel: false,
    dataMode: 'passive',
    extendedCommands: true,
    machineListings: true,
    keepAliveMs: 0,
    listingZoneOffsetMinutes: 0,
    proxies: [],
    ...others,
  };
  return new FtpClient(options, platform);
}
