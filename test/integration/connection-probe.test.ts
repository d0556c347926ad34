import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { socketError } from '../../src/net/socket-errors.js';
import { makeCertificate, type CertificateVariant } from '../../src/simulator/certificates.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from '../../src/simulator/ftp-partner.js';
import { makeSshKey, startSftpPartner } from '../../src/simulator/sftp-partner.js';
import { refusedPort, startSilentPartner, startTalkingPartner } from '../../src/simulator/tcp-partners.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { startMicrosocks } from '../servers/microsocks.js';
import { startOpenssh, type OpensshOptions } from '../servers/openssh.js';
import { startVsftpd, type VsftpdOptions } from '../servers/vsftpd.js';
import { probe, type ProbeSetting } from './probing.js';

const login = { user: 'orders', password: 's3cret-word' };

function stopping<Server extends { stop(): Promise<void> }>(server: Server): Server {
  onTestFinished(() => server.stop());
  return server;
}

async function ftpPartner(options: Partial<FtpPartnerOptions> = {}): Promise<FtpPartner & { root: string }> {
  const root = await temporaryFolder();
  await writeFile(join(root, 'a.xml'), 'a');
  return Object.assign(stopping(await startFtpPartner({ root, ...login, ...options })), { root });
}

/** `acme` on one of our own FTP partners. */
function onFtp(partner: FtpPartner, ...lines: readonly string[]): ProbeSetting {
  return {
    connection: [`url: ${partner.url}`, 'password: { env: ACME }', ...lines],
    environment: { ACME: login.password },
  };
}

async function onOpenssh(options: OpensshOptions = {}, ...lines: readonly string[]) {
  const server = stopping(await startOpenssh(options));
  const setting: ProbeSetting = {
    location: `acme:${server.remoteRoot}`,
    connection: [
      `url: sftp://${server.user}@${server.host}:${server.port}`,
      'password: { env: ACME }',
      ...(lines.length > 0 ? lines : [`hostKeys: [${server.hostKeys.map((key) => `"${key}"`).join(', ')}]`]),
    ],
    environment: { ACME: server.password },
  };
  return { server, setting };
}

async function onVsftpd(options: VsftpdOptions, ...lines: readonly string[]) {
  const server = stopping(await startVsftpd(options));
  const setting: ProbeSetting = {
    connection: [
      `url: ${options.security === 'explicit' ? 'ftpes' : 'ftp'}://${server.user}@${server.host}:${server.port}`,
      'password: { env: ACME }',
      ...lines,
    ],
    environment: { ACME: server.password },
  };
  return { server, setting };
}

