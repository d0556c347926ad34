/**
 * Short names that tell logs apart: of each path what differs, from the first folder in which any two differ to the
 * last. Paths of both makes, in the order given.
 */
export function logLabels(names: readonly string[]): readonly string[] {
  const paths = names.map((name) => name.split(/[/\\]+/).filter((part) => part !== ''));
  const shortest = Math.min(...paths.map(({ length }) => length));
  let head = 0;
  while (head < shortest - 1 && allAlike(paths.map((path) => path[head]))) head += 1;
  let tail = 0;
  while (tail < shortest - head - 1 && allAlike(paths.map((path) => path.at(-1 - tail)))) tail += 1;
  return paths.map((path, index) => path.slice(head, path.length - tail).join('/') || (names[index] ?? ''));
}

function allAlike(parts: readonly (string | undefined)[]): boolean {
  return parts.every((part) => part === parts[0]);
}
