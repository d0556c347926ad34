import ssh2, { type SFTPWrapper } from 'ssh2';

/** A conversation with a partner through the SSH library's own client, for tests. */
export interface SftpDialogue {
  readonly sftp: SFTPWrapper;
  store(path: string, bytes: Buffer): Promise<void>;
  retrieve(path: string): Promise<Buffer>;
  names(path: string): Promise<readonly string[]>;
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface SftpLoginFacts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Logs in and opens the subsystem. Rejects with the library's own error. */
export function openSftp(
  partner: SftpLoginFacts,
  more: Partial<ssh2.ConnectConfig> = {},
): Promise<SftpDialogue> {
  const { host, port, user, password } = partner;
  const client = new ssh2.Client();
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('keyboard-interactive', (_name, _words, _language, _prompts, answer) => answer([password]));
    client.once('close', () => reject(new ConnectionClosed()));
    client.on('ready', () =>
      client.sftp((error, sftp) => (error ? reject(error) : resolve(dialogueOn(client, sftp, closed)))),
    );
    client.connect({ host, port, username: user, password, ...more });
  });
}

export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';
}

function dialogueOn(client: ssh2.Client, sftp: SFTPWrapper, closed: Promise<void>): SftpDialogue {
  sftp.on('error', () => undefined);
  return {
    sftp,
    closed,
    store: (path, bytes) =>
      new Promise((resolve, reject) => {
        sftp.writeFile(path, bytes, (error) => (error ? reject(error) : resolve()));
      }),
    retrieve: (path) =>
      new Promise((resolve, reject) => {
        sftp.readFile(path, (error, bytes) => (error ? reject(error) : resolve(bytes)));
      }),
    names: (path) =>
      new Promise((resolve, reject) => {
        sftp.readdir(path, (error, list) =>
          error ? reject(error) : resolve(list.map((each) => each.filename)),
        );
      }),
    close: () => client.end(),
  };
}

/** One call of the library's callback style as a promise. */
export function sftpCall<T = unknown>(
  start: (done: (error?: Error | null, value?: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}
