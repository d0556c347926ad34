import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connectionSchema } from '../settings/connection-schema.js';
import { eftRule, importOf } from './eft-export.testing.js';
import type { EftImport } from './import-eft.js';

const PIN = `SHA256:${'A'.repeat(43)}`;

interface Parts {
  readonly settings?: object;
  readonly proxy?: object;
  readonly socks?: object;
  readonly advanced?: object;
  readonly more?: object;
}

function profile({ settings, proxy, socks, advanced, more }: Parts): object {
  const connectionSettings = { protocol: 'FTP', host: 'ftp.acme.example', user: 'us', ...settings };
  return { name: 'Acme', connectionSettings, proxy, socks, advanced, ...more };
}

interface Outcome {
  readonly result: EftImport;
  readonly connection: Readonly<Record<string, unknown>>;
  readonly tasks: string;
}

function outcome(parts: Parts): Outcome {
  const result = importOf(profile(parts));
  const { connections } = parse(result.yaml) as { connections: { acme: Outcome['connection'] } };
  expect(() => connectionSchema.parse(connections.acme)).not.toThrow();
  expect(result.yaml + JSON.stringify(result.report.lines)).not.toContain('SECRET');
  return {
    result,
    connection: connections.acme,
    tasks: result.report.tasks.map(({ text }) => text).join('\n'),
  };
}

const EFT_DEFAULTS = { retries: 0, retryDelay: '30s', retryBackoff: 'fixed', parallel: 1 };