describe('a connection that works', () => {
  it('OpenSSH, with a probe file of which nothing stays', async () => {
    const { server, setting } = await onOpenssh();
    const { report, tried, step } = await probe({ ...setting, write: true });
    expect(tried).toEqual([
      'settings ok',
      'name ok',
      'tcp ok',
      'greeting ok',
      'ssh ok',
      'login ok',
      'listing ok',
      'probe-file ok',
      'clock ok',
      'abilities ok',
    ]);
    expect(report).toMatchObject({ failure: undefined, code: 0, protocol: 'sftp' });
    expect(step('greeting').lines[0]).toMatch(/^SSH-2\.0-OpenSSH/);
    expect(step('ssh').lines.join()).toContain('pinned');
    expect(step('login').facts).toMatchObject({ by: 'password', offered: ['publickey', 'password'] });
    expect(step('probe-file').lines).toContain('read back, every byte the same');
    expect(await readdir(server.root)).toEqual([]);
  });

  it('vsftpd over explicit TLS, both kinds of data connection', async () => {
    const { server, setting } = await onVsftpd({ security: 'explicit' }, 'ca: ./ca.pem');
    const ca = join(await temporaryFolder(), 'ca.pem');
    await writeFile(ca, server.ca ?? '');
    const { report, step } = await probe({ ...setting, flags: { ca: [ca] }, write: true });
    expect(report).toMatchObject({ failure: undefined, code: 230, protocol: 'ftps' });
    expect(step('tls').facts).toMatchObject({ standing: 'trusted', version: 'TLSv1.3' });
    expect([step('passive').verdict, step('active').verdict]).toEqual(['ok', 'ok']);
    expect(await readdir(server.root)).toEqual([]);
  });

  it('over implicit TLS the certificate comes before the greeting', async () => {
    const partner = await ftpPartner({ security: 'implicit' });
    const { report } = await probe(onFtp(partner, `pins: ["${partner.certificate?.pin}"]`));
    expect(report.failure).toBeUndefined();
    expect(report.steps.map(({ name }) => name).slice(2, 6)).toEqual(['tcp', 'tls', 'greeting', 'login']);
  });

  it('a certificate that ends within the month is a warning', async () => {
    const partner = await ftpPartner({ security: 'explicit' });
    const { report, step } = await probe(onFtp(partner, `pins: ["${partner.certificate?.pin}"]`));
    expect(report.failure).toBeUndefined();
    expect(step('tls')).toMatchObject({
      verdict: 'warning',
      remedy: expect.stringContaining('9 days') as string,
    });
  });

  it('writes nothing without being told to', async () => {
    const partner = await ftpPartner();
    const { step } = await probe(onFtp(partner));
    expect(step('probe-file').verdict).toBe('not-tried');
    expect(partner.transcript.filter(({ text }) => /^(STOR|DELE|RNFR|MKD)/.test(text))).toEqual([]);
  });

  it('an address that does not answer beside one that does is a warning', async () => {
    const partner = await ftpPartner();
    const { step, report } = await probe({
      connection: [`url: ftp://orders@two.example:${partner.port}`, 'password: { env: ACME }'],
      environment: { ACME: login.password },
      dialer: (real) => ({
        lookup: () =>
          Promise.resolve([
            { address: '::1', family: 6 },
            { address: '127.0.0.1', family: 4 },
          ]),
        dial: (target, options) =>
          real.dial(target.host === 'two.example' ? { ...target, host: '127.0.0.1' } : target, options),
      }),
    });
    expect(report.failure).toBeUndefined();
    expect(step('tcp')).toMatchObject({
      verdict: 'warning',
      facts: { tried: [{ address: '::1' }, { address: '127.0.0.1', code: undefined }] },
    });
  });
});

/** What fails, with its code for the log, and that nothing behind it is tried. */
async function expectFailure(
  setting: ProbeSetting,
  name: string,
  expected: { readonly code: string; readonly lastCode: number },
) {
  const probed = await probe(setting);
  const { report } = probed;
  expect(report.failure).toMatchObject(expected);
  expect(report.code).toBe(expected.lastCode);
  const failed = report.steps.filter(({ verdict }) => verdict === 'failed');
  expect(failed.map((each) => each.name)).toEqual([name]);
  expect(failed[0]?.remedy).toMatch(/\S/);
  expect(JSON.stringify(report)).not.toContain(login.password);
  return probed;
}

describe('through a proxy', () => {
  it('the way is told, and the name is left to it', async () => {
    const proxy = stopping(await startMicrosocks());
    const partner = await ftpPartner();
    const { report, step, tried } = await probe({
      ...onFtp(
        partner,
        `proxy: { url: "socks5://${proxy.user}@${proxy.host}:${proxy.port}", password: { env: GATE } }`,
      ),
      environment: { ACME: login.password, GATE: proxy.password },
    });
    expect(report.failure).toBeUndefined();
    expect(step('name').lines).toEqual(['left to the proxy']);
    expect(step('proxy').lines[0]).toMatch(/^through socks5:\/\/127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+ in /);
    expect(step('active').verdict).toBe('not-tried');
    expect(tried).not.toContain('tcp ok');
    expect(JSON.stringify(report)).not.toContain(proxy.password);
  });
});

