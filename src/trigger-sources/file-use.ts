/** Whether somebody has a file open, as far as the system tells. */
export interface FileUse {
  /**
   * Who or what holds the file, in words, or undefined when nobody is known to. On Windows: another program has it open in
   * any way. On Linux: somebody holds a lock on it; a program that merely writes is not seen. Never rejects.
   */
  holderOf(file: {
    readonly path: string;
    readonly identity: string | undefined;
  }): Promise<string | undefined>;
}
