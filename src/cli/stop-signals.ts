/** What a signal of the system asks for: the first one to stop in good order, the second to stop now. */
export interface StopSignals {
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal has come; undefined before. */
  readonly exitCode: () => number | undefined;
  /** Gives the signals back to the system. */
  release(): void;
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** `onFirst` is called once, with the signal's name. */
export function listenForStop(onFirst: (name: string) => void): StopSignals {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (name: keyof typeof EXIT_CODES) => {
    if (exitCode !== undefined) process.exit(EXIT_CODES[name]);
    exitCode = EXIT_CODES[name];
    onFirst(name);
    controller.abort();
  };
  const onInterrupt = () => stop('SIGINT');
  const onTerminate = () => stop('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    release: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
