import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Dialer } from '../../core/dialer.js';
import type { Files } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import type { Secret } from '../../core/secret.js';
import { cancelledError, TransferError } from '../../core/transfer-error.js';
import type { MailSettings } from '../../rules/house-settings.js';
import type { SecretReference } from '../../rules/triggers/trigger.js';
import type { Mail, MailSender } from '../../runs/run-services.js';

const CONNECT_TIMEOUT_MS = 15_000;
const SILENCE_TIMEOUT_MS = 60_000;

export interface MailParts {
  readonly dialer: Dialer;
  readonly files: Pick<Files, 'readAll'>;
  readonly secretOf: (reference: SecretReference) => Promise<Secret>;
}

/** E-mail by SMTP. A refusal for good (5xx) is permanent, all else worth another try. */
export function createNodeMail(parts: MailParts): MailSender {
  return { send: (mail, settings, signal) => sendMail(mail, settings, signal, parts) };
}

async function sendMail(
  mail: Mail,
  settings: MailSettings,
  signal: AbortSignal,
  parts: MailParts,
): Promise<string> {
  const { host, port } = settings;
  const socket = await parts.dialer.dial({ host, port }, { signal, timeoutMs: CONNECT_TIMEOUT_MS });
  const onAbort = () => socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const transport = await openTransport(settings, socket, parts);
    const { response } = await transport.sendMail({
      from: settings.from,
      to: [...mail.to],
      cc: [...mail.cc],
      subject: mail.subject,
      text: mail.text,
      attachments: mail.attachments.map(({ name, path }) => ({ filename: name, path })),
      disableUrlAccess: true,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return printable(response, 200);
  } catch (error) {
    if (signal.aborted) throw cancelledError(signal, 'action');
    throw error instanceof TransferError ? error : mailError(settings, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

async function openTransport(
  { host, port, security, user, password, ca }: MailSettings,
  socket: Socket,
  parts: MailParts,
) {
  const secret = password === undefined ? undefined : await parts.secretOf(password);
  const caText = ca === undefined ? undefined : await parts.files.readAll(ca);
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    getSocket: (_options, done) => {
      socket.resume();
      done(null, { connection: socket });
    },
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    tls: { minVersion: 'TLSv1.2', ...(caText === undefined ? {} : { ca: caText.toString('utf8') }) },
    ...(user === undefined ? {} : { auth: { user, pass: secret?.reveal() ?? '' } }),
  });
}

function mailError({ host, port }: MailSettings, error: unknown): TransferError {
  const { responseCode, code, response } = error as {
    readonly responseCode?: number;
    readonly code?: string;
    readonly response?: string;
  };
  const isRefusedForGood = responseCode !== undefined && responseCode >= 500;
  const reason = response ?? code ?? 'unknown cause';
  return new TransferError({
    code: 'MAIL_FAILED',
    lastCode: responseCode ?? -1,
    phase: 'action',
    message: `the mail server ${host}:${port} did not take the mail: ${printable(reason, 200)}`,
    ...(response === undefined ? {} : { reply: printable(response, 500) }),
    ...(code === 'EAUTH'
      ? { retry: 'auth' as const }
      : isRefusedForGood
        ? { retry: 'permanent' as const }
        : {}),
    cause: error,
  });
}
