import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An FTP proxy on loopback. */
export interface FtpProxyServer {
  readonly host: string;
  readonly port: number;
  /** Every command that the proxy itself answered. */
  readonly commands: readonly string[];
  stop(): Promise<void>;
}

const USER = 'gate';
const PASSWORD = 'gate-secret';

export const ftpProxyLogin = { user: USER, password: PASSWORD };

/**
 * Starts a proxy that wants a login of its own, takes `USER user@host:port` or `OPEN host:port`, and then hands every
 * byte on between client and server. Data ports are the server's, which is on the same address.
 */
export async function startFtpProxy(): Promise<FtpProxyServer> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => serve(keep(client), commands, keep));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    commands,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(client: Socket, commands: string[], keep: (socket: Socket) => Socket): void {
  let isLoggedIn = false;
  const say = (line: string) => client.write(`${line}\r\n`);
  const onLine = (line: string): void => {
    commands.push(line);
    const joined = /^USER (.+)@([^@]+?)(?::(\d+))?$/.exec(line);
    const opened = /^OPEN ([^:]+)(?::(\d+))?$/.exec(line);
    if (line === `USER ${USER}`) return void say('331 password of the proxy');
    if (line === `PASS ${PASSWORD}`) isLoggedIn = true;
    if (line.startsWith('PASS ')) return void say(isLoggedIn ? '230 welcome to the proxy' : '530 not here');
    if (!isLoggedIn || (joined === null && opened === null)) return void say('530 log in to the proxy first');
    client.removeListener('data', onData);
    const [host, port] = joined === null ? [opened?.[1], opened?.[2]] : [joined[2], joined[3]];
    relay(client, keep(connect(Number(port ?? 21), host ?? '')), joined?.[1]);
  };
  const onData = (chunk: Buffer): void => {
    for (const line of chunk.toString('latin1').split('\r\n')) if (line !== '') onLine(line);
  };
  client.on('data', onData);
  say('220 proxy');
}

/** With a user the server's greeting is kept back, and USER sent on; without one it is handed on as the answer. */
function relay(client: Socket, server: Socket, user: string | undefined): void {
  const join = (): void => {
    client.pipe(server);
    server.pipe(client);
  };
  server.once('error', () => client.end('421 the server cannot be reached\r\n'));
  if (user === undefined) return void server.once('connect', join);
  server.once('data', () => {
    server.write(`USER ${user}\r\n`);
    join();
  });
}
