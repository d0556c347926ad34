/** True when two settings say the same, references to secrets apart: those are named after the first of them. */
export function didNotChange(known: unknown, found: unknown): boolean {
  return JSON.stringify(comparable(known)) === JSON.stringify(comparable(found));
}

function comparable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(comparable);
  const entries = Object.entries(value).filter(([key]) => key !== 'env');
  return Object.fromEntries(
    entries
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, comparable(inner)]),
  );
}
