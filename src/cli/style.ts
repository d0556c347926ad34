import pc from 'picocolors';

/** Colours that mean something: never the only sign of it. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
}

/** For an output that shows colours or not. */
export function styleFor({ hasColor }: { readonly hasColor: boolean }): Style {
  const colors = pc.createColors(hasColor);
  return {
    strong: colors.bold,
    faint: colors.dim,
    good: colors.green,
    bad: colors.red,
    warning: colors.yellow,
  };
}
