import { mkdirSync, writeFileSync } from 'node:fs';
import { account, accountLine } from './accounts.js';
import { bothTlsVersions, certificateFacts, type FtpServerOptions } from './ftp-server-options.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { testKeyFile } from './test-keys.js';
import { loopback, startDaemon, type TestServer } from './test-server.js';
import { unpackedFile } from './unpacked.js';

export interface ProftpdOptions extends FtpServerOptions {
  /** Refuses a data connection that does not resume the control connection's TLS session. Default: true. */
  readonly requireSessionReuse?: boolean;
  /** Commands answered with "550 Permission denied": `RNFR`, `DELE`, `MLSD`, `EPSV`... */
  readonly denyCommands?: readonly string[];
  /** A regular expression; files that match can be stored but are never shown again. */
  readonly hideFiles?: string;
  /** Further lines of proftpd.conf, inside the server's own section. */
  readonly extraConfig?: readonly string[];
}

/** Starts ProFTPD with mod_tls, and mod_digest for the checksum commands (XCRC, XMD5, XSHA, HASH). */
export async function startProftpd(options: ProftpdOptions = {}): Promise<TestServer> {
  const folder = makeServerFolder('proftpd', { diskBytes: options.diskBytes });
  mkdirSync(folder.own('empty'));
  writeFileSync(folder.own('users'), `${accountLine(folder.root)}\n`, { mode: 0o600 });
  const config = folder.own('proftpd.conf');
  const daemon = await startDaemon({
    bundle: 'proftpd',
    folder,
    logFiles: [folder.own('server.log'), folder.own('tls.log'), folder.own('commands.log')],
    command: (port) => {
      writeFileSync(config, configLines(port, folder, options).join('\n'));
      return {
        program: unpackedFile('proftpd', 'usr/sbin/proftpd'),
        args: ['--nodaemon', '--config', config],
      };
    },
  });
  const facts = certificateFacts(options);
  return {
    ...daemon,
    ...account,
    ...facts,
    name: 'ProFTPD',
    host: loopback,
    root: folder.root,
    remoteRoot: '/',
  };
}

function configLines(port: number, folder: ServerFolder, options: ProftpdOptions): string[] {
  return [
    `ModulePath ${unpackedFile('proftpd', 'usr/lib/proftpd')}`,
    'LoadModule mod_tls.c',
    'LoadModule mod_digest.c',
    'ServerType standalone',
    `DefaultAddress ${loopback}`,
    'SocketBindTight on',
    `Port ${port}`,
    ...basicLines(folder),
    ...(options.maxClients === undefined ? [] : [`MaxClients ${options.maxClients}`]),
    ...(options.idleSeconds === undefined ? [] : [`TimeoutIdle ${options.idleSeconds}`]),
    ...passiveLines(options),
    ...tlsLines(folder, options),
    ...limitLines(options),
    ...(options.extraConfig ?? []),
    '',
  ];
}

function basicLines(folder: ServerFolder): string[] {
  return [
    'ServerName Tallyman',
    'UseIPv6 off',
    'UseReverseDNS off',
    'User nobody',
    'Group nogroup',
    // The account has the user id of the test process, which is root's.
    'RootLogin on',
    'RequireValidShell off',
    'AuthOrder mod_auth_file.c',
    `AuthUserFile ${folder.own('users')}`,
    `DefaultRoot ${folder.root}`,
    'Umask 022',
    'AllowOverwrite on',
    'AllowStoreRestart on',
    'AllowRetrieveRestart on',
    // Otherwise logins are slowed down, to hide from an attacker which users exist.
    'DelayEngine off',
    'WtmpLog off',
    'TransferLog none',
    `PidFile ${folder.own('pid')}`,
    `ScoreboardFile ${folder.own('scoreboard')}`,
    `SystemLog ${folder.own('server.log')}`,
    'LogFormat exchange "%r -> %s %S"',
    `ExtendedLog ${folder.own('commands.log')} ALL exchange`,
  ];
}

function passiveLines({ passivePorts }: ProftpdOptions): string[] {
  return passivePorts === undefined ? [] : [`PassivePorts ${passivePorts.from} ${passivePorts.to}`];
}

function tlsLines(folder: ServerFolder, options: ProftpdOptions): string[] {
  if ((options.security ?? 'none') === 'none') return [];
  const flags = [
    ...(options.security === 'implicit' ? ['UseImplicitSSL'] : []),
    ...(options.requireSessionReuse === false ? ['NoSessionReuseRequired'] : []),
  ];
  const certificate = options.certificate ?? 'valid';
  return [
    'TLSEngine on',
    `TLSRequired ${{ 'control-and-data': 'on', control: 'ctrl+!data', neither: 'off' }[options.tlsRequired ?? 'control-and-data']}`,
    `TLSProtocol ${(options.tlsVersions ?? bothTlsVersions).map((version) => `TLSv${version}`).join(' ')}`,
    `TLSRSACertificateFile ${testKeyFile(`${certificate}.crt`)}`,
    `TLSRSACertificateKeyFile ${testKeyFile(`${certificate}.key`)}`,
    `TLSLog ${folder.own('tls.log')}`,
    ...(flags.length > 0 ? [`TLSOptions ${flags.join(' ')}`] : []),
  ];
}

/** What a client could find a hidden file by; storing it must still work. */
const lookingCommands = 'LIST NLST MLSD MLST STAT SIZE MDTM RETR';

function limitLines(options: ProftpdOptions): string[] {
  const denied = [...(options.denyCommands ?? []), ...(options.readOnly ? ['WRITE'] : [])];
  return [
    ...(denied.length > 0 ? [`<Limit ${denied.join(' ')}>\nDenyAll\n</Limit>`] : []),
    ...(options.hideFiles === undefined
      ? []
      : [
          `<Directory />\nHideFiles ${options.hideFiles}\n</Directory>\n<Limit ${lookingCommands}>\nIgnoreHidden on\n</Limit>`,
        ]),
  ];
}
