import { DEFAULT_MANNERS, type Manners } from './manners.js';
import type { ProtocolOptions } from '../protocols/protocol-registry.js';

/** One end of a transfer: how to get a session, what the client log calls it, and its limits. */
export interface Endpoint {
  /** As the user knows it, for messages: the connection's name, or `sftp://user@host`; `local`. */
  readonly label: string;
  readonly options: ProtocolOptions;
  /** The Protocol, Host Name, Port and User Name columns of the client log. */
  readonly columns: EndpointColumns;
  /** Most sessions at a time to this end. */
  readonly maxConnections: number;
  /** How a file comes to its final name there. */
  readonly finalName: FinalName;
  /** Pattern of temporary names with `{name}` and `{id}` (see temporary-name.ts). */
  readonly temporaryName?: string;
  /** What its server bears; DEFAULT_MANNERS when absent. */
  readonly manners?: Manners;
}

export interface EndpointColumns {
  readonly protocol: 'ftp' | 'ftps' | 'sftp' | 'http' | 'https' | 's3' | 'local';
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/**
 * `temporary`: written under a temporary name in the target's folder and renamed at the end (the default).
 * `direct`: written under the final name, for servers that forbid or punish renaming; the promise "whole or
 * absent" then rests on the server.
 */
export type FinalName = 'temporary' | 'direct';

export function mannersOfEndpoint(endpoint: Endpoint): Manners {
  return endpoint.manners ?? DEFAULT_MANNERS;
}

export function isLocal(endpoint: Endpoint): boolean {
  return endpoint.options.kind === 'local';
}

/** Names the server and the account: what is true of one such endpoint is true of every other. */
export function endpointKey({ columns: { protocol, host, port, user } }: Endpoint): string {
  return protocol === 'local' ? 'local' : `${protocol}://${user}@${host}:${port}`;
}
