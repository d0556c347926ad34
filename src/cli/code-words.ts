/** A number of the client log in words, for the protocol that it came over. */
export function codeWords(lastCode: number, protocol: string): string {
  return `${lastCode} over ${protocol}`;
}
