import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { account, accountLine } from './accounts.js';
import {
  bothTlsVersions,
  certificateFacts,
  opensslConfig,
  type FtpServerOptions,
} from './ftp-server-options.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { testKeyFile } from './test-keys.js';
import { loopback, startDaemon, type TestServer } from './test-server.js';
import { libraryPath, unpackedFile, wrapperLibrary } from './unpacked.js';

/** Pure-FTPd has no implicit TLS, and counts idle time in whole minutes. */
export interface PureFtpdOptions extends Omit<FtpServerOptions, 'security' | 'readOnly' | 'idleSeconds'> {
  readonly security?: 'none' | 'explicit';
  readonly idleMinutes?: number;
  /** The account's quota: answers "552 Quota exceeded" where a full disk would. */
  readonly quotaMegabytes?: number;
  /** Further options of pure-ftpd(8), such as `--norename` or `--prohibitdotfileswrite`. */
  readonly extraArgs?: readonly string[];
}

/**
 * Starts Pure-FTPd. Unlike the other servers it can read files that nobody may read: it insists on
 * that right of root's when it starts.
 */
export async function startPureFtpd(options: PureFtpdOptions = {}): Promise<TestServer> {
  const folder = makeServerFolder('pure-ftpd', { diskBytes: options.diskBytes });
  writeFileSync(folder.own('openssl.cnf'), opensslConfig(options.tlsVersions ?? bothTlsVersions));
  makeUserDatabase(folder, options.quotaMegabytes);
  const daemon = await startDaemon({
    bundle: 'pure-ftpd',
    folder,
    logFiles: [folder.own('transfers.log')],
    withoutRights: '-dac_override',
    command: (port) => ({
      program: unpackedFile('pure-ftpd', 'usr/sbin/pure-ftpd'),
      args: [
        ...basicArgs(port, folder),
        ...limitArgs(options),
        ...tlsArgs(options),
        ...(options.extraArgs ?? []),
      ],
      env: { ...feignUserId(), OPENSSL_CONF: folder.own('openssl.cnf') },
    }),
  });
  const facts = certificateFacts(options);
  return {
    ...daemon,
    ...account,
    ...facts,
    name: 'Pure-FTPd',
    host: loopback,
    root: folder.root,
    remoteRoot: '/',
  };
}

/** Pure-FTPd lets in nobody whose user id is root's. This is the id that it is told. */
const toldUserId = 65534;

/**
 * uid_wrapper lets it believe that it has changed to that id, while it really keeps the id of the
 * test process: so either can change the files that the other has made, as with the other servers.
 */
function feignUserId(): Record<string, string> {
  return {
    LD_PRELOAD: wrapperLibrary('libuid_wrapper.so'),
    UID_WRAPPER: '1',
    UID_WRAPPER_ROOT: '1',
  };
}

/** The fields after the home folder: two bandwidths, two ratios, sessions, quota in files and in bytes, addresses, hours. */
function makeUserDatabase(folder: ServerFolder, quotaMegabytes: number | undefined): void {
  const quotaBytes = quotaMegabytes === undefined ? '' : String(quotaMegabytes * 1024 * 1024);
  const limits = ['', '', '', '', '', '', quotaBytes, '', '', '', '', ''].join(':');
  const [name, password, uid, gid, gecos] = accountLine(folder.root, toldUserId).split(':');
  const line = [name, password, uid, gid, gecos, `${folder.root}/./`, limits].join(':');
  writeFileSync(folder.own('users'), `${line}\n`);
  execFileSync(
    unpackedFile('pure-ftpd', 'usr/bin/pure-pw'),
    ['mkdb', folder.own('users.pdb'), '-f', folder.own('users')],
    { env: { LD_LIBRARY_PATH: libraryPath('pure-ftpd') }, stdio: 'pipe' },
  );
}

function basicArgs(port: number, folder: ServerFolder): string[] {
  return [
    ...['--bind', `${loopback},${port}`],
    ...['--login', `puredb:${folder.own('users.pdb')}`],
    ...['--pidfile', folder.own('pid')],
    ...['--altlog', `clf:${folder.own('transfers.log')}`],
    ...['--umask', '022:022'],
    '--noanonymous',
    '--dontresolve',
  ];
}

function limitArgs(options: PureFtpdOptions): string[] {
  const { maxClients, idleMinutes, passivePorts } = options;
  return [
    ...(maxClients === undefined ? [] : ['--maxclientsnumber', String(maxClients)]),
    ...(idleMinutes === undefined ? [] : ['--maxidletime', String(idleMinutes)]),
    ...(passivePorts === undefined ? [] : ['--passiveportrange', `${passivePorts.from}:${passivePorts.to}`]),
  ];
}

function tlsArgs(options: PureFtpdOptions): string[] {
  if ((options.security ?? 'none') === 'none') return [];
  const strictness = { neither: 1, control: 2, 'control-and-data': 3 }[
    options.tlsRequired ?? 'control-and-data'
  ];
  const certificate = testKeyFile(`${options.certificate ?? 'valid'}.pem`);
  return ['--tls', String(strictness), '--certfile', certificate, '--tlsciphersuite', 'HIGH'];
}
