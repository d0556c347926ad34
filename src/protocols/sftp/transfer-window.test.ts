import { describe, expect, it } from 'vitest';
import type { SftpHello } from './ssh2-internals.js';
import { transferWindow } from './transfer-window.js';

function hello(limits: SftpHello['limits']): SftpHello {
  return { version: 3, extensions: {}, limits };
}

const OPENSSH = { told: true, packetBytes: 262_144, readBytes: 261_120, writeBytes: 261_120 };
const GUESSED = { told: false, packetBytes: 34_000, readBytes: 31_952, writeBytes: 31_952 };

describe('the window of a transfer', () => {
  it('stays within 32 KiB, and within what ssh2 sends in one packet, where the server tells no limits', () => {
    expect(transferWindow(hello(GUESSED), 'read', false).requestBytes).toBe(31_952);
    expect(transferWindow(hello(GUESSED), 'write', false).requestBytes).toBe(31_952);
    const more = { ...GUESSED, packetBytes: 262_144, readBytes: 260_096, writeBytes: 260_096 };
    expect(transferWindow(hello(more), 'read', false).requestBytes).toBe(32_768);
  });

  it('uses the largest requests that OpenSSH allows', () => {
    expect(transferWindow(hello(OPENSSH), 'read', false).requestBytes).toBe(261_120);
    expect(transferWindow(hello(OPENSSH), 'write', false).requestBytes).toBe(261_120);
  });

  it('obeys each limit: reads, writes, and packets with their head', () => {
    const small = hello({ told: true, packetBytes: 20_000, readBytes: 9_000, writeBytes: 30_000 });
    expect(transferWindow(small, 'read', false).requestBytes).toBe(9_000);
    expect(transferWindow(small, 'write', false).requestBytes).toBeLessThan(20_000 - 300);
  });

  it('stays sane whatever a server tells', () => {
    for (const bytes of [0, 1, 2 ** 53, Number.POSITIVE_INFINITY]) {
      const told = hello({ told: true, packetBytes: bytes, readBytes: bytes, writeBytes: bytes });
      const { requestBytes } = transferWindow(told, 'read', false);
      expect(requestBytes).toBeGreaterThanOrEqual(512);
      expect(requestBytes).toBeLessThanOrEqual(261_120);
    }
  });

  it('holds one request for servers that cannot take several', () => {
    expect(transferWindow(hello(OPENSSH), 'read', true).maxRequests).toBe(1);
  });
});
