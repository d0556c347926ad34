export async function printCompletions(words: readonly string[]): Promise<number> {
  return words.length;
}
