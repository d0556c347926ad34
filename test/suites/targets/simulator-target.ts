import { remotePath } from '../../../src/core/remote-path.js';
import { startFtpPartner } from '../../../src/simulator/ftp-partner.js';
import { startSftpPartner } from '../../../src/simulator/sftp-partner.js';
import { account } from '../../servers/accounts.js';
import { makeServerFolder } from '../../servers/server-folder.js';
import { MIB } from '../bytes.js';
import type { Powers, ProtocolTarget } from '../protocol-target.js';
import { ftpTarget } from './ftp-target.js';
import { forbidForThisProcess, lockForThisProcess } from './locked-folder.js';
import { sftpTarget } from './sftp-target.js';

type FtpSecurity = 'none' | 'explicit' | 'implicit';

/** The simulator's FTP partner on a folder of the disk. */
export async function startFtpSimulator(security: FtpSecurity, diskBytes?: number): Promise<ProtocolTarget> {
  const folder = makeServerFolder('simulator', { diskBytes });
  const partner = await startFtpPartner({ ...account, root: folder.root, security });
  const { host, port, certificate } = partner;
  const stop = async () => {
    await partner.stop();
    folder.remove();
  };
  const place = { ...account, host, port, root: folder.root, stop };
  return ftpTarget(certificate === undefined ? place : { ...place, ca: certificate.authority }, {
    session: certificate === undefined ? { security } : { security, ...serverName(certificate.authority) },
    powers: {
      ...powersInThisProcess,
      hangUp: () => partner.interrupt({ kind: 'close' }),
      startWithSmallDisk: () => startFtpSimulator(security, MIB),
    },
  });
}

/** The certificate is made out to this name. */
function serverName(authority: string) {
  return { tls: { ca: [authority], pins: [], serverName: 'localhost' } };
}

/** The simulator's SFTP partner on a folder of the disk. */
export async function startSftpSimulator(diskBytes?: number): Promise<ProtocolTarget> {
  const folder = makeServerFolder('simulator', { diskBytes });
  const partner = await startSftpPartner({ ...account, root: folder.root });
  const { host, port, hostKeyFingerprints: hostKeys } = partner;
  const stop = async () => {
    await partner.stop();
    folder.remove();
  };
  return sftpTarget(
    { ...account, host, port, hostKeys, root: folder.root, remoteRoot: remotePath('/'), stop },
    {
      login: 'password',
      powers: {
        ...powersInThisProcess,
        hangUp: () => partner.interrupt({ kind: 'close' }),
        startWithSmallDisk: () => startSftpSimulator(MIB),
      },
    },
  );
}

const powersInThisProcess: Partial<Powers> = {
  lockFolder: lockForThisProcess,
  forbidReading: forbidForThisProcess,
};
