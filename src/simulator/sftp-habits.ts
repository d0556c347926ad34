/** What kind of server an SFTP partner is. Everything has a default: like OpenSSH. */
export interface SftpHabits {
  /** Offers and understands `posix-rename@openssh.com`. */
  readonly posixRename: boolean;
  /** Plain RENAME onto an existing file: version 3 refuses it; some servers replace, some refuse every rename. */
  readonly rename: 'refuses-existing' | 'replaces' | 'refused';
  /** What `limits@openssh.com` tells; `none`: not offered. */
  readonly limits: SftpLimits | 'none';
  /** READ gives at most so many bytes, however many were asked for. */
  readonly longestReadBytes: number;
  /** Holds answers to READ back and gives them in another order. */
  readonly readOrder: 'as-asked' | 'reversed';
  /** Sends each answer twice, but for the one to INIT. */
  readonly repliesTwice: boolean;
  /** Every refusal is status 4, whatever its reason. */
  readonly everyRefusalIsFailure: boolean;
  /** SETSTAT and FSETSTAT: carried out, or refused with status 3. */
  readonly setAttributes: 'honoured' | 'refused';
  /** Checksums that `check-file-name` computes, by the names of the draft; `none`: not offered. */
  readonly checkFile: readonly string[] | 'none';
  /** `hidden`: an upload is taken away at once after CLOSE, as an inbox does. */
  readonly uploads: 'kept' | 'hidden';
  /** The software name in the SSH greeting: what follows `SSH-2.0-`. */
  readonly ident: string;
  /** Shown before the login, when given. */
  readonly banner?: string;
}

/** As `limits@openssh.com` tells them, in bytes; 0 means no limit told. */
export interface SftpLimits {
  readonly packetBytes: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly openHandles: number;
}

export const DEFAULT_SFTP_HABITS: SftpHabits = {
  posixRename: true,
  rename: 'refuses-existing',
  limits: { packetBytes: 262_144, readBytes: 261_120, writeBytes: 261_120, openHandles: 1019 },
  longestReadBytes: 261_120,
  readOrder: 'as-asked',
  repliesTwice: false,
  everyRefusalIsFailure: false,
  setAttributes: 'honoured',
  checkFile: 'none',
  uploads: 'kept',
  ident: 'Tallyman_rehearsal',
};
