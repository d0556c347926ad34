export const borders: Readonly<Record<string, readonly string[]>>;