describe('it says where it breaks', () => {
  it('settings: a variable that is not set; nothing else is tried', async () => {
    const setting = { connection: ['url: ftp://a@127.0.0.1:1', 'password: { env: NOT_SET }'] };
    const { report } = await expectFailure(setting, 'settings', { code: 'SETTINGS_INVALID', lastCode: -1 });
    expect(report.steps).toHaveLength(1);
  });

  it.each([
    ['ftp', 11_001],
    ['sftp', 11_001],
  ])('name: one that does not exist, over %s', async (scheme, lastCode) => {
    const noSuchName = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
    const { tried } = await expectFailure(
      {
        connection: [`url: ${scheme}://a@gone.example`, 'password: { env: ACME }'],
        environment: { ACME: login.password },
        dialer: () => ({
          lookup: (host) => Promise.reject(socketError(noSuchName, { phase: 'resolve', place: host })),
        }),
      },
      'name',
      { code: 'HOST_NOT_FOUND', lastCode },
    );
    expect(tried).toEqual(['settings ok', 'name failed']);
  });

  it('TCP: a closed port', async () => {
    const setting = {
      connection: [`url: ftp://a@127.0.0.1:${await refusedPort()}`, 'password: { env: ACME }'],
      environment: { ACME: login.password },
    };
    await expectFailure(setting, 'tcp', { code: 'CONNECT_REFUSED', lastCode: 10_061 });
  });

  it.each(['ftp', 'sftp'])('greeting: a port that says nothing to %s', async (scheme) => {
    const silent = stopping(await startSilentPartner());
    const setting = {
      connection: [
        `url: ${scheme}://a@127.0.0.1:${silent.port}`,
        'password: { env: ACME }',
        'timeout: 300ms',
      ],
      environment: { ACME: login.password },
    };
    const { step } = await expectFailure(setting, 'greeting', { code: 'TIMEOUT', lastCode: 2000 });
    expect(step('greeting').remedy).toContain('says nothing');
  });

  it('greeting: a server of another protocol', async () => {
    const web = stopping(await startTalkingPartner('HTTP/1.1 400 Bad Request\r\n\r\n', 'close'));
    const setting = {
      connection: [`url: sftp://a@127.0.0.1:${web.port}`, 'password: { env: ACME }'],
      environment: { ACME: login.password },
    };
    await expectFailure(setting, 'greeting', { code: 'PROTOCOL_VIOLATION', lastCode: 10_053 });
  });

  it.each([
    ['selfSigned', /self-signed/, /trust acme/],
    ['unknownAuthority', /issuer is not known/, /trust acme/],
    ['expired', /expired/, /renew/],
    ['wrongName', /not for 127\.0\.0\.1/, /host name/],
  ] as const)('TLS: a certificate that is %s; no user is named', async (variant, problem, remedy) => {
    const partner = await ftpPartner({
      security: 'explicit',
      tls: { certificate: makeCertificate(variant satisfies CertificateVariant) },
    });
    const ca = join(await temporaryFolder(), 'ca.pem');
    // What was signed by itself or by a stranger is not made good by another authority.
    const isStranger = variant === 'selfSigned' || variant === 'unknownAuthority';
    await writeFile(ca, isStranger ? makeCertificate().authority : (partner.certificate?.authority ?? ''));
    const { step } = await expectFailure({ ...onFtp(partner), flags: { ca: [ca] } }, 'tls', {
      code: 'CERTIFICATE_REJECTED',
      lastCode: 10_053,
    });
    expect(step('tls').lines.join('\n')).toMatch(problem);
    expect(step('tls').remedy).toMatch(remedy);
    expect(partner.transcript.filter(({ text }) => /^(USER|PASS)/.test(text))).toEqual([]);
  });

  it('TLS: the server has none', async () => {
    const partner = await ftpPartner();
    const setting = {
      ...onFtp(partner),
      location: partner.url.replace('ftp:', 'ftpes:'),
      environment: { TALLY_PASSWORD: login.password },
    };
    const { report } = await probe(setting);
    expect(report.failure).toMatchObject({ code: 'TLS_FAILED', phase: 'tls' });
    expect(report.steps.find(({ verdict }) => verdict === 'failed')?.name).toBe('tls');
  });

  it('SSH: a key that nobody knows, each of its kinds named; no user is', async () => {
    const hostKeys = [makeSshKey('ed25519'), makeSshKey('ecdsa')];
    const partner = stopping(await startSftpPartner({ root: await temporaryFolder(), ...login, hostKeys }));
    const setting = {
      connection: [`url: ${partner.url}`, 'password: { env: ACME }'],
      environment: { ACME: login.password },
    };
    const { step } = await expectFailure(setting, 'ssh', { code: 'HOST_KEY_UNKNOWN', lastCode: 10_053 });
    for (const { fingerprint } of hostKeys) expect(step('ssh').lines.join('\n')).toContain(fingerprint);
    expect(partner.transcript.filter(({ text }) => text.includes(login.user))).toEqual([]);
  });

  it('SSH: another key than the known one, both named', async () => {
    const { server, setting } = await onOpenssh({ hostKeys: ['other-ed25519'] }, 'knownHosts: ./known_hosts');
    const known = stopping(await startOpenssh({ hostKeys: ['ed25519'] }));
    const text = known.publicHostKeys.map((key) => `[${server.host}]:${server.port} ${key}\n`).join('');
    const file = join(await temporaryFolder(), 'known_hosts');
    await writeFile(file, text);
    const { step } = await expectFailure({ ...setting, flags: { knownHosts: [file] } }, 'ssh', {
      code: 'HOST_KEY_CHANGED',
      lastCode: 10_053,
    });
    const shown = step('ssh').lines.join('\n');
    expect(shown).toContain(server.hostKeys[0]);
    expect(shown).toContain(`instead of ${known.hostKeys[0]}, known by ${file}:1`);
  });

  it('login: a wrong password is tried once', async () => {
    const partner = await ftpPartner();
    const setting = { ...onFtp(partner), environment: { ACME: 'another' } };
    await expectFailure(setting, 'login', { code: 'AUTH_REJECTED', lastCode: 530 });
    expect(partner.transcript.filter(({ text }) => text.startsWith('PASS'))).toHaveLength(1);
  });

  it('login: OpenSSH names the ways that it offers', async () => {
    const { setting } = await onOpenssh();
    const { step } = await expectFailure({ ...setting, environment: { ACME: 'another' } }, 'login', {
      code: 'AUTH_REJECTED',
      lastCode: 3,
    });
    expect(step('login').lines[0]).toContain('the server offers publickey, password');
  });

  it('listing: no right to list; the probe file is tried all the same', async () => {
    const refused = { kind: 'reply', code: 550, text: 'Permission denied' } as const;
    const partner = await ftpPartner({
      faults: ['MLSD', 'LIST'].map((command) => ({ at: { command }, do: refused })),
    });
    const { tried } = await expectFailure({ ...onFtp(partner), write: true }, 'listing', {
      code: 'PERMISSION_DENIED',
      lastCode: 550,
    });
    expect(tried).toContain('probe-file ok');
    expect(await readdir(partner.root)).toEqual(['a.xml']);
  });

  it('listing: a folder that is not there', async () => {
    const partner = await ftpPartner();
    const { report } = await probe({ ...onFtp(partner), location: 'acme:/nowhere' });
    expect(report.failure).toMatchObject({ lastCode: 550 });
    expect(report.steps.find(({ verdict }) => verdict === 'failed')?.name).toBe('listing');
  });

  it('probe file: a server that lets nobody write', async () => {
    const ssh = await onOpenssh({ readOnly: true });
    await expectFailure({ ...ssh.setting, write: true }, 'probe-file', {
      code: 'PERMISSION_DENIED',
      lastCode: 3,
    });
    const ftp = await onVsftpd({ readOnly: true });
    const { report } = await probe({ ...ftp.setting, write: true });
    expect(report.failure).toMatchObject({ lastCode: 550 });
    expect([await readdir(ssh.server.root), await readdir(ftp.server.root)]).toEqual([[], []]);
  });

  it('passive blocked: the listing fails, and active mode is named as the way out', async () => {
    const blocked = { kind: 'reply', code: 425, text: "Can't open data connection" } as const;
    const partner = await ftpPartner({
      faults: ['EPSV', 'PASV'].map((command) => ({ at: { command }, do: blocked })),
    });
    const { step } = await expectFailure(onFtp(partner), 'listing', {
      code: 'CONNECTION_LOST',
      lastCode: 425,
    });
    expect(step('active')).toMatchObject({
      verdict: 'warning',
      remedy: expect.stringContaining('--active') as string,
    });
  });

  it('active blocked: a warning, since nobody uses it', async () => {
    const blocked = { kind: 'reply', code: 500, text: 'no' } as const;
    const partner = await ftpPartner({
      faults: ['EPRT', 'PORT'].map((command) => ({ at: { command }, do: blocked })),
    });
    const { report, step } = await probe(onFtp(partner));
    expect(report.failure).toBeUndefined();
    expect(step('active').verdict).toBe('warning');
  });

  it('proxy: one that is down is not taken for the partner', async () => {
    const partner = await ftpPartner();
    const setting = onFtp(partner, `proxy: socks5://127.0.0.1:${await refusedPort()}`);
    const { report, tried } = await expectFailure(setting, 'proxy', {
      code: 'PROXY_UNREACHABLE',
      lastCode: 12,
    });
    expect(report.failure?.side).toBe('proxy');
    expect(tried).not.toContain('tcp ok');
    expect(partner.acceptedConnections).toBe(0);
  });
});

