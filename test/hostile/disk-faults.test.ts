import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeFiles } from '../../src/engine/platform/node-files.js';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { makeSshKey, startSftpPartner } from '../../src/simulator/sftp-partner.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { ftpEndpoint, sftpEndpoint } from '../platform/partner-endpoint.js';
import { failingFiles, testPlatform } from '../platform/test-platform.js';
import { expectPromise, moveScene, runMove, type MoveScene } from './move-scene.js';

const hostKey = makeSshKey();

const PARTNERS: Record<string, (place: MoveScene) => Promise<Endpoint>> = {
  FTP: async ({ remote }) => {
    const partner = await startFtpPartner({ root: remote, user: 'u', password: 'p' });
    onTestFinished(() => partner.stop());
    return ftpEndpoint(partner);
  },
  SFTP: async ({ remote }) => {
    const partner = await startSftpPartner({ root: remote, user: 'u', password: 'p', hostKeys: [hostKey] });
    onTestFinished(() => partner.stop());
    return sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] });
  },
};

describe.each(Object.keys(PARTNERS))('our own disk during a move over %s', (name) => {
  it.each(['upload', 'download'] as const)(
    'fails at the n-th call of an %s, for every n: the promise holds, and the line says -1, not a code of the server',
    async (direction) => {
      for (let failAt = 1; ; failAt += 1) {
        const place = await moveScene(direction);
        const endpoint = await PARTNERS[name]?.(place);
        const files = failingFiles(nodeFiles, failAt, failAt % 2 === 0 ? 'ENOSPC' : 'EIO');
        const run = await runMove(place, endpoint as Endpoint, 0, testPlatform({ files }));
        await expectPromise(place, run);
        if (files.calls() < failAt) return expect(run.result.succeeded).toBe(1);
        for (const line of run.lines.filter((text) => text.startsWith('1 '))) {
          expect(line, `call ${failAt}`).toBe('1 -1');
        }
      }
    },
  );
});
