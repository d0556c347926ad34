/** Random numbers; a test hands in a seeded source and so replays a run. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** `length` lower-case letters and digits, for names that must not collide. */
  token(length: number): string;
}
