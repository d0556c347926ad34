import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate, type MadeCertificate } from './certificates.js';
import { startFtpPartner, type FtpPartner } from './ftp-partner.js';
import { startSftpPartner, type SftpPartner } from './sftp-partner.js';
import { refusedPort } from './tcp-partners.js';

/** The partners of `tally demo`, all on loopback, all with the same user, each with its own root on disk. */
export interface DemoPartners {
  readonly user: string;
  readonly password: string;
  readonly ftp: FtpPartner;
  readonly ftpsExplicit: FtpPartner;
  readonly ftpsImplicit: FtpPartner;
  readonly sftp: SftpPartner;
  /** What both FTPS partners show; its `authority` is to be trusted. */
  readonly certificate: MadeCertificate;
  /** What each partner serves: `folder/partners/ftp` and so on, with an `in` and an `out` folder. */
  readonly roots: Readonly<Record<'ftp' | 'ftpsExplicit' | 'ftpsImplicit' | 'sftp', string>>;
  /** A port of this machine where nobody listens. */
  readonly refusedPort: number;
  /** Closes every port and connection. Idempotent. */
  stop(): Promise<void>;
}

/** Starts one partner for each protocol, with their roots below `folder`. Rejects when one cannot start; none stays then. */
export async function startDemoPartners(folder: string): Promise<DemoPartners> {
  const login = { user: 'partner', password: randomBytes(9).toString('base64url') };
  const certificate = makeCertificate();
  const roots = {
    ftp: await makeRoot(folder, 'ftp'),
    ftpsExplicit: await makeRoot(folder, 'ftps-explicit'),
    ftpsImplicit: await makeRoot(folder, 'ftps-implicit'),
    sftp: await makeRoot(folder, 'sftp'),
  };
  const running: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((partner) => partner.stop()));
  };
  const started = async <P extends { stop(): Promise<void> }>(starting: Promise<P>): Promise<P> => {
    const partner = await starting;
    running.push(partner);
    return partner;
  };
  const tls = { certificate, sessionReuse: 'required' } as const;
  try {
    return {
      ...login,
      ftp: await started(startFtpPartner({ ...login, root: roots.ftp })),
      ftpsExplicit: await started(
        startFtpPartner({ ...login, root: roots.ftpsExplicit, security: 'explicit', tls }),
      ),
      ftpsImplicit: await started(
        startFtpPartner({ ...login, root: roots.ftpsImplicit, security: 'implicit', tls }),
      ),
      sftp: await started(startSftpPartner({ ...login, root: roots.sftp })),
      certificate,
      roots,
      refusedPort: await refusedPort(),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function makeRoot(folder: string, name: string): Promise<string> {
  const root = join(folder, 'partners', name);
  await mkdir(join(root, 'in'), { recursive: true });
  await mkdir(join(root, 'out'), { recursive: true });
  return root;
}
