/** A connection's bare name is the folder after its login: `acme` means `acme:`. All else stays as it is. */
export function connectionText(text: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]+$/.test(text) ? `${text}:` : text;
}
