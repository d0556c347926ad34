import { printable } from '../core/printable.js';
import type { ByteSink } from '../engine/log-convert/byte-sink.js';
import type { Output } from './output.js';

/** Bytes for a pipe as they are; for a terminal as text, so that no name in a log can steer it. */
export function byteSinkOf(output: Output): ByteSink {
  const decoder = new TextDecoder();
  return {
    get isClosed() {
      return output.isClosed;
    },
    write: (bytes) =>
      output.write(output.isTerminal ? printableLines(decoder.decode(bytes, { stream: true })) : bytes),
  };
}

function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line.replace(/\r$/, ''), Infinity))
    .join('\n');
}
