/** How a failure may be retried: transient ones only, and a refused login never on its own. */
export type RetryClass = 'transient' | 'permanent' | 'auth' | 'config';

/** Whose side must act. */
export type Side = 'us' | 'partner' | 'network' | 'proxy';

export interface ErrorFacts {
  readonly retry: RetryClass;
  readonly side: Side;
  /** Exit code of a one-shot command that fails for this (design.md, "The command line"). */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 7 | 8 | 10 | 130;
  /** What it means, one sentence without names. */
  readonly summary: string;
  /** What to do next, one sentence. */
  readonly advice: string;
}

/**
 * One row per error code: retry policy, exit code, words and the reference page all come from here.
 * Callers match `code`, never text.
 */
export const ERROR_CODES = {
  HOST_NOT_FOUND: {
    retry: 'permanent',
    side: 'us',
    exitCode: 5,
    summary: 'The host name does not exist.',
    advice: 'Check the spelling of the host, and that this machine can resolve names of that domain.',
  },
  NAME_LOOKUP_FAILED: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'The name server gave no answer for the host.',
    advice: 'Check the name servers of this machine; a retry often helps.',
  },
  CONNECT_REFUSED: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'The host answers, but nothing listens on that port.',
    advice: 'Check the port, and ask the partner whether the service is up and admits our address.',
  },
  CONNECT_TIMEOUT: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'The host did not answer the connection attempt in time.',
    advice: 'Check firewalls on both sides and whether the partner admits our address.',
  },
  UNREACHABLE: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'There is no route to the host.',
    advice: 'Check the address, and the network and VPN of this machine.',
  },
  NETWORK_FAILED: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'The network call failed.',
    advice: 'Check the network of this machine; the cause names the system error.',
  },
  PROXY_UNREACHABLE: {
    retry: 'transient',
    side: 'proxy',
    exitCode: 5,
    summary: 'The proxy cannot be reached; nothing is known of the host behind it.',
    advice:
      'Check address and port of the proxy, and whether it is up; the partner has nothing to do with it.',
  },
  PROXY_AUTH_REJECTED: {
    retry: 'auth',
    side: 'proxy',
    exitCode: 4,
    summary: 'The proxy refused our user or password, or wants one.',
    advice: 'Check user and password of the proxy; the partner never saw a connection.',
  },
  PROXY_REFUSED: {
    retry: 'permanent',
    side: 'proxy',
    exitCode: 4,
    summary: 'The proxy does not let us reach that host and port.',
    advice: 'Ask whoever runs the proxy to allow the host and port; the partner never saw a connection.',
  },
  PROXY_FAILED: {
    retry: 'transient',
    side: 'proxy',
    exitCode: 5,
    summary: 'The proxy did not do its part: a failure of its own, no sense in its answer, or none in time.',
    advice: 'Check that the address is that of a proxy of this kind, and read its log.',
  },
  UNREACHABLE_FROM_PROXY: {
    retry: 'transient',
    side: 'proxy',
    exitCode: 5,
    summary: 'The proxy works, but says that it cannot connect to the host behind it.',
    advice:
      "Ask the partner whether the service is up and admits the proxy's address, and whoever runs the proxy whether it can reach the host.",
  },
  REDIRECT_REFUSED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The web server sends us on to a place where we do not follow.',
    advice: 'Use the address that it names, if it is one to trust; nothing was sent there.',
  },
  COMMAND_REFUSED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The server refused a command before or after the transfer.',
    advice: 'Correct the command, or let the transfer go on without it (continueOnFail).',
  },
  AFTER_COMMAND_FAILED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The file was delivered, but a command after it was not carried out.',
    advice: 'Do by hand what the command should have done; do not send the file again.',
  },
  CONNECTION_LOST: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'The connection broke off.',
    advice: 'Try again; if it happens at the same place each time, ask the partner what their log says.',
  },
  TIMEOUT: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'The other side was connected but did not answer or make progress in time.',
    advice:
      'Look for a firewall on the way (over FTP, one that blocks data connections); raise --timeout (in a rule: timeout) if the server is slow.',
  },
  TOO_MANY_CONNECTIONS: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'The server admits no further connection now.',
    advice:
      'Lower --parallel (in a rule: parallel) or maxConnections, or wait until other sessions have ended.',
  },
  SERVER_BUSY: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'The server says that it cannot do this now.',
    advice: 'Try again later.',
  },
  AUTH_REJECTED: {
    retry: 'auth',
    side: 'us',
    exitCode: 4,
    summary: 'The server refused the login.',
    advice:
      'Check user and password or key; ask the partner whether the account is locked, expired or bound to an address.',
  },
  HOST_KEY_UNKNOWN: {
    retry: 'config',
    side: 'us',
    exitCode: 4,
    summary: "The server's host key is not known here, so nothing was sent.",
    advice: 'Compare the fingerprint with the partner, then give it by --host-key or hostKeys.',
  },
  HOST_KEY_CHANGED: {
    retry: 'config',
    side: 'partner',
    exitCode: 4,
    summary: 'The server shows another host key than the known one, so nothing was sent.',
    advice: 'Ask the partner whether they changed the key before trusting the new fingerprint.',
  },
  HOST_KEY_REVOKED: {
    retry: 'config',
    side: 'partner',
    exitCode: 4,
    summary: 'The server shows a host key that is marked as revoked, so nothing was sent.',
    advice: 'Do not connect; ask the partner for the fingerprint of their present key.',
  },
  CERTIFICATE_REJECTED: {
    retry: 'config',
    side: 'partner',
    exitCode: 4,
    summary: "The server's certificate is not trusted, so nothing was sent.",
    advice:
      'Give the issuing CA by --ca, or pin the certificate by --pin after comparing it with the partner.',
  },
  TLS_FAILED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'No TLS connection could be agreed on.',
    advice: 'Compare TLS versions and ciphers with the partner; check that the port speaks TLS.',
  },
  NO_COMMON_ALGORITHM: {
    retry: 'config',
    side: 'partner',
    exitCode: 4,
    summary: 'The two sides share no algorithm.',
    advice: 'Ask the partner to offer a current one; legacy algorithms can be allowed for one connection.',
  },
  PROTOCOL_VIOLATION: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The other side does not speak the protocol as agreed.',
    advice: 'Check that host and port lead to a server of this protocol.',
  },
  LIMIT_EXCEEDED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The other side sent more than any sound server sends, so we broke off.',
    advice: 'Ask the partner what their server sends; it may be broken or hostile.',
  },
  NOT_FOUND: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 3,
    summary: 'There is no such file or folder.',
    advice: 'Check the path, and list the folder above it.',
  },
  PERMISSION_DENIED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 4,
    summary: 'This user may not do this.',
    advice: "Check the account's rights on the folder.",
  },
  ALREADY_EXISTS: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'Something of that name exists already.',
    advice: 'Choose another name, or another policy: --overwrite (in a rule: overwrite).',
  },
  NOT_A_FOLDER: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The path is a file where a folder is needed.',
    advice: 'Check the path.',
  },
  IS_A_FOLDER: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The path is a folder where a file is needed.',
    advice: 'Name a file, end the destination with a slash, or use --recursive (in a rule: recursive).',
  },
  FOLDER_NOT_EMPTY: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The folder is not empty.',
    advice: 'Remove what is in it first.',
  },
  REFUSED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The server refused the operation and gave no closer reason.',
    advice:
      'Often: no right to write there, the file exists and may not be replaced, or a quota; ask the partner for their log.',
  },
  UNSUPPORTED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The server does not support this operation.',
    advice: 'Leave the option out for this connection.',
  },
  NO_SPACE: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The disk is full or the quota is used up.',
    advice: 'Free space on that side, then try again.',
  },
  LOCAL_DISK_FAILED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'Our own file system failed.',
    advice: "The cause names the system error; check the disk and the folder's rights.",
  },
  TRUNCATED: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'Fewer bytes arrived than were promised.',
    advice: 'Try again; if the size stays short, ask the partner to check the file.',
  },
  SIZE_MISMATCH: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'The copy has another size than the source.',
    advice: 'Check free space and quota on the target, and whether a server-side job touches the file.',
  },
  CONTENT_MISMATCH: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'The copy has the right size but other bytes than the source.',
    advice: 'Try again; if it stays, ask the partner whether a gateway changes content on the way.',
  },
  SOURCE_CHANGED: {
    retry: 'transient',
    side: 'us',
    exitCode: 5,
    summary: 'The source changed while it was read, so the copy was thrown away.',
    advice: 'Wait until whoever writes the file has finished.',
  },
  REPLY_LOST: {
    retry: 'transient',
    side: 'network',
    exitCode: 5,
    summary: 'All bytes were sent but the confirmation was lost.',
    advice: 'Compare the size on the target before sending again.',
  },
  SOURCE_NOT_REMOVED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The file was delivered, but its source could not be removed.',
    advice: 'Remove the source by hand, or give the account the right to delete; do not send again.',
  },
  NAME_REFUSED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The name is not safe to use.',
    advice: 'Ask for the file to be renamed; nothing was read or written under it.',
  },
  LOCATION_INVALID: {
    retry: 'config',
    side: 'us',
    exitCode: 2,
    summary: 'The location cannot be understood.',
    advice: 'Use a local path, connection:/path, or a URL such as sftp://user@host/path.',
  },
  SETTINGS_INVALID: {
    retry: 'config',
    side: 'us',
    exitCode: 8,
    summary: 'The settings are not valid.',
    advice: 'Correct the named place; tally config show prints what is in force.',
  },
  QUERY_INVALID: {
    retry: 'config',
    side: 'us',
    exitCode: 2,
    summary: 'The query cannot be understood.',
    advice: 'Correct the marked place; tally log find --help names the fields.',
  },
  LOG_UNREADABLE: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The file cannot be read as a client log.',
    advice: 'Name files cl[yymmdd].log, a folder of them, or packed ones (.gz, .zip, .zst).',
  },
  CLIENT_LOG_FAILED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 1,
    summary: 'The client log could not be written.',
    advice: "Check the log folder's rights and free space; nothing further is moved without its line.",
  },
  NAME_UNKNOWN: {
    retry: 'permanent',
    side: 'us',
    exitCode: 3,
    summary: 'Nothing has that name or number.',
    advice: 'Check the spelling; the list commands (rules, runs, connections) show what there is.',
  },
  VARIABLE_UNKNOWN: {
    retry: 'config',
    side: 'us',
    exitCode: 8,
    summary: 'A text names a variable that does not exist here.',
    advice: 'tally rules show NAME lists the variables of a rule; a percent sign of its own is written %%.',
  },
  PATH_REFUSED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary:
      'The path that came out of the variables leaves the folders that the rule may touch, or could be read as an option.',
    advice:
      'Correct the rule, add the folder to its roots, or have the file renamed if its name was refused.',
  },
  RULE_FAILED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'A fail action of the rule ended it.',
    advice: "The reason is the rule's own; see the run: tally runs show.",
  },
  TIME_LIMIT: {
    retry: 'transient',
    side: 'us',
    exitCode: 5,
    summary: 'The action or the whole run took longer than the rule allows.',
    advice: 'See what it was waiting for: tally runs show. Raise timeLimit if it only needs longer.',
  },
  RULE_NOT_CALLABLE: {
    retry: 'config',
    side: 'us',
    exitCode: 8,
    summary: 'The rule that is to be called does not exist, is disabled, or would call itself for ever.',
    advice: 'Correct the name in the call action, or take the circle out: tally rules show NAME.',
  },
  PROGRAM_REFUSED: {
    retry: 'config',
    side: 'us',
    exitCode: 8,
    summary: 'The program is not one that rules may run.',
    advice: 'Add its path to commands.allow in the settings, if you trust it.',
  },
  PROGRAM_FAILED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The program ended with a code that means failure, or could not be started.',
    advice: 'Read its output in the run: tally runs show.',
  },
  MAIL_FAILED: {
    retry: 'transient',
    side: 'us',
    exitCode: 5,
    summary: 'The e-mail could not be handed over.',
    advice:
      'Check the mail settings and the mail server; nothing else of the run depends on it unless the rule says so.',
  },
  HTTP_STATUS_REFUSED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The web server answered with a status that the rule does not accept.',
    advice: 'Ask who runs the server, or add the status to okStatus.',
  },
  SYSTEM_LOG_FAILED: {
    retry: 'transient',
    side: 'us',
    exitCode: 5,
    summary: "The system's log did not take the entry.",
    advice: "Check that the machine's log service runs.",
  },
  KEY_UNUSABLE: {
    retry: 'config',
    side: 'us',
    exitCode: 8,
    summary: 'A key cannot be read, does not fit its passphrase, or has expired.',
    advice: 'Check the key file, its passphrase and its dates.',
  },
  DECRYPT_FAILED: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The file cannot be decrypted with this key.',
    advice: 'Ask the partner which key they encrypted it for, and whether it arrived whole.',
  },
  SIGNATURE_INVALID: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The signature is missing, or is not by one of the keys that count.',
    advice: 'Do not use the file; ask the partner who signed it.',
  },
  ARCHIVE_INVALID: {
    retry: 'permanent',
    side: 'partner',
    exitCode: 7,
    summary: 'The packed file is damaged or none of the format.',
    advice: 'Ask the partner to send it again.',
  },
  PARTNER_PARKED: {
    retry: 'auth',
    side: 'us',
    exitCode: 4,
    summary: 'Nothing is tried at this partner, because it refused our login or its server is not trusted.',
    advice: 'Correct the credentials or the pin, then: tally connections release NAME',
  },
  PARTNER_DOWN: {
    retry: 'transient',
    side: 'partner',
    exitCode: 5,
    summary: 'Nothing is tried at this partner for a while, because its last connections failed.',
    advice: 'It is tried again by itself; tally connections test NAME tries at once.',
  },
  FOLDER_FAILED: {
    retry: 'transient',
    side: 'us',
    exitCode: 5,
    summary: 'The watched folder cannot be read, is gone, or does not answer.',
    advice:
      'Check the share and the rights of the account that the daemon runs as; files that were seen count as still there.',
  },
  STORE_FAILED: {
    retry: 'transient',
    side: 'us',
    exitCode: 1,
    summary: 'The store could not be read or written.',
    advice: "Check free space and rights of the store's folder: tally db check.",
  },
  STORE_BUSY: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'Another process has this store open.',
    advice: 'One daemon to a store: tally status shows it.',
  },
  STORE_DAMAGED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 1,
    summary: 'The store is damaged, or is of a newer version than this program.',
    advice: 'Restore a back-up, or use the newer program; tally db check says what is wrong.',
  },
  STORE_OUTDATED: {
    retry: 'config',
    side: 'us',
    exitCode: 7,
    summary: 'The store is of an older version than this program.',
    advice: 'Bring it up to date: tally db migrate, or start the daemon.',
  },
  STALE_LEASE: {
    retry: 'permanent',
    side: 'us',
    exitCode: 1,
    summary: 'Another process has taken over this run.',
    advice: 'Nothing to do: the other one goes on with it.',
  },
  DAEMON_UNREACHABLE: {
    retry: 'transient',
    side: 'us',
    exitCode: 10,
    summary: 'No daemon answers.',
    advice: 'Start one: tally daemon. Or name its address by --server.',
  },
  ACCESS_REFUSED: {
    retry: 'auth',
    side: 'us',
    exitCode: 4,
    summary: 'The daemon refuses this: the token is missing, wrong, expired or of too low a role.',
    advice: 'tally tokens create makes a token; it needs the role that the message names.',
  },
  REQUEST_INVALID: {
    retry: 'permanent',
    side: 'us',
    exitCode: 2,
    summary: 'The request to the daemon is not one that it understands.',
    advice: 'Compare it with docs/reference/rest-api.md, or with /openapi.json of the daemon.',
  },
  TOO_MANY_REQUESTS: {
    retry: 'transient',
    side: 'us',
    exitCode: 5,
    summary: 'The daemon takes no more requests from there for a while.',
    advice: 'Wait as long as Retry-After says; api.requestsPerMinute in the settings is the limit.',
  },
  IMPORT_INVALID: {
    retry: 'permanent',
    side: 'us',
    exitCode: 7,
    summary: 'The file is none that can be imported.',
    advice: "Export rules or connection profiles as JSON by EFT's REST API, one answer to a file.",
  },
  CANCELLED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 130,
    summary: 'It was cancelled.',
    advice: 'Run the same command again to complete it.',
  },
  CLOSED: {
    retry: 'transient',
    side: 'us',
    exitCode: 1,
    summary: 'The session was closed while it was in use.',
    advice: 'This is a fault of ours; please report it.',
  },
  UNEXPECTED: {
    retry: 'permanent',
    side: 'us',
    exitCode: 1,
    summary: 'Something happened that we did not foresee.',
    advice: 'Please report it with the text of the cause.',
  },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

export function errorFacts(code: ErrorCode): ErrorFacts {
  return ERROR_CODES[code];
}
