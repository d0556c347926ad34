import { printable } from '../../core/printable.js';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import type { HttpAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';

const DEFAULT_TIME_LIMIT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** One HTTP request; a status that is not among `okStatus` (any 2xx when it is empty) is a failure. Its answer is kept. */
export async function performHttpRequest(action: HttpAction, context: ActionContext): Promise<ActionEnd> {
  const { scope, services, signal, isShadow } = context;
  const url = webAddress(scope.text(action.url));
  const shown = `${action.method} ${printable(`${url.origin}${url.pathname}`, 300)}`;
  if (isShadow) return { kind: 'succeeded', text: `would send ${shown}` };
  try {
    const { status, body } = await services.outside.http.send({
      method: action.method,
      url: url.href,
      headers: await headersOf(action, context),
      ...(action.body === undefined ? {} : { body: scope.text(action.body) }),
      timeoutMs: context.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      signal,
    });
    const detail = { status, body };
    if (isOk(status, action)) return { kind: 'succeeded', text: `${shown} answered ${status}`, detail };
    return { kind: 'failed', error: statusError(shown, status), detail };
  } catch (error) {
    return { kind: 'failed', error: asTransferError(error, 'action') };
  }
}

function isOk(status: number, { okStatus }: HttpAction): boolean {
  return okStatus.length === 0 ? status >= 200 && status <= 299 : okStatus.includes(status);
}

/** Values are parts of the URL after its scheme and host; those a rule writes itself. */
function webAddress(text: string): URL {
  const url = URL.parse(text);
  const isWeb = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  if (isWeb && url.username === '' && url.password === '') return url;
  throw new TransferError({
    code: 'LOCATION_INVALID',
    lastCode: -1,
    phase: 'action',
    message: 'the URL of the request must begin with http:// or https:// and hold no password',
  });
}

async function headersOf(
  action: HttpAction,
  { scope, services }: ActionContext,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(action.headers)) headers[name.toLowerCase()] = scope.text(value);
  if (action.bearer !== undefined) {
    headers['authorization'] = `Bearer ${(await services.secretOf(action.bearer)).reveal()}`;
  }
  return headers;
}

function statusError(shown: string, status: number): TransferError {
  return new TransferError({
    code: 'HTTP_STATUS_REFUSED',
    lastCode: status,
    phase: 'action',
    message: `${shown} answered ${status}`,
    // What the server says of itself passes; what it says of the request does not.
    ...(status >= 500 || status === 429 ? { retry: 'transient' as const } : {}),
  });
}
