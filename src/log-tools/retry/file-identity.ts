import type { PathPair, ReadRecord } from '../../client-log/reading/log-line.js';
import { isWindowsPath, mapPath, withSlashes, type PathMapping } from './path-map.js';
import { findPartner, type ConnectionChoice, type RetryPartner } from './retry-partner.js';

/** What files of a log are told apart by. */
export interface IdentityContext {
  readonly partners: readonly RetryPartner[];
  readonly choices: readonly ConnectionChoice[];
  readonly mappings: readonly PathMapping[];
}

/** One file on its way from one place to another, whatever the number of attempts and the spelling of its lines. */
export interface FileIdentity {
  /** Name of the connection where one fits, so that its lines of before and after a change of the host agree. */
  readonly endpoint: string;
  readonly operation: string;
  /** A path of this machine as it is now: mapped, parted by `/` where it was mapped. */
  readonly source: string;
  readonly target: string;
}

/**
 * Who is who in the lines of a log. A target that ends with a separator (`/in/`, as an attempt writes it that failed
 * before it knew its files) is the file of the source's name in it.
 */
export class FileIdentifier {
  readonly #context: IdentityContext;
  readonly #endpoints = new Map<string, string>();

  constructor(context: IdentityContext) {
    this.#context = context;
  }

  identify(record: ReadRecord, { localPath, remotePath }: PathPair = record): FileIdentity {
    const { operation } = record;
    const endpoint = this.#endpointOf(record);
    const local = this.#ownPath(localPath);
    const remote = endpoint === LOCAL ? this.#ownPath(remotePath) : remotePath;
    return operation === 'download' && endpoint !== LOCAL
      ? { endpoint, operation, source: remote, target: inFolder(local, remote) }
      : { endpoint, operation, source: local, target: inFolder(remote, local) };
  }

  #ownPath(path: string): string {
    return mapPath(path, this.#context.mappings) ?? path;
  }

  /** Hostile logs hold any number of hosts: the cache starts anew when it is full. */
  #endpointOf({ protocol, host, port, user }: ReadRecord): string {
    const key = joined(protocol, host, String(port), user);
    const known = this.#endpoints.get(key);
    if (known !== undefined) return known;
    const { partners, choices } = this.#context;
    const finding = findPartner({ protocol, host, port, user }, partners, choices);
    const endpoint =
      finding.kind === 'local'
        ? LOCAL
        : finding.kind === 'found'
          ? `=${finding.partner.name}`
          : JSON.stringify([host.toLowerCase(), port, user]);
    if (this.#endpoints.size >= MAX_ENDPOINTS) this.#endpoints.clear();
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }
}

const LOCAL = 'local';
const MAX_ENDPOINTS = 10_000;

/** A target that ends with a separator is the folder that the file goes into. */
function inFolder(target: string, source: string): string {
  return withSlashes(target).endsWith('/') ? `${target}${nameOf(source)}` : target;
}

/** The last part of a path. */
export function nameOf(path: string): string {
  const slashed = withSlashes(path);
  return slashed.slice(slashed.lastIndexOf('/') + 1);
}

/** Equal for the same file only. */
export function fileKey({ endpoint, operation, source, target }: FileIdentity): string {
  return joined(endpoint, operation, comparable(source), comparable(target));
}

/** Equal for everything of one operation between this machine and one endpoint. */
export function routeKey({ endpoint, operation }: FileIdentity): string {
  return joined(endpoint, operation);
}

/** Equal for everything that goes to the same target only. */
export function targetKey({ endpoint, operation, target }: FileIdentity): string {
  return joined(endpoint, operation, comparable(target));
}

/** The same file if its target is a folder; undefined where the target bears the file's own name. */
export function insideKey(identity: FileIdentity): string | undefined {
  const { source, target } = identity;
  if (keepsName(identity)) return undefined;
  const name = nameOf(source);
  return fileKey({ ...identity, target: target === '' ? name : `${target}/${name}` });
}

function keepsName({ source, target }: FileIdentity): boolean {
  return comparable(nameOf(target)) === comparable(nameOf(source));
}

/** Windows minds neither case nor separator. */
function comparable(path: string): string {
  return isWindowsPath(path) ? withSlashes(path).toLowerCase() : path;
}

/** Parts of any text, parted so that no two lists of parts give the same. */
function joined(...parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('');
}
