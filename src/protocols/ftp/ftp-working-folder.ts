import { remoteName, remoteParent, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import { isPositive, replyError, type FtpContext } from './ftp-errors.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';

/**
 * Where commands work from. Paths stand in commands as they are, relative ones counted from the login folder; on a
 * server that refuses whole paths (`stepwiseFolders`) each command goes to the folder, step by step, and has the bare
 * name.
 */
export class WorkingFolder {
  readonly #session: FtpSession;
  /** The folder after login; asked for when first leaving it. */
  #loginFolder: string | undefined;
  /** Where CWD has led; empty: the login folder; undefined: a step of the way was refused. */
  #at: string | undefined = '';

  constructor(session: FtpSession) {
    this.#session = session;
  }

  /**
   * The path as an argument; one that begins with a dash is sent with `./` before it, so that no server takes it for
   * an option. NOT_FOUND where a step of the way is refused.
   */
  async argument(path: RemotePath): Promise<string> {
    if (this.#session.options.stepwiseFolders === true) return this.#nameThere(path);
    if (path.startsWith('/')) return path;
    await this.#returnToLoginFolder();
    return fromHere(path);
  }

  /** Two paths as arguments that stand together; whole ones where they lie in two folders. */
  async twoArguments(first: RemotePath, second: RemotePath): Promise<readonly [string, string]> {
    const isStepwise = this.#session.options.stepwiseFolders === true;
    if (isStepwise && remoteParent(first) !== remoteParent(second)) return [first, second];
    return [await this.argument(first), await this.argument(second)];
  }

  /** CWD; gives the reply, whatever it says. Undefined for the login folder, to which we only return. */
  async enter(folder: RemotePath): Promise<FtpReply | undefined> {
    if (folder === '') {
      await this.#returnToLoginFolder();
      return undefined;
    }
    if (this.#session.options.stepwiseFolders === true) return this.#walkTo(folder);
    const argument = await this.argument(folder);
    return this.#change(argument, folder);
  }

  async #nameThere(path: RemotePath): Promise<string> {
    const parent = remoteParent(path);
    const name = remoteName(path);
    const isFolderItself = name === '' || path === '';
    const reply = parent === '' ? await this.enter(parent) : await this.#walkTo(parent);
    if (reply !== undefined && !isPositive(reply)) {
      throw replyError(reply, this.#session.context, { code: 'NOT_FOUND' });
    }
    return isFolderItself ? '.' : fromHere(name);
  }

  /** One CWD for each step; undefined when we are there. */
  async #walkTo(folder: string): Promise<FtpReply | undefined> {
    if (folder === this.#at) return undefined;
    const isAbsolute = folder.startsWith('/');
    let reply: FtpReply | undefined;
    if (isAbsolute) reply = await this.#change('/', '/');
    else await this.#returnToLoginFolder();
    let at = isAbsolute ? '/' : '';
    for (const name of folder.split('/').filter((segment) => segment !== '')) {
      if (reply !== undefined && !isPositive(reply)) break;
      at = at === '' || at === '/' ? `${at}${name}` : `${at}/${name}`;
      reply = await this.#change(fromHere(name), at);
    }
    return reply;
  }

  async #change(argument: string, folder: string): Promise<FtpReply> {
    const session = this.#session;
    if (this.#at === '') this.#loginFolder ??= folderOf(await session.ask('PWD'));
    const reply = await session.ask('CWD', argument);
    const isStepwise = session.options.stepwiseFolders === true;
    if (isPositive(reply)) this.#at = folder;
    else if (isStepwise) this.#at = undefined;
    return reply;
  }

  async #returnToLoginFolder(): Promise<void> {
    if (this.#at === '') return;
    if (this.#loginFolder === undefined) throw noWayBack(this.#session.context);
    await this.#session.must('CWD', this.#loginFolder);
    this.#at = '';
  }
}

function fromHere(path: string): string {
  if (path === '') return '.';
  return path.startsWith('-') ? `./${path}` : path;
}

/**
 * The folder that a reply to PWD names, `257 "/home/a ""b""" is current`; some servers leave the quotes out.
 */
function folderOf(reply: FtpReply): string | undefined {
  const line = reply.code === 257 ? (reply.lines[0] ?? '') : '';
  const quoted = /"((?:[^"]|"")*)"/.exec(line)?.[1];
  return quoted === undefined ? /^\s*(\/\S*)/.exec(line)?.[1] : quoted.replaceAll('""', '"');
}

function noWayBack({ place, doing, phase }: FtpContext): TransferError {
  return new TransferError({
    code: 'UNSUPPORTED',
    lastCode: -1,
    phase,
    message: `${place} ${doing}: a relative path, but the server does not tell the folder that it starts from`,
    advice: 'Use absolute paths for this connection.',
  });
}
