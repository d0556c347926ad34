import { mkdirSync, writeFileSync } from 'node:fs';
import { account } from './accounts.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { testKeyFile } from './test-keys.js';
import { loopback, startDaemon, type TestServer } from './test-server.js';
import { unpackedFile } from './unpacked.js';
import { webCertificateFacts, type WebServerOptions } from './web-server-options.js';

/** The account's password as `openssl passwd -apr1 -salt tallyman` gives it. */
export const apr1Hash = '$apr1$tallyman$T2k.HXGPK.hvGBQJs6Y8P/';

/** Starts nginx with its two WebDAV modules. It has no Digest. */
export async function startNginx(options: WebServerOptions = {}): Promise<TestServer> {
  const folder = makeServerFolder('nginx', { diskBytes: options.diskBytes });
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(folder.own(name));
  writeFileSync(folder.own('users'), `${account.user}:${apr1Hash}\n`);
  const config = folder.own('nginx.conf');
  const daemon = await startDaemon({
    bundle: 'nginx',
    folder,
    logFiles: [folder.own('error.log'), folder.own('access.log')],
    command: (port) => {
      writeFileSync(config, configText(port, folder, options));
      return {
        program: unpackedFile('nginx', 'usr/sbin/nginx'),
        args: ['-p', folder.base, '-e', folder.own('error.log'), '-c', config],
      };
    },
  });
  return {
    ...daemon,
    ...account,
    ...webCertificateFacts(options),
    name: 'nginx',
    host: loopback,
    root: folder.root,
    remoteRoot: '/',
  };
}

function configText(port: number, folder: ServerFolder, options: WebServerOptions): string {
  const { security = 'none', login = 'basic', webdav = true } = options;
  const module = unpackedFile('nginx', 'usr/lib/nginx/modules/ngx_http_dav_ext_module.so');
  return `
    load_module ${module};
    user root root;
    worker_processes 1;
    daemon off;
    pid ${folder.own('pid')};
    events { worker_connections 256; }
    http {
      access_log ${folder.own('access.log')};
      ${['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name === 'body' ? 'client_body' : name}_temp_path ${folder.own(name)};`)
        .join('\n')}
      server {
        listen ${loopback}:${port}${security === 'tls' ? ' ssl' : ''};
        server_name localhost;
        client_max_body_size 0;
        root ${folder.root};
        autoindex on;
        ${security === 'tls' ? tlsText(options) : ''}
        location / {
          ${login === 'none' ? '' : `auth_basic Tallyman; auth_basic_user_file ${folder.own('users')};`}
          dav_methods PUT DELETE${webdav ? ' MKCOL COPY MOVE' : ''};
          ${webdav ? 'dav_ext_methods PROPFIND OPTIONS;' : ''}
          dav_access user:rw group:r all:r;
        }
        ${(options.extraConfig ?? []).join('\n')}
      }
    }
  `;
}

function tlsText({ certificate = 'valid', clientCertificate = false }: WebServerOptions): string {
  return `
    ssl_certificate ${testKeyFile(`${certificate}.crt`)};
    ssl_certificate_key ${testKeyFile(`${certificate}.key`)};
    ${clientCertificate ? `ssl_client_certificate ${testKeyFile('ca.crt')}; ssl_verify_client on;` : ''}
  `;
}
