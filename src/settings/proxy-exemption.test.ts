import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExempt, isThisMachine } from './proxy-exemption.js';

describe('NO_PROXY', () => {
  it.each([
    ['*', 'anything.example'],
    ['acme.example', 'acme.example'],
    ['acme.example', 'ftp.acme.example'],
    ['.acme.example', 'acme.example'],
    ['*.acme.example', 'ftp.eu.acme.example'],
    ['ACME.example', 'ftp.Acme.Example.'],
    ['x.example,acme.example y.example', 'acme.example'],
    ['acme.example:22', 'acme.example'],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:22', '192.0.2.1'],
    ['192.0.2.0/24', '192.0.2.200'],
    ['192.0.2.128/25', '192.0.2.200'],
    ['0.0.0.0/0', '203.0.113.9'],
    ['2001:db8::1', '2001:DB8:0::1'],
    ['[2001:db8::1]:22', '2001:db8::1'],
    ['2001:db8::/33', '2001:db8:7fff::1'],
  ])('%s sends %s directly', (noProxy, host) => {
    expect(isExempt(noProxy, { host, port: 22 })).toBe(true);
  });

  it.each([
    ['', 'acme.example'],
    [' , ,', 'acme.example'],
    ['.', 'acme.example'],
    ['acme.example', 'notacme.example'],
    ['ftp.acme.example', 'acme.example'],
    ['acme.example:21', 'acme.example'],
    ['192.0.2.1', '192.0.2.11'],
    ['2.1', '192.0.2.1'],
    ['192.0.2.1:21', '192.0.2.1'],
    ['192.0.2.0/24', '192.0.3.1'],
    ['192.0.2.128/25', '192.0.2.100'],
    ['192.0.2.0/33', '192.0.2.1'],
    ['192.0.2.0/x', '192.0.2.1'],
    ['2001:db8::/33', '2001:db8:8000::1'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['acme.*', 'acme.example'],
  ])('%j does not send %s directly', (noProxy, host) => {
    expect(isExempt(noProxy, { host, port: 22 })).toBe(false);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (noProxy, host) => {
        expect(typeof isExempt(noProxy, { host, port: 1 })).toBe('boolean');
      }),
    );
  });

  it('is not needed for this machine', () => {
    for (const host of ['localhost', 'x.localhost', '127.0.0.1', '127.9.9.9', '::1']) {
      expect(isThisMachine(host), host).toBe(true);
    }
    for (const host of ['localhost.example', '128.0.0.1', '::2', 'acme.example']) {
      expect(isThisMachine(host), host).toBe(false);
    }
  });
});
