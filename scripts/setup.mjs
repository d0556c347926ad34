/**
 * Brings a fresh clone to the point where Tallyman runs: packages, build, and with `--with-servers`
 * the real servers that the tests talk to. Everything it does is remembered, so that the next call
 * only looks and returns. What it says goes to stderr, one line per step.
 *
 *   node scripts/setup.mjs                  for `npm start` and `npm run build`
 *   node scripts/setup.mjs --with-servers   for `npm test`
 *   node scripts/setup.mjs --with-servers --with-peers   for `npm run bench`; without the servers for `npm run bench:logs`
 */
import { ensureBuild } from './setup-build.mjs';
import { ensureDependencies } from './setup-dependencies.mjs';
import { assertRoot, ensurePeers, ensureServers } from './setup-servers.mjs';
import { SetupError, assertNodeVersion, underLock } from './setup-support.mjs';
import { ensureTestKeys } from './setup-test-keys.mjs';

const withServers = process.argv.includes('--with-servers');
const withPeers = process.argv.includes('--with-peers');

try {
  assertNodeVersion();
  if (withServers) assertRoot();
  await underLock(async () => {
    ensureDependencies();
    if (withServers) {
      ensureServers();
      ensureTestKeys();
    }
    if (withPeers) ensurePeers();
    await ensureBuild();
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\nset-up failed: ${error.message}\n`);
  process.exitCode = 1;
}
