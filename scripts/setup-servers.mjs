/**
 * Brings the real servers that the tests talk to, from Debian's packages.
 *
 * The packages are unpacked below .cache/servers/, not installed: Debian's three FTP servers exclude
 * each other, and an installed one would start a daemon on port 21 of the user's machine. Only plain
 * client tools (curl, ssh, openssl, the browser that the report is looked at with, lnav for our format of
 * it, gpg, zip, unzip) are installed, and only where they are missing.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './setup-dependencies.mjs';
import { SetupError, cacheFolder, findProgram, readStamp, run, say } from './setup-support.mjs';

const serversFolder = join(cacheFolder, 'servers');
const stampFile = join(serversFolder, '.stamp');

/**
 * What is unpacked: folder name, the packages wanted, and the files that must be able to run then.
 * The two wrappers let a server see users of its own without a line in the machine's /etc/passwd.
 */
const bundles = [
  {
    name: 'openssh',
    packages: ['openssh-server', 'openssh-sftp-server'],
    programs: ['usr/sbin/sshd', 'usr/lib/openssh/sftp-server'],
  },
  {
    name: 'proftpd',
    packages: ['proftpd-core', 'proftpd-mod-crypto'],
    programs: ['usr/sbin/proftpd', 'usr/lib/proftpd/mod_tls.so'],
  },
  { name: 'vsftpd', packages: ['vsftpd'], programs: ['usr/sbin/vsftpd'] },
  {
    name: 'pure-ftpd',
    packages: ['pure-ftpd', 'pure-ftpd-common'],
    programs: ['usr/sbin/pure-ftpd', 'usr/bin/pure-pw'],
  },
  { name: 'dante', packages: ['dante-server'], programs: ['usr/sbin/danted'] },
  { name: 'microsocks', packages: ['microsocks'], programs: ['usr/bin/microsocks'] },
  { name: 'tinyproxy', packages: ['tinyproxy-bin'], programs: ['usr/bin/tinyproxy'] },
  { name: 'squid', packages: ['squid'], programs: ['usr/sbin/squid', 'usr/lib/squid/basic_ncsa_auth'] },
  { name: 'nginx', packages: ['nginx-light', 'libnginx-mod-http-dav-ext'], programs: ['usr/sbin/nginx'] },
  { name: 'apache', packages: ['apache2-bin'], programs: ['usr/sbin/apache2'] },
  // Its four programs run in one process of Debian's Python: test/servers/s3-swift.py.
  { name: 'swift', packages: ['python3-swift'], programs: [] },
  { name: 'wrappers', packages: ['libnss-wrapper', 'libuid-wrapper'], programs: [] },
];

const tools = [
  { program: 'curl', package: 'curl' },
  { program: 'openssl', package: 'openssl' },
  { program: 'sftp', package: 'openssh-client' },
  { program: 'setpriv', package: 'util-linux' },
  { program: 'chromium', package: 'chromium' },
  { program: 'lnav', package: 'lnav' },
  { program: 'gpg', package: 'gnupg' },
  { program: 'zip', package: 'zip' },
  { program: 'unzip', package: 'unzip' },
];

/** What the benches measure beside Tallyman, and `time`, which tells the memory of each. */
const peers = [
  { program: 'lftp', package: 'lftp' },
  { program: 'rclone', package: 'rclone' },
  { program: 'mawk', package: 'mawk' },
  { program: 'goaccess', package: 'goaccess' },
  { program: 'lnav', package: 'lnav' },
  { program: 'time', package: 'time' },
];

/** A peer that comes by npm; no part of the project depends on it. */
const duckdb = { package: '@duckdb/node-api', version: '1.5.6-r.1' };

export function ensurePeers() {
  ensureDuckdb();
  const missing = peers.filter((peer) => findProgram(peer.program) === undefined);
  if (missing.length === 0) return;
  assertDebian();
  apt(['update'], 'apt-get update');
  install(missing.map((peer) => peer.package));
}

