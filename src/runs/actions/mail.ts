import { basename } from 'node:path';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import type { MailAction } from '../../rules/actions/action.js';
import type { MailSettings } from '../../rules/house-settings.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import type { Mail } from '../run-services.js';

/** Sends one e-mail, or puts its text into the digest that leaves later (`digest: 1h`). */
export async function performMail(action: MailAction, context: ActionContext): Promise<ActionEnd> {
  const { services, signal, isShadow } = context;
  const mail = mailOf(action, context);
  const shown = `"${mail.subject}" to ${mail.to.join(', ')}`;
  if (isShadow) return { kind: 'succeeded', text: `would send ${shown}` };
  try {
    const settings = mailSettings(services.book().mail);
    if (action.digestMs !== undefined) {
      await services.digests.add(mail, action.digestMs);
      return { kind: 'succeeded', text: `put into the digest: ${shown}` };
    }
    const reply = await services.outside.mail.send(mail, settings, signal);
    return { kind: 'succeeded', text: `sent ${shown}; the server said: ${reply}` };
  } catch (error) {
    return { kind: 'failed', error: asTransferError(error, 'action') };
  }
}

function mailOf(action: MailAction, { scope }: ActionContext): Mail {
  const oneLine = (text: string) => scope.text(text).replace(/[\r\n]+/g, ' ');
  return {
    to: action.to.map(oneLine),
    cc: action.cc.map(oneLine),
    subject: oneLine(action.subject),
    text: scope.text(action.text),
    attachments: action.attachments.map((attachment) => {
      const path = scope.location(attachment);
      return { name: basename(path), path };
    }),
  };
}

function mailSettings(settings: MailSettings | undefined): MailSettings {
  if (settings !== undefined) return settings;
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'action',
    message: 'the settings have no mail: section, so nothing can be sent',
    advice: 'Add mail: { host: ..., from: ... } to tallyman.yaml.',
  });
}
