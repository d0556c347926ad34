/** One step from a version to the next. Released ones are never changed. */
export interface Migration {
  /** The version that the store has afterwards. */
  readonly version: number;
  /** Run one after another in one transaction. */
  readonly statements: readonly string[];
}
