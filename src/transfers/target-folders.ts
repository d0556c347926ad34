import { joinRemote, type RemotePath } from '../core/remote-path.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';

/** Makes the folders of a recursive batch on the target, each once, whatever the number of files in it. */
export class TargetFolders {
  readonly #made = new Map<string, Promise<void>>();

  /** Makes `root` itself and every folder from there down to `folder`. */
  async make(
    session: ProtocolClient,
    root: RemotePath,
    folder: RemotePath,
    signal: AbortSignal,
  ): Promise<void> {
    const top = root.length > 1 && root.endsWith('/') ? (root.slice(0, -1) as RemotePath) : root;
    await this.#makeOne(session, top, signal);
    let path = top;
    for (const name of folder
      .slice(top.length)
      .split('/')
      .filter((part) => part !== '')) {
      path = joinRemote(path, name);
      await this.#makeOne(session, path, signal);
    }
  }

  async #makeOne(session: ProtocolClient, path: RemotePath, signal: AbortSignal): Promise<void> {
    if (path === '' || path === '/') return;
    // Another file may be making it through its own session: wait for that one, but never for its failure.
    const underWay = this.#made.get(path);
    if (underWay !== undefined && (await settlesWell(underWay))) return;
    const making = session.makeFolder(path, { signal }).then(() => undefined);
    this.#made.set(path, making);
    try {
      await making;
    } catch (error) {
      this.#made.delete(path);
      throw error;
    }
  }
}

function settlesWell(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
