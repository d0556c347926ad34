import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from '../../simulator/ftp-partner.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { transferScene, type SceneOptions, type TransferScene } from './transfer-scene.testing.js';

export interface PartnerScene extends TransferScene {
  readonly partner: FtpPartner;
  /** Folder that the partner serves; `in` and `out` are there. */
  readonly root: string;
  /** How often the partner was told this command. */
  told(command: string): number;
}

/** A scene with the connection `acme`, an FTP server that fails on command. */
export async function partnerScene(
  options: SceneOptions & { readonly partner?: Partial<FtpPartnerOptions>; readonly password?: string } = {},
): Promise<PartnerScene> {
  const root = await temporaryFolder();
  for (const name of ['in', 'out']) await mkdir(join(root, name));
  const partner = await startFtpPartner({ root, user: 'u', password: 'p', ...options.partner });
  onTestFinished(() => partner.stop());
  const scene = await transferScene({
    yaml: acmeSettings(partner),
    environment: { ACME_PASSWORD: options.password ?? 'p' },
    ...options,
  });
  return {
    ...scene,
    partner,
    root,
    told: (command) => partner.transcript.filter(({ text }) => text.startsWith(command)).length,
  };
}

export function acmeSettings({ port }: Pick<FtpPartner, 'port'>, more = ''): string {
  return `connections:\n  acme:\n    url: ftp://u@127.0.0.1:${port}\n    password: { env: ACME_PASSWORD }\n${more}`;
}
