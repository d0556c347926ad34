import { describe, expect, it } from 'vitest';
import type { SftpHello } from './ssh2-internals.js';
import { transferWindow } from './transfer-window.js';

function hello(limits: SftpHello['limits']): SftpHello {
  return { version: 3, extensions: {}, limits };
}

const OPENSSH = { maxPacketBytes: 262_144, maxReadBytes: 261_120, maxWriteBytes: 261_120 };

describe('the window of a transfer', () => {
  it('uses 32 KiB requests where the server tells no limits', () => {
    expect(transferWindow(hello(undefined), 'read', false).requestBytes).toBe(32_768);
    expect(transferWindow(hello(undefined), 'write', false).requestBytes).toBe(32_768);
  });

  it('uses the largest requests that OpenSSH allows', () => {
    expect(transferWindow(hello(OPENSSH), 'read', false).requestBytes).toBe(261_120);
    expect(transferWindow(hello(OPENSSH), 'write', false).requestBytes).toBe(261_120);
  });

  it('obeys each limit: reads, writes, and packets with their head', () => {
    const small = hello({ maxPacketBytes: 20_000, maxReadBytes: 9_000, maxWriteBytes: 30_000 });
    expect(transferWindow(small, 'read', false).requestBytes).toBe(9_000);
    expect(transferWindow(small, 'write', false).requestBytes).toBeLessThan(20_000 - 300);
  });

  it('stays sane whatever a server tells', () => {
    for (const bytes of [0, 1, 2 ** 53, Number.POSITIVE_INFINITY]) {
      const told = hello({ maxPacketBytes: bytes, maxReadBytes: bytes, maxWriteBytes: bytes });
      const { requestBytes } = transferWindow(told, 'read', false);
      expect(requestBytes).toBeGreaterThanOrEqual(512);
      expect(requestBytes).toBeLessThanOrEqual(261_120);
    }
  });

  it('holds one request for servers that cannot take several', () => {
    expect(transferWindow(hello(OPENSSH), 'read', true).maxRequests).toBe(1);
  });
});
