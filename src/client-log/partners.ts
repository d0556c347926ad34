/** A connection of the settings, as far as it shows in a client log. */
export interface PartnerFacts {
  /** Name of the connection. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Empty when the connection names none. */
  readonly user: string;
}

/** The connections of the settings; empty where there are none. */
export type PartnerBook = readonly PartnerFacts[];

/** The columns of a line that say whose it is. */
export interface Counterpart {
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string;
}

/**
 * What the other side of a line is called: the name of the connection with this host, port and user; else of the one
 * connection with this host (and port); else the host itself in lower case. Never guesses between two connections.
 */
export function partnerOf({ host, port, user }: Counterpart, book: PartnerBook): string {
  const name = host.toLowerCase();
  const onHost = book.filter((each) => each.host.toLowerCase() === name);
  const onPort = onHost.filter((each) => each.port === port);
  const exact = onPort.filter((each) => each.user === user);
  for (const found of [exact, onPort, onHost]) if (found.length === 1 && found[0]) return found[0].name;
  return name;
}
