/** Where the bytes of a result go. */
export interface ByteSink {
  /** Nobody reads any more: the rest need not be written. */
  readonly isClosed: boolean;
  /** A promise means: wait. The bytes must not be changed afterwards. */
  write(bytes: Uint8Array): Promise<void> | undefined;
}
