import { mkdirSync, writeFileSync } from 'node:fs';
import { account, ownUsers } from './accounts.js';
import {
  bothTlsVersions,
  certificateFacts,
  opensslConfig,
  type FtpServerOptions,
} from './ftp-server-options.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { testKeyFile } from './test-keys.js';
import { loopback, startDaemon, type TestServer } from './test-server.js';
import { unpackedFile } from './unpacked.js';

export interface VsftpdOptions extends FtpServerOptions {
  /** Refuses a data connection that does not resume the control connection's TLS session. Default: true. */
  readonly requireSessionReuse?: boolean;
  /** Commands answered with "550 Permission denied." */
  readonly denyCommands?: readonly string[];
  /** Further lines of vsftpd.conf(5). They stand last, and vsftpd takes the last line about a setting. */
  readonly extraConfig?: readonly string[];
}

type Settings = Record<string, string | number | boolean>;

/** Starts vsftpd, the server without MLSD; `require_ssl_reuse` is on, as its makers ship it. */
export async function startVsftpd(options: VsftpdOptions = {}): Promise<TestServer> {
  const folder = makeServerFolder('vsftpd', { diskBytes: options.diskBytes });
  mkdirSync(folder.own('empty'));
  writeFileSync(folder.own('openssl.cnf'), opensslConfig(options.tlsVersions ?? bothTlsVersions));
  const config = folder.own('vsftpd.conf');
  const env = { ...ownUsers(folder), OPENSSL_CONF: folder.own('openssl.cnf') };
  const daemon = await startDaemon({
    bundle: 'vsftpd',
    folder,
    logFiles: [folder.own('commands.log')],
    command: (port) => {
      writeFileSync(config, configText(port, folder, options));
      return { program: unpackedFile('vsftpd', 'usr/sbin/vsftpd'), args: [config], env };
    },
  });
  const facts = certificateFacts(options);
  return {
    ...daemon,
    ...account,
    ...facts,
    name: 'vsftpd',
    host: loopback,
    root: folder.root,
    remoteRoot: '/',
  };
}

function configText(port: number, folder: ServerFolder, options: VsftpdOptions): string {
  const settings = { ...basicSettings(port, folder), ...limitSettings(options), ...tlsSettings(options) };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${inWords(value)}`);
  return [...lines, ...(options.extraConfig ?? []), ''].join('\n');
}

function inWords(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'YES' : 'NO') : String(value);
}

function basicSettings(port: number, folder: ServerFolder): Settings {
  return {
    listen: true,
    listen_ipv6: false,
    listen_address: loopback,
    listen_port: port,
    background: false,
    anonymous_enable: false,
    local_enable: true,
    // The plain policy that every Debian has: the password as it stands in the list of users.
    pam_service_name: 'other',
    chroot_local_user: true,
    allow_writeable_chroot: true,
    secure_chroot_dir: folder.own('empty'),
    local_umask: '022',
    delay_failed_login: 0,
    // Three ways to shut the session in that need rights which a container may lack.
    seccomp_sandbox: false,
    isolate: false,
    isolate_network: false,
    xferlog_enable: true,
    log_ftp_protocol: true,
    vsftpd_log_file: folder.own('commands.log'),
  };
}

function limitSettings(options: VsftpdOptions): Settings {
  const { denyCommands = [], passivePorts } = options;
  return {
    write_enable: options.readOnly !== true,
    ...(denyCommands.length > 0 && { cmds_denied: denyCommands.join(',') }),
    ...(options.maxClients !== undefined && { max_clients: options.maxClients }),
    ...(options.idleSeconds !== undefined && { idle_session_timeout: options.idleSeconds }),
    ...(passivePorts && { pasv_min_port: passivePorts.from, pasv_max_port: passivePorts.to }),
  };
}

function tlsSettings(options: VsftpdOptions): Settings {
  if ((options.security ?? 'none') === 'none') return {};
  const required = options.tlsRequired ?? 'control-and-data';
  const certificate = options.certificate ?? 'valid';
  return {
    ssl_enable: true,
    implicit_ssl: options.security === 'implicit',
    // Lets every version in; opensslConfig says which of them there are.
    ssl_tlsv1: true,
    ssl_ciphers: 'HIGH',
    force_local_logins_ssl: required !== 'neither',
    force_local_data_ssl: required === 'control-and-data',
    require_ssl_reuse: options.requireSessionReuse ?? true,
    rsa_cert_file: testKeyFile(`${certificate}.crt`),
    rsa_private_key_file: testKeyFile(`${certificate}.key`),
  };
}
