/** What kind of server an FTP partner is. Everything has a default: a modern, well-behaved server. */
export interface FtpHabits {
  /** Verbs that this server does not know: refused with 500 and absent from FEAT. Also `UTF8`: names are Latin-1. */
  readonly without: readonly string[];
  readonly listStyle: 'unix' | 'dos';
  /** What LIST, NLST and MLSD say of an empty folder: nothing, or 550 (Microsoft FTP of old). */
  readonly emptyFolder: 'empty' | 'refused';
  readonly rename: 'replaces' | 'refuses-existing' | 'refused';
  /** The reply that closes a transfer. */
  readonly completionCode: 226 | 250;
  /** `early`: the closing reply comes before the last byte of the data connection. */
  readonly completion: 'after-data' | 'early';
  /** With `false` no 150 announces a transfer. */
  readonly preliminaryReply: boolean;
  /** `ignored`: REST is accepted, and the next transfer begins at the start all the same. */
  readonly restart: 'honoured' | 'ignored';
  /** `short`: uploads are stored under 8.3 names. `hidden`: an upload is taken away at once, as an inbox does. */
  readonly uploadNames: 'as-given' | 'short' | 'hidden';
  /** NOOP and others while a transfer runs: answered after its end, or at once. */
  readonly duringTransfer: 'queued' | 'answered';
  readonly greeting: readonly string[];
  /** What SYST answers. */
  readonly system: string;
  /** Which of the checksum commands it has: XCRC, XMD5, XSHA, XSHA1, XSHA256, XSHA512, HASH. Default: none. */
  readonly checksums: readonly string[];
  /** `ignored`: RANG is accepted, and HASH is of the whole file all the same (ProFTPD 1.3.8). */
  readonly hashRange: 'honoured' | 'ignored' | 'unknown';
}

export const DEFAULT_FTP_HABITS: FtpHabits = {
  without: [],
  listStyle: 'unix',
  emptyFolder: 'empty',
  rename: 'replaces',
  completionCode: 226,
  completion: 'after-data',
  preliminaryReply: true,
  restart: 'honoured',
  uploadNames: 'as-given',
  duringTransfer: 'queued',
  greeting: ['Tallyman rehearsal partner'],
  system: 'UNIX Type: L8',
  checksums: [],
  hashRange: 'honoured',
};
