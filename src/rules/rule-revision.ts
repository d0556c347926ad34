import { createHash } from 'node:crypto';
import type { Rule } from './rule.js';

/** The first 16 hex digits of the SHA-256 of the rule as canonical JSON, its place in the file left out. */
export function ruleRevision(rule: Omit<Rule, 'revision' | 'source'>): string {
  return createHash('sha256').update(canonicalJson(rule)).digest('hex').slice(0, 16);
}

/** JSON whose keys are in order, so that the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value)
    .filter(([, below]) => below !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, below]) => `${JSON.stringify(key)}:${canonicalJson(below)}`);
  return `{${pairs.join(',')}}`;
}
