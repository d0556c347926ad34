import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../core/secret.js';
import type { MailSettings } from '../../rules/house-settings.js';
import type { Mail } from '../../runs/run-services.js';
import { TcpDialer } from '../../net/tcp-dialer.js';
import { nodeClock } from './node-clock.js';
import { createNodeMail } from './node-mail.js';
import { nodeFiles } from './node-files.js';

let server: SMTPServer | undefined;
const sender = createNodeMail({
  dialer: new TcpDialer(nodeClock),
  files: nodeFiles,
  secretOf: () => Promise.resolve(new Secret('hush-hush')),
});
const never = new AbortController().signal;

const mail: Mail = {
  to: ['ops@example.com'],
  cc: [],
  subject: 'orders.xml failed',
  text: 'The partner refused it.\n.\nQUIT\n',
  attachments: [],
};

async function serve(options: SMTPServerOptions): Promise<{ settings: MailSettings; received: string[] }> {
  const received: string[] = [];
  const made = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      stream.on('end', () => {
        received.push(text);
        done();
      });
    },
    ...options,
  });
  server = made;
  // A client that goes away is no fault of the server.
  made.on('error', () => undefined);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const { port } = made.server.address() as AddressInfo;
  return {
    settings: { host: '127.0.0.1', port, security: 'none', from: 'tally@example.com', alarmsTo: [] },
    received,
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

afterEach(async () => {
  const open = server;
  server = undefined;
  if (open !== undefined) await new Promise<void>((resolve) => open.close(() => resolve()));
});

describe('e-mail', () => {
  it('arrives whole, whatever its text holds', async () => {
    const { settings, received } = await serve({});
    const reply = await sender.send(mail, settings, never);
    expect(reply).toMatch(/^250/);
    expect(received).toHaveLength(1);
    expect(received[0]).toContain('Subject: orders.xml failed');
    expect(received[0]).toContain('\r\n.\r\nQUIT');
  });

  it('a refusal for good is permanent and says the words of the server', async () => {
    const { settings, received } = await serve({
      onRcptTo: (_address, _session, done) => done(refusal(550, 'no such user here')),
    });
    await expect(sender.send(mail, settings, never)).rejects.toMatchObject({
      code: 'MAIL_FAILED',
      retry: 'permanent',
      lastCode: 550,
      message: expect.stringContaining('no such user here') as string,
    });
    expect(received).toEqual([]);
  });

  it('a refused login is a matter of the login, and the password is in no text', async () => {
    const { settings } = await serve({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refusal(535, 'wrong')),
    });
    const login = { ...settings, user: 'tally', password: { env: 'X' } };
    const error: unknown = await sender.send(mail, login, never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MAIL_FAILED', retry: 'auth' });
    expect(JSON.stringify(error) + String(error)).not.toContain('hush-hush');
  });

  it('a server that is down is worth another try', async () => {
    const { settings } = await serve({});
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(sender.send(mail, settings, never)).rejects.toMatchObject({
      code: 'CONNECT_REFUSED',
      retry: 'transient',
    });
  });

  it('that must be protected is not sent in clear', async () => {
    const { settings, received } = await serve({});
    await expect(sender.send(mail, { ...settings, security: 'starttls' }, never)).rejects.toMatchObject({
      code: 'MAIL_FAILED',
    });
    expect(received).toEqual([]);
  });

  it('a cancel ends the wait at once', async () => {
    const abort = new AbortController();
    const { settings } = await serve({ onMailFrom: () => abort.abort() });
    await expect(sender.send(mail, settings, abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
