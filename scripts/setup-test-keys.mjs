/**
 * Makes the certificates and SSH keys of the test servers, in .cache/test-keys/. They are made on
 * each machine and never committed: a private key in a repository is one that somebody will trust.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, readStamp, run, say } from './setup-support.mjs';

const keysFolder = join(cacheFolder, 'test-keys');

/** The passphrase of every key whose name ends in -locked. test/servers/test-keys.ts knows it too. */
const passphrase = 'open sesame';

const localNames = 'DNS:localhost,IP:127.0.0.1,IP:::1';
const inForce = { from: '20240101000000Z', until: '20440101000000Z' };
const certificates = [
  { name: 'valid', names: localNames, ...inForce },
  { name: 'wrong-name', names: 'DNS:partner.example', ...inForce },
  { name: 'expired', names: localNames, from: '20200101000000Z', until: '20200201000000Z' },
];

const sshKeys = [
  ...['ed25519', 'rsa', 'ecdsa'].map((type) => ({ name: `host-${type}`, type })),
  { name: 'host-other-ed25519', type: 'ed25519' },
  ...['ed25519', 'rsa', 'ecdsa'].map((type) => ({ name: `client-${type}`, type })),
  { name: 'client-ed25519-locked', type: 'ed25519', locked: true },
  { name: 'client-rsa-pem-locked', type: 'rsa', locked: true, format: 'PEM' },
  { name: 'client-stranger', type: 'ed25519' },
];

export function ensureTestKeys() {
  const recipe = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex');
  if (readStamp(join(keysFolder, '.stamp')) === recipe) return;
  say('making certificates and keys for the test servers');
  const fresh = `${keysFolder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  makeAuthority(fresh);
  for (const certificate of certificates) makeCertificate(fresh, certificate);
  makeSelfSigned(fresh);
  for (const key of sshKeys) makeSshKey(fresh, key);
  writeFileSync(join(fresh, '.stamp'), recipe);
  rmSync(keysFolder, { recursive: true, force: true });
  renameSync(fresh, keysFolder);
}

const newKey = ['-newkey', 'rsa:2048', '-nodes', '-sha256'];

function openssl(folder, args) {
  run('openssl', args, { cwd: folder });
}

/** `openssl ca` is the one way, in all versions of openssl, to give a certificate dates in the past. */
function makeAuthority(folder) {
  const config = [
    '[ca]\ndefault_ca = authority',
    '[authority]\nnew_certs_dir = .\ndatabase = index.txt\ndefault_md = sha256\npolicy = any',
    'rand_serial = yes\nunique_subject = no\ncopy_extensions = copy',
    '[any]\ncommonName = supplied',
    '[req]\ndistinguished_name = name\n[name]\n',
  ];
  writeFileSync(join(folder, 'openssl.cnf'), config.join('\n'));
  writeFileSync(join(folder, 'index.txt'), '');
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl(folder, [
    ...['req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '7300'],
    ...['-config', 'openssl.cnf', '-subj', '/CN=Tallyman test authority'],
    ...extensions.flatMap((extension) => ['-addext', extension]),
  ]);
}

function makeCertificate(folder, { name, names, from, until }) {
  openssl(folder, [
    ...['req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    ...['-config', 'openssl.cnf', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`],
  ]);
  openssl(folder, [
    ...['ca', '-batch', '-notext', '-config', 'openssl.cnf', '-cert', 'ca.crt', '-keyfile', 'ca.key'],
    ...['-startdate', from, '-enddate', until, '-in', `${name}.csr`, '-out', `${name}.crt`],
  ]);
  joinPem(folder, name);
}

function makeSelfSigned(folder) {
  openssl(folder, [
    ...['req', '-x509', ...newKey, '-keyout', 'self-signed.key', '-out', 'self-signed.crt', '-days', '7300'],
    ...['-config', 'openssl.cnf', '-subj', '/CN=self-signed', '-addext', `subjectAltName=${localNames}`],
  ]);
  joinPem(folder, 'self-signed');
}

/** Pure-FTPd wants key and certificate in one file. */
function joinPem(folder, name) {
  const [key, certificate] = ['key', 'crt'].map((kind) =>
    readFileSync(join(folder, `${name}.${kind}`), 'utf8'),
  );
  writeFileSync(join(folder, `${name}.pem`), key + certificate, { mode: 0o600 });
}

function makeSshKey(folder, { name, type, locked = false, format = 'RFC4716' }) {
  const secret = locked ? passphrase : '';
  run('ssh-keygen', ['-q', '-t', type, '-m', format, '-N', secret, '-C', name, '-f', join(folder, name)]);
}