function ensureDuckdb() {
  const folder = join(cacheFolder, 'bench-peers');
  const stamp = join(folder, '.stamp');
  if (readStamp(stamp) === duckdb.version) return;
  const name = `${duckdb.package}@${duckdb.version}`;
  say(`installing ${name} into .cache/bench-peers`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const [program, ...args] = npmCommand();
  run(program, [...args, 'install', '--save-exact', '--no-audit', '--no-fund', name], { cwd: folder });
  writeFileSync(stamp, duckdb.version);
}

export function ensureServers() {
  warnOfMissingRights();
  const missingTools = tools.filter((tool) => findProgram(tool.program) === undefined);
  const missingBundles = bundles.filter((bundle) => !isUnpacked(bundle));
  if (missingTools.length === 0 && missingBundles.length === 0) return;
  assertDebian();
  say('reading the list of Debian packages (apt-get update)');
  for (const line of warnings(apt(['update'], 'apt-get update'))) say(line);
  if (missingTools.length > 0) install(missingTools.map((tool) => tool.package));
  for (const bundle of missingBundles) unpack(bundle);
  writeFileSync(stampFile, recipe());
}

export function assertRoot() {
  if (process.getuid() === 0) return;
  throw new SetupError(
    'the tests start real FTP and SSH servers, which need root to log users in. Run: sudo npm test',
  );
}

/** Rights of root that a container usually withholds, by their bit in the kernel's mask, and who needs them. */
const rareRights = [
  { bit: 2n, name: 'DAC_READ_SEARCH', neededBy: 'Pure-FTPd does not start without it' },
  { bit: 21n, name: 'SYS_ADMIN', neededBy: 'the tests of a full disk mount a small one' },
];

/** Most tests pass without them, so this does not end the set-up; those few will fail, and this says why. */
function warnOfMissingRights() {
  const mask = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0';
  for (const { bit, name, neededBy } of rareRights) {
    if (((BigInt(`0x${mask}`) >> bit) & 1n) === 0n) {
      say(
        `warning: root lacks the right ${name} here (${neededBy}). A container gets it by: --cap-add ${name}`,
      );
    }
  }
}

function assertDebian() {
  if (findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined) return;
  const packages = [...tools.map((tool) => tool.package), ...bundles.flatMap((bundle) => bundle.packages)];
  throw new SetupError(
    `the tests need real servers from Debian's packages, and this machine has no apt-get. Run npm test on Debian 12, or in a container of it; it takes: ${packages.join(', ')}.`,
  );
}

/** apt-get update counts as done even where it could reach nobody; the user should hear of that before the next step fails. */
function warnings(output) {
  return output.split('\n').filter((line) => /^(Err|W):/.test(line));
}

function recipe() {
  return JSON.stringify(bundles);
}

function isUnpacked(bundle) {
  return readStamp(stampFile) === recipe() && existsSync(join(serversFolder, bundle.name));
}

function apt(args, commandForUser) {
  return run('apt-get', ['-q', '-y', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    onFailure: `Once Debian's packages can be reached, this brings it: ${commandForUser}`,
  });
}

function install(packages) {
  say(`installing ${packages.join(', ')}`);
  const args = ['install', '--no-install-recommends', ...packages];
  apt(args, `apt-get update && apt-get ${args.join(' ')}`);
}

/**
 * apt itself works out which libraries this machine lacks for the bundle and downloads them too.
 * The folder gets its final name last, so that a half-unpacked one is never taken for a whole one.
 */
function unpack(bundle) {
  say(`unpacking ${bundle.packages.join(', ')} into .cache/servers/${bundle.name}`);
  const target = join(serversFolder, bundle.name);
  const fresh = `${target}.new`;
  const archives = `${target}.archives`;
  for (const folder of [target, fresh, archives]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(archives, 'partial'), { recursive: true });
  download(bundle.packages, archives);
  for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['--extract', join(archives, file), fresh]);
  }
  for (const program of bundle.programs) assertLoads(fresh, program);
  rmSync(archives, { recursive: true });
  renameSync(fresh, target);
}

/** `--reinstall` brings a package even where the machine already has it; our own copy must not depend on that. */
function download(packages, archives) {
  const sandbox = ['-o', 'APT::Sandbox::User=root', '-o', `Dir::Cache::archives=${archives}`];
  const args = ['install', '--no-install-recommends', '--download-only', '--reinstall', ...packages];
  apt([...sandbox, ...args], 'apt-get update && node scripts/setup.mjs --with-servers');
}

/** A library that apt did not bring would show only in a test, as a server that does not start. */
function assertLoads(folder, program) {
  const path = join(folder, program);
  if (!existsSync(path)) throw new SetupError(`${program} is not in the packages unpacked to ${folder}.`);
  const linked = run('ldd', [path], { env: { LD_LIBRARY_PATH: libraryFolders(folder).join(':') } });
  const missing = linked.split('\n').filter((line) => line.includes('not found'));
  if (missing.length > 0) throw new SetupError(`${program} lacks libraries:\n${missing.join('\n')}`);
}

/** Debian keeps libraries in a folder named after the processor, such as usr/lib/x86_64-linux-gnu. */
function libraryFolders(folder) {
  return ['lib', 'usr/lib']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(path, name)),
    );
}
