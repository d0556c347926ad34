/** Runs a program without a shell; handed in by the composition root. */
export interface CommandRunner {
  /**
   * Resolves with what the program printed and its exit code. Rejects with an `ErrnoException` when it cannot
   * be started, took longer than `timeoutMs` (code ETIMEDOUT) or printed more than `maxBytes`.
   */
  run(argv: readonly string[], limits: CommandLimits): Promise<CommandResult>;
}

export interface CommandLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
}