describe('a connection profile', () => {
  it.each([
    ['FTP', 'ftp'],
    ['FTPSAuthTLS', 'ftpes'],
    ['FTPS Implicit', 'ftps'],
    ['SFTP', 'sftp'],
    ['HTTPS', 'https'],
  ])('of the protocol %s is %s, with the defaults of EFT written out', (protocol, ours) => {
    const { connection, tasks } = outcome({ settings: { protocol } });
    expect(connection).toEqual({ protocol: ours, host: 'ftp.acme.example', user: 'us', ...EFT_DEFAULTS });
    expect(tasks).toBe('this connection is EFT\'s profile "Acme"');
  });

  it('has variables in place of its secrets', () => {
    const { connection, result } = outcome({
      settings: {
        protocol: 'SFTP',
        password: 'SECRET-1',
        trustedPubKey: `${PIN}=`,
        SSLCertificate: { keyPath: 'C:\\key', passphrase: 'SECRET-2' },
      },
    });
    expect(connection).toMatchObject({
      password: { env: 'ACME_PASSWORD' },
      passphrase: { env: 'ACME_PASSPHRASE' },
      identities: 'C:\\key',
      hostKeys: [PIN],
    });
    expect([...result.report.variables.keys()]).toEqual(['ACME_PASSWORD', 'ACME_PASSPHRASE']);
  });

  it.each<[string, Parts, object]>([
    [
      'SOCKS 5 with a login',
      {
        socks: {
          use: true,
          type: 'SOCKS5',
          hostName: 'p.example',
          auth: true,
          username: 'g',
          password: 'SECRET',
        },
      },
      { proxy: { url: 'socks5://g@p.example:1080', password: { env: 'ACME_PROXY_PASSWORD' } } },
    ],
    [
      'SOCKS 4',
      { socks: { use: true, type: 'SOCKS 4', hostName: 'p.example', port: 99, username: 'g' } },
      { proxy: 'socks4://p.example:99' },
    ],
    [
      'HTTP',
      { proxy: { use: true, type: 'HTTP', hostName: 'p.example', port: '8080', username: 'a b' } },
      { proxy: 'http://a%20b@p.example:8080' },
    ],
    [
      'FTP with another separator',
      { proxy: { use: true, type: 'FTP', hostName: 'p.example', separator: '#' } },
      { ftpProxy: { host: 'p.example', separator: '#' } },
    ],
    [
      'FTP with commands of its own',
      {
        proxy: {
          use: true,
          type: 'FTP',
          hostName: 'p.example',
          customCommands: ['USER %user%@%host%', 'PASS %pass%'],
        },
      },
      { ftpProxy: { host: 'p.example', style: 'custom', commands: ['USER %user%@%host%', 'PASS %pass%'] } },
    ],
    ['none, as it is not used', { proxy: { use: false, hostName: 'p.example' }, socks: { use: false } }, {}],
  ])('goes through a proxy: %s', (_what, parts, expected) => {
    expect(outcome(parts).connection).toEqual({
      protocol: 'ftp',
      host: 'ftp.acme.example',
      user: 'us',
      ...EFT_DEFAULTS,
      ...expected,
    });
  });

  it('keeps how files are moved, and what belongs to the line', () => {
    const advanced = {
      numberOfConnectionRetries: 5,
      delayBetweenRetries: 10,
      maxConcurrentThreads: 3,
      connectionTimeout: 60,
      dataPortMode: 'PORT',
      PASVPortMin: 5000,
      PASVPortMax: 5100,
      homeIP: '10.0.0.1',
      transferEncoding: 'UTF8',
    };
    expect(outcome({ advanced }).connection).toMatchObject({
      retries: 5,
      retryDelay: '10s',
      parallel: 3,
      timeout: '60s',
      active: true,
      activePorts: '5000-5100',
      bindAddress: '10.0.0.1',
      encoding: 'utf-8',
    });
  });

  it.each<[string, Parts, RegExp]>([
    ['an unknown protocol', { settings: { protocol: 'Pigeon' } }, /"Pigeon" is unknown/],
    ['no host', { settings: { host: '' } }, /"host" could not be carried/],
    ['a host with a login', { settings: { host: 'us:SECRET@h' } }, /"host" could not be carried/],
    ['a key in another form', { settings: { protocol: 'SFTP', trustedPubKey: 'ab:cd' } }, /trusted key/],
    ['an unknown kind', { more: { type: 'Azure' } }, /kind "Azure"/],
    ['a field that is unknown', { settings: { Tunnel: 'on' } }, /unknown here: .*Tunnel/],
    ['a proxy without a host', { proxy: { use: true } }, /proxy that has no host/],
    ['a proxy of an unknown kind', { proxy: { use: true, type: 'X', hostName: 'p' } }, /kind "X"/],
    ['an unknown login style', { proxy: { use: true, hostName: 'p', subType: 3 } }, /number 3/],
    ['SOCKS of an unknown kind', { socks: { use: true, type: 'SOCKS9', hostName: 'p' } }, /socks9/],
    [
      'two proxies',
      { proxy: { use: true, hostName: 'p' }, socks: { use: true, type: 'SOCKS5', hostName: 'q' } },
      /two proxies/,
    ],
    [
      'a proxy that reads TLS',
      { settings: { protocol: 'FTPSAuthTLS' }, proxy: { use: true, hostName: 'p' } },
      /"ftpProxy"/,
    ],
    ['an unknown data port mode', { advanced: { dataPortMode: 'SIDE' } }, /"SIDE"/],
    [
      'a key without a certificate',
      { settings: { SSLCertificate: { keyPath: 'k' } } },
      /without a certificate/,
    ],
  ])('with %s is looked at by a person before a rule uses it', (_what, parts, task) => {
    expect(outcome(parts).tasks).toMatch(task);
    const upload = {
      UploadAction: { ConnectionProfileGUID: 'G-1', LocalPath: 'C:\\x', RemotePath: '/y' },
    };
    const rule = eftRule({ TimerParams: { Recurrence: 'Once', StartDateTime: 1 } }, [
      { ActionStatement: { Action: upload } },
    ]);
    const { rules } = importOf([{ id: 'g-1', attributes: profile(parts) }, rule]);
    expect(rules[0]).toMatchObject({ isEnabled: false });
    expect(rules[0]?.problems.join()).toMatch(/connection acme has to be looked at/);
  });

  it('of a name that is taken has a number', () => {
    const { connections } = importOf([profile({}), { ...profile({}), name: 'ACME' }]);
    expect(connections).toEqual(['acme', 'acme-2']);
  });

  it('of any texts and numbers is valid settings', () => {
    const any = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const keys = ['protocol', 'host', 'port', 'user', 'password', 'trustedPubKey'] as const;
    const settings = fc.record(Object.fromEntries(keys.map((key) => [key, any])), { requiredKeys: [] });
    const proxy = fc.record(
      { use: fc.constant(true), hostName: any, port: any, username: any, separator: any },
      { requiredKeys: ['use'] },
    );
    fc.assert(
      fc.property(settings, proxy, proxy, (endpoint, ftp, socks) => {
        const { yaml } = importOf(
          profile({ settings: endpoint, proxy: ftp, socks: { ...socks, type: 'SOCKS5' } }),
        );
        const { connections } = parse(yaml) as { connections: Record<string, unknown> };
        expect(connectionSchema.safeParse(connections['acme'])).toMatchObject({ success: true });
      }),
      { numRuns: 300 },
    );
  });
});
