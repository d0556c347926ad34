import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { account } from './accounts.js';
import { apr1Hash } from './nginx.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { testKeyFile } from './test-keys.js';
import { loopback, startDaemon, type TestServer } from './test-server.js';
import { unpackedFile } from './unpacked.js';
import { webCertificateFacts, type WebServerOptions } from './web-server-options.js';

const REALM = 'Tallyman';

const MODULES = [
  'mpm_event',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_user',
  'auth_basic',
  'auth_digest',
  'dir',
  'mime',
  'dav',
  'dav_fs',
  'alias',
  'headers',
  'deflate',
  'filter',
  'ssl',
];

/** Starts Apache with mod_dav, Basic or Digest. */
export async function startApache(options: WebServerOptions = {}): Promise<TestServer> {
  const folder = makeServerFolder('apache', { diskBytes: options.diskBytes });
  const digest = createHash('md5').update(`${account.user}:${REALM}:${account.password}`).digest('hex');
  writeFileSync(folder.own('users'), `${account.user}:${apr1Hash}\n`);
  writeFileSync(folder.own('digests'), `${account.user}:${REALM}:${digest}\n`);
  writeFileSync(folder.own('mime.types'), '');
  const config = folder.own('apache.conf');
  const daemon = await startDaemon({
    bundle: 'apache',
    folder,
    logFiles: [folder.own('error.log'), folder.own('access.log')],
    command: (port) => {
      writeFileSync(config, configLines(port, folder, options).join('\n'));
      return {
        program: unpackedFile('apache', 'usr/sbin/apache2'),
        args: ['-D', 'FOREGROUND', '-f', config],
      };
    },
  });
  return {
    ...daemon,
    ...account,
    ...webCertificateFacts(options),
    name: 'Apache',
    host: loopback,
    root: folder.root,
    remoteRoot: '/',
  };
}

function configLines(port: number, folder: ServerFolder, options: WebServerOptions): string[] {
  const { webdav = true } = options;
  return [
    ...MODULES.map(
      (name) =>
        `LoadModule ${name}_module ${unpackedFile('apache', `usr/lib/apache2/modules/mod_${name}.so`)}`,
    ),
    `ServerRoot ${folder.base}`,
    `ServerName localhost:${port}`,
    `Listen ${loopback}:${port}`,
    `PidFile ${folder.own('pid')}`,
    `DefaultRuntimeDir ${folder.own('')}`,
    `ErrorLog ${folder.own('error.log')}`,
    `CustomLog ${folder.own('access.log')} "%h %u \\"%r\\" %>s %b"`,
    `TypesConfig ${folder.own('mime.types')}`,
    // One process: all state of Digest and of locks is in it.
    'StartServers 1',
    'ServerLimit 1',
    'ThreadsPerChild 16',
    'MaxRequestWorkers 16',
    'MinSpareThreads 1',
    'MaxSpareThreads 16',
    'LimitRequestFieldSize 65536',
    'LimitRequestLine 65536',
    'LimitXMLRequestBody 0',
    'AllowEncodedSlashes NoDecode',
    `DavLockDB ${folder.own('locks')}`,
    `DocumentRoot ${folder.root}`,
    ...(options.security === 'tls' ? tlsLines(options) : []),
    `<Directory ${folder.root}>`,
    'Options FollowSymLinks',
    'DirectoryIndex disabled',
    ...(webdav ? ['Dav On', 'DavDepthInfinity Off'] : []),
    ...loginLines(folder, options),
    '</Directory>',
    ...(options.extraConfig ?? []),
    '',
  ];
}

function loginLines(folder: ServerFolder, { login = 'basic' }: WebServerOptions): string[] {
  switch (login) {
    case 'none':
      return ['Require all granted'];
    case 'basic':
      return [
        'AuthType Basic',
        `AuthName ${REALM}`,
        `AuthUserFile ${folder.own('users')}`,
        'Require valid-user',
      ];
    case 'digest':
      return [
        'AuthType Digest',
        `AuthName ${REALM}`,
        'AuthDigestProvider file',
        `AuthUserFile ${folder.own('digests')}`,
        'Require valid-user',
      ];
  }
}

function tlsLines({ certificate = 'valid', clientCertificate = false }: WebServerOptions): string[] {
  return [
    'SSLEngine on',
    `SSLCertificateFile ${testKeyFile(`${certificate}.crt`)}`,
    `SSLCertificateKeyFile ${testKeyFile(`${certificate}.key`)}`,
    ...(clientCertificate
      ? [`SSLCACertificateFile ${testKeyFile('ca.crt')}`, 'SSLVerifyClient require']
      : []),
  ];
}
