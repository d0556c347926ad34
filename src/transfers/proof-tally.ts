import type { Proof, ProofFacts } from '../core/outcome.js';

/** So many files were proven in this way. */
export interface ProofCount {
  readonly proof: Proof;
  readonly facts?: ProofFacts | undefined;
  readonly files: number;
}

/** Counts of the same proof added up, the commonest first. */
export function tallyProofs(counts: Iterable<ProofCount>): readonly ProofCount[] {
  const byKind = new Map<string, ProofCount>();
  for (const { proof, facts, files } of counts) {
    const kind = [proof, facts?.algorithm, facts?.computedBy].join(' ');
    byKind.set(kind, { proof, facts, files: (byKind.get(kind)?.files ?? 0) + files });
  }
  return [...byKind.values()].sort((one, other) => other.files - one.files);
}
