import { describe, expect, it } from 'vitest';
import { clipped, firstBytes } from './short-copies.js';

describe('short copies', () => {
  it('of bytes share no memory with what they were taken from', () => {
    const whole = new TextEncoder().encode('0123456789');
    const copy = firstBytes(whole, 4);
    expect(copy.buffer.byteLength).toBe(4);
    expect(firstBytes(Buffer.from('01'), 4).buffer.byteLength).toBe(2);
  });

  it('of bytes cut no character in two', () => {
    const bytes = new TextEncoder().encode('aä€😀');
    for (let most = 0; most < bytes.length; most += 1) {
      expect(new TextDecoder().decode(firstBytes(bytes, most))).not.toContain('\ufffd');
    }
  });

  it('of texts say how much is missing', () => {
    expect(clipped('abc', 3)).toBe('abc');
    expect(clipped('abcd', 3)).toBe('abc... (1 more characters)');
  });
});
