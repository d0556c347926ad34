/** Where a setting in force came from: first what wins. */
export type Origin =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'location'; readonly text: string }
  | { readonly kind: 'default' };

export const DEFAULT_ORIGIN: Origin = { kind: 'default' };

/** As it stands in messages: `--retries`, `TALLY_RETRIES`, `tallyman.yaml:14:9`, `default`. */
export function showOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
    case 'environment':
      return origin.name;
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'location':
      return origin.text;
    case 'default':
      return 'default';
  }
}

/** A value and where it came from. */
export interface Sourced<T> {
  readonly value: T;
  readonly origin: Origin;
}
