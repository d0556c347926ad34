/** The facts without those that a row has no value for: an absent key, not one that holds undefined. */
export function present<T extends object>(facts: {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? T[K] | null | undefined : T[K];
}): T {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}

/** Plain data as it is kept; null where there is none. */
export function toJson(data: unknown): string | null {
  return data === undefined ? null : JSON.stringify(data);
}

export function fromJson(text: string | null): unknown {
  return text === null ? undefined : (JSON.parse(text) as unknown);
}

/** Lets others have their turn between two pieces of long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
