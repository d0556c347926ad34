import { describe, expect, it } from 'vitest';
import { changedPins, planPins } from './plan-pins.js';
import type { ShownKey, TrustView } from './see-trust.js';

const A = `SHA256:${'a'.repeat(43)}`;
const B = `SHA256:${'b'.repeat(43)}`;
const C = `SHA256:${'c'.repeat(43)}`;

function view(...shown: readonly (readonly [string, ShownKey['standing']])[]): TrustView {
  return {
    connection: 'acme',
    place: 'sftp.acme.example:22',
    key: 'hostKeys',
    pinned: [],
    shown: shown.map(([fingerprint, standing]) => ({
      type: 'x',
      fingerprint,
      standing,
      reason: '',
      instead: [],
    })),
    chain: [],
    failure: undefined,
  };
}

describe('what pinning would do', () => {
  it.each([
    [
      'all that is new is added',
      view([A, 'unknown'], [B, 'unknown']),
      [],
      { kind: 'add', fingerprints: [A, B] },
    ],
    [
      'keys in advance stay',
      view([A, 'pinned'], [B, 'further']),
      [A, C],
      { kind: 'add', fingerprints: [A, C, B] },
    ],
    [
      'another key takes the place of all',
      view([B, 'changed']),
      [A, C],
      { kind: 'replace', fingerprints: [B] },
    ],
    ['another than known_hosts has', view([B, 'changed']), [], { kind: 'replace', fingerprints: [B] }],
    ['what is pinned needs nothing', view([A, 'pinned']), [`${A}=`], { kind: 'nothing-new' }],
    ['a certificate that a CA trusts', view([A, 'trusted']), [], { kind: 'add', fingerprints: [A] }],
  ] as const)('%s', (_what, seen, written, expected) => {
    expect(planPins(seen, written)).toEqual(expected);
  });

  it('a revoked key is never pinned, whatever else is shown', () => {
    expect(() => planPins(view([A, 'unknown'], [B, 'revoked']), [])).toThrow(/revoked/);
  });
});

it('by hand: keys come and go, each once, and what is not there is told', () => {
  expect(changedPins([A], { add: [B, `${B}=`, A], remove: [] })).toEqual({
    fingerprints: [A, B],
    missing: [],
  });
  expect(changedPins([A, B], { add: [C], remove: [A] })).toEqual({ fingerprints: [B, C], missing: [] });
  expect(changedPins([A], { add: [], remove: [B] })).toEqual({ fingerprints: [A], missing: [B] });
});
