import { describe, expect, it } from 'vitest';
import { byteSinkOf } from './byte-outputs.js';
import type { Output } from './output.js';

function outputOf(isTerminal: boolean): {
  readonly output: Output;
  readonly written: (string | Uint8Array)[];
} {
  const written: (string | Uint8Array)[] = [];
  const output: Output = {
    isTerminal,
    hasColor: false,
    isClosed: false,
    size: () => ({ columns: 80, rows: 24 }),
    write: (data) => void written.push(data),
  };
  return { output, written };
}

const BYTES = Buffer.from('/in/\u001b[31mred.xml;\r\n/in/M\u00fcller\u202e.xml;\r\n');

describe('bytes of a log', () => {
  it('reach a pipe as they are', () => {
    const { output, written } = outputOf(false);
    void byteSinkOf(output).write(BYTES);
    expect(written).toEqual([BYTES]);
  });

  it('cannot steer a terminal', () => {
    const { output, written } = outputOf(true);
    void byteSinkOf(output).write(BYTES);
    expect(written.join('')).toBe('/in/\\x1b[31mred.xml;\n/in/M\u00fcller\\u{202e}.xml;\n');
  });

  it('may be cut within a character', () => {
    const { output, written } = outputOf(true);
    const sink = byteSinkOf(output);
    const bytes = Buffer.from('ü\n');
    void sink.write(bytes.subarray(0, 1));
    void sink.write(bytes.subarray(1));
    expect(written.join('')).toBe('ü\n');
  });
});
