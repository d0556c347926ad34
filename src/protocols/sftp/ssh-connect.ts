import type { Clock } from '../../core/clock.js';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { knownKeyTypes, openHostKeyBook, pinMismatch, type HostKeyBook } from './host-keys.js';
import { keyTypeOfBlob } from './known-hosts.js';
import { SessionLife } from './session-life.js';
import type { SftpOptions } from './sftp-options.js';
import { agentSteps } from './ssh-agent-keys.js';
import { algorithmOffer } from './ssh-algorithms.js';
import { keySteps, type LoginStep } from './ssh-login.js';
import { SshTransport } from './ssh-transport.js';

const CONTROL = /[\u0000-\u001f\u007f]/;

/** More types than any server has keys of. */
const MOST_KEY_TYPES = 6;

/** Everything that is the same for each attempt to reach the server. */
interface ConnectPlan {
  readonly options: SftpOptions;
  readonly platform: Platform;
  readonly place: string;
  readonly trace: SessionTrace;
  readonly book: HostKeyBook;
  readonly keySteps: readonly LoginStep[];
  readonly loginNotes: readonly string[];
}

/**
 * Dials, shakes hands, checks the host key and logs in. A fingerprint does not tell its key's type, so a
 * server that shows a key which is not pinned is asked again for its keys of other types, until one matches
 * or none is left; no user name and no secret is sent to it before.
 */
export async function connectSsh(
  options: SftpOptions,
  platform: Platform,
  trace: SessionTrace,
  signal: AbortSignal,
): Promise<SshTransport> {
  const plan = await planConnection(options, platform, trace, signal);
  const shown: Buffer[] = [];
  for (;;) {
    const outcome = await attempt(plan, shown, signal);
    if (outcome instanceof SshTransport) return outcome;
    if (outcome.otherKey !== undefined) shown.push(outcome.otherKey);
    else if (shown.length > 0 && outcome.error.code === 'NO_COMMON_ALGORITHM') throw notPinned(plan, shown);
    else throw outcome.error;
  }
}

async function planConnection(
  options: SftpOptions,
  platform: Platform,
  trace: SessionTrace,
  signal: AbortSignal,
): Promise<ConnectPlan> {
  const place = showPlace(options.host, options.port);
  checkUser(options.user);
  const ownKeys = keySteps(options);
  const agent = await readAgent(options, platform.clock, signal);
  return {
    options,
    platform,
    place,
    trace,
    book: openHostKeyBook(options.trust, options.host, options.port),
    keySteps: [...ownKeys, ...agent.steps],
    loginNotes: agent.notes,
  };
}

interface FailedAttempt {
  readonly error: TransferError;
  /** The key that was shown though it is not pinned; undefined when asking again makes no sense. */
  readonly otherKey: Buffer | undefined;
}

async function attempt(
  plan: ConnectPlan,
  shown: readonly Buffer[],
  signal: AbortSignal,
): Promise<SshTransport | FailedAttempt> {
  const { options, platform, place, book } = plan;
  const offer = algorithmOffer({
    chosen: options.algorithms ?? {},
    legacy: options.legacyAlgorithms,
    knownKeyTypes: knownKeyTypes(book),
    shownKeyTypes: shown.map((key) => keyTypeOfBlob(key) ?? ''),
  });
  if (offer.serverHostKey.length === 0) return { error: notPinned(plan, shown), otherKey: undefined };
  const { host, port, timeoutMs } = options;
  const socket = await platform.dialer.dial({ host, port }, { signal, timeoutMs });
  const transport = new SshTransport({ ...plan, clock: platform.clock, socket, place, offer });
  try {
    await transport.login(signal);
    return transport;
  } catch (thrown) {
    await transport.close();
    const error = asTransferError(thrown, 'connect');
    const mayHaveOthers =
      error.code === 'HOST_KEY_CHANGED' && book.pins.length > 0 && shown.length < MOST_KEY_TYPES;
    return { error, otherKey: mayHaveOthers ? transport.shownKey : undefined };
  }
}

function notPinned({ place, book }: ConnectPlan, shown: readonly Buffer[]): TransferError {
  return new TransferError({
    code: 'HOST_KEY_CHANGED',
    lastCode: 10053,
    phase: 'connect',
    message: `${place}: SSH hand-shake: ${pinMismatch(book, shown)}`,
    sessionLost: true,
  });
}

/** The user name goes into logs and messages as well as over the wire. */
function checkUser(user: string): void {
  if (!CONTROL.test(user)) return;
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `the user name "${printable(user, 120)}" holds a control character`,
  });
}

interface AgentFacts {
  readonly steps: readonly LoginStep[];
  readonly notes: readonly string[];
}

/** An agent that cannot be reached is no reason to fail as long as something else works; a refused login names it. */
async function readAgent(options: SftpOptions, clock: Clock, signal: AbortSignal): Promise<AgentFacts> {
  const { agent, user, timeoutMs } = options;
  if (agent === undefined) return { steps: [], notes: [] };
  const place = `agent ${printable(agent)}`;
  const life = new SessionLife({ clock, timeoutMs, place, destroy: () => undefined });
  try {
    const steps = await life.wait<LoginStep[]>({ phase: 'login', what: 'list keys', signal }, (wait) => {
      agentSteps(agent, user).then(wait.resolve, wait.reject);
    });
    return { steps, notes: steps.length === 0 ? [`the ${place} holds no key`] : [] };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { steps: [], notes: [`the ${place} cannot be used: ${printable(reason)}`] };
  }
}
