import { fingerprint, publicKey, type OpensshServer } from './openssh.js';
import { startProftpd, type ProftpdOptions } from './proftpd.js';
import { testKeyFile } from './test-keys.js';

/** ProFTPD's mod_sftp: SFTP by another hand than OpenSSH's, with `check-file`. It takes passwords. */
export async function startProftpdSftp(options: ProftpdOptions = {}): Promise<OpensshServer> {
  const hostKey = testKeyFile('host-ed25519');
  const server = await startProftpd({
    ...options,
    extraConfig: [
      'LoadModule mod_sftp.c',
      'SFTPEngine on',
      'SFTPLog none',
      `SFTPHostKey ${hostKey}`,
      'SFTPAuthMethods password',
      ...(options.extraConfig ?? []),
    ],
  });
  return {
    ...server,
    name: 'ProFTPD mod_sftp',
    hostKeys: [fingerprint(hostKey)],
    publicHostKeys: [publicKey(hostKey)],
  };
}
