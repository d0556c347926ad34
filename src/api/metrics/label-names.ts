/** So many rules, and so many connections, have series of their own; the others share `other`. */
export const MAX_LABEL_VALUES = 500;

/** Bounds how many values a label can have while the process lives. */
export class LabelNames {
  readonly #known = new Set<string>();
  readonly #isOurs: (name: string) => boolean;

  /** `isOurs`: whether the settings have that name now; whatever else comes (a host) is `other`. */
  constructor(isOurs: (name: string) => boolean) {
    this.#isOurs = isOurs;
  }

  label(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= MAX_LABEL_VALUES || !this.#isOurs(name)) return 'other';
    this.#known.add(name);
    return name;
  }
}
