import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; true for `yes`, and for `y` where little is at stake. Ctrl-C and the end of input say no. */
export async function confirm(
  question: string,
  { stake, signal }: { readonly stake: 'little' | 'much'; readonly signal: AbortSignal },
): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const choices = stake === 'little' ? '[y/N]' : '[type yes]';
    const answer = await Promise.race([terminal.question(`${question} ${choices} `, { signal }), closed]);
    return (stake === 'little' ? /^\s*y(es)?\s*$/i : /^\s*yes\s*$/i).test(answer);
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
