import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { printable } from './printable.js';
import { Secret } from './secret.js';

describe('Secret', () => {
  it('shows itself nowhere but through reveal', () => {
    const secret = new Secret('hunter2');
    const shown = [
      String(secret),
      `${secret.toString()}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ];
    expect(shown.join()).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});

describe('printable', () => {
  it('makes escapes, direction marks and line ends visible and harmless', () => {
    expect(printable('a\u001b[2J\r\nb\u202ec\u0000')).toBe('a\\x1b[2J\\x0d\\x0ab\\u{202e}c\\x00');
    expect(printable('ordinary ü 日本 😀')).toBe('ordinary ü 日本 😀');
  });

  it('says how much it left out', () => {
    expect(printable('x'.repeat(500), 10)).toBe(`${'x'.repeat(10)}... (490 more characters)`);
  });
});
