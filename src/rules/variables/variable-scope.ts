/** Expands `%NAME%` in texts for one run. */
export interface VariableScope {
  /** Every variable replaced. Rejects VARIABLE_UNKNOWN; `%%` is one percent sign. */
  text(template: string): string;
  /**
   * The same for a path or location: each value counts as text within its place, so that no value brings `..`, a
   * drive, a scheme or a leading dash into it; then normalised once. Of a local path: refused (PATH_REFUSED)
   * outside the rule's roots, links followed by the caller's open. Whole-path variables (`%FS.PATH%` at the start)
   * stay paths. `keep`: variables that stay as they are, for a transfer to fill (`keptForTransfer`).
   */
  location(template: string, keep?: readonly string[]): string;
  /** One argument of a program: never split, and refused (PATH_REFUSED) where a value alone would make it an option. */
  argument(template: string): string;
  /** Undefined: no such variable, or it has no value here. */
  valueOf(name: string): string | undefined;
  /** The same scope with more values in front: a loop's row, the reason of a failure, a file's new place. */
  with(values: Readonly<Record<string, string>>): VariableScope;
  /** All names with their values, for the story. */
  all(): Readonly<Record<string, string>>;
}