describe('a probe file is cleared up', () => {
  it('when the rename is refused', async () => {
    const partner = await ftpPartner({ habits: { rename: 'refused' } });
    const { report } = await probe({ ...onFtp(partner), write: true });
    expect(report.failure?.phase).toBe('rename');
    expect(await readdir(partner.root)).toEqual(['a.xml']);
  });

  it('when the connection breaks in the middle, by another session', async () => {
    const partner = await ftpPartner({ faults: [{ at: { command: 'RNTO' }, do: { kind: 'close' } }] });
    const { report } = await probe({ ...onFtp(partner), write: true });
    expect(report.failure?.code).toBe('CONNECTION_LOST');
    expect(await readdir(partner.root)).toEqual(['a.xml']);
  });

  it('when it is cancelled in the middle', async () => {
    const partner = await ftpPartner({ faults: [{ at: { command: 'RETR' }, do: { kind: 'noAnswer' } }] });
    const controller = new AbortController();
    const probing = probe({ ...onFtp(partner), write: true, signal: controller.signal });
    await partner.seen('RETR');
    controller.abort();
    await expect(probing).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(partner.root)).toEqual(['a.xml']);
  });

  it('and what cannot be removed is named', async () => {
    const refused = { kind: 'reply', code: 550, text: 'never' } as const;
    const partner = await ftpPartner({ faults: [{ at: { command: 'DELE' }, do: refused }] });
    const { report } = await probe({ ...onFtp(partner), write: true });
    const [left] = (await readdir(partner.root)).filter((name) => name !== 'a.xml');
    expect(report.failure?.message).toContain(`the probe file ${left} may be left there`);
  });

  it('other bytes than were sent are told', async () => {
    const partner = await ftpPartner({ faults: [{ at: { command: 'STOR' }, do: { kind: 'loseWrites' } }] });
    const { report } = await probe({ ...onFtp(partner), write: true });
    expect(report.failure?.phase).toMatch(/verify|read|write/);
    expect(await readdir(partner.root)).toEqual(['a.xml']);
  });

  it('in a folder of the location', async () => {
    const partner = await ftpPartner();
    await mkdir(join(partner.root, 'in'));
    const { report } = await probe({ ...onFtp(partner), location: 'acme:/in', write: true });
    expect(report.failure).toBeUndefined();
    expect(partner.transcript.some(({ text }) => /^STOR \/in\//.test(text))).toBe(true);
    expect(await readdir(join(partner.root, 'in'))).toEqual([]);
  });
});
