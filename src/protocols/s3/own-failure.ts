/** Tells a failure of our own side from one of the stream. */
export class OwnFailure {
  failure: { readonly error: unknown } | undefined;

  run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  async wait(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
