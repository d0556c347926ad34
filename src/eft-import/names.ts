const MAX_NAME_LENGTH = 90;

/** A name of the settings made of EFT's: letters, digits, `_`, `.`, `-`; of two characters or more. */
export function settingsName(name: string, fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/^[-._]+|[-.]+$/g, '')
    .toLowerCase();
  return plain.length >= 2 ? plain : fallback;
}

/** The name, or the name with the first number that is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) if (!isTaken(`${wanted}-${number}`)) return `${wanted}-${number}`;
}

/** `acme-eu`, `password` -> `ACME_EU_PASSWORD`. */
export function variableName(name: string, key: string): string {
  const words = `${name}_${key}`.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  return /^\d/.test(words) ? `_${words}` : words;
}
