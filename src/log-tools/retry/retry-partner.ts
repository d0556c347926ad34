import type { PartnerFacts } from '../../client-log/partners.js';

/** A connection that a file can go through again. */
export interface RetryPartner extends PartnerFacts {
  /** As the Protocol column calls it; `ftps` is explicit and implicit TLS alike. */
  readonly protocol: 'ftp' | 'ftps' | 'sftp' | 'http' | 'https' | 's3';
}

/** What a line says of its other side. */
export interface LineEndpoint {
  readonly protocol: string;
  readonly host: string;
  /** Undefined where the column was empty. */
  readonly port: number | undefined;
  readonly user: string;
}

/** `--connection [USER@]HOST[:PORT]=NAME`: lines of that place go through this connection. */
export interface ConnectionChoice {
  readonly user: string | undefined;
  /** In lower case. */
  readonly host: string;
  readonly port: number | undefined;
  /** Name of the connection. */
  readonly name: string;
}

export type PartnerFinding =
  | { readonly kind: 'local' }
  | { readonly kind: 'found'; readonly partner: RetryPartner }
  /** Nothing of the settings has this host, port and user; `near` has the host at least. */
  | { readonly kind: 'none'; readonly near: readonly RetryPartner[] }
  | { readonly kind: 'several'; readonly partners: readonly RetryPartner[] }
  /** The only one with this host, port and user speaks another protocol. */
  | { readonly kind: 'other-protocol'; readonly partner: RetryPartner };

/**
 * The connection of a line by host, port and user; what a line leaves empty decides nothing. Never guesses between
 * two. A choice of the user's comes before everything, the protocol included.
 */
export function findPartner(
  line: LineEndpoint,
  partners: readonly RetryPartner[],
  choices: readonly ConnectionChoice[],
): PartnerFinding {
  if (line.protocol === 'local') return { kind: 'local' };
  const chosen = chosenName(line, choices);
  const named = partners.find(({ name }) => name === chosen);
  if (named !== undefined) return { kind: 'found', partner: named };
  const host = line.host.toLowerCase();
  const near = partners.filter((partner) => host !== '' && partner.host.toLowerCase() === host);
  const fitting = near.filter(
    ({ port, user }) =>
      (line.port === undefined || port === line.port) && (line.user === '' || user === line.user),
  );
  const speaking = fitting.filter(({ protocol }) => protocol === line.protocol);
  const [partner, ...others] = speaking.length > 0 ? speaking : fitting;
  if (partner === undefined) return { kind: 'none', near };
  if (others.length > 0) return { kind: 'several', partners: [partner, ...others] };
  return { kind: speaking.length > 0 ? 'found' : 'other-protocol', partner };
}

/** The most specific choice that fits the line. */
function chosenName(line: LineEndpoint, choices: readonly ConnectionChoice[]): string | undefined {
  const host = line.host.toLowerCase();
  const weight = ({ user, port }: ConnectionChoice) =>
    (user === undefined ? 0 : 2) + (port === undefined ? 0 : 1);
  return choices
    .filter(
      (choice) =>
        choice.host === host &&
        (choice.port === undefined || choice.port === line.port) &&
        (choice.user === undefined || choice.user === line.user),
    )
    .toSorted((one, other) => weight(other) - weight(one))[0]?.name;
}

/** Reads `[USER@]HOST[:PORT]=NAME`, an IPv6 address in brackets where a port follows. Gives what is wrong as text. */
export function parseConnectionChoice(text: string): ConnectionChoice | string {
  const equals = text.lastIndexOf('=');
  const place = text.slice(0, Math.max(0, equals));
  const at = place.lastIndexOf('@');
  const match = /^(?:\[([^\]\s]+)\]|([^\s[\]:]+)|([^\s[\]]*:[^\s[\]]*:[^\s[\]]*))(?::(\d{1,5}))?$/.exec(
    place.slice(at + 1),
  );
  const name = text.slice(equals + 1);
  if (match === null || name === '') {
    return `must be HOST[:PORT]=NAME, such as sftp.acme.example:22=acme; found "${text}"`;
  }
  return {
    user: at < 0 ? undefined : place.slice(0, at),
    host: (match[1] ?? match[2] ?? match[3] ?? '').toLowerCase(),
    port: match[4] === undefined ? undefined : Number(match[4]),
    name,
  };
}

/** The place of a line as `--connection` takes it. */
export function choiceText({ user, host, port }: LineEndpoint, name: string): string {
  const login = user === '' ? '' : `${user}@`;
  const place = host.includes(':') && port !== undefined ? `[${host}]` : host;
  return `${login}${place}${port === undefined ? '' : `:${port}`}=${name}`;
}
