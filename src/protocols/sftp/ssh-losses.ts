import { printable } from '../../core/printable.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNABORTED, WSAECONNRESET } from '../../core/winsock.js';
import { socketError } from '../../net/socket-errors.js';
import { offerGap, type ServerHello } from './server-hello.js';
import { STATUS_CONNECTION_LOST, STATUS_TIMED_OUT, type Loss } from './session-life.js';
import { SFTP_STATUS } from './sftp-errors.js';
import { LEGACY_ALGORITHMS, SAFE_ALGORITHMS, type AlgorithmOffer } from './ssh-algorithms.js';
import type { LoginPlan } from './ssh-login.js';

/** How far a connection had come when it ended. */
export interface Progress {
  /** The login succeeded. */
  readonly stands: boolean;
  readonly hello: ServerHello;
  readonly offer: AlgorithmOffer;
  readonly plan: LoginPlan;
}

/** SSH_MSG_DISCONNECT reasons: RFC 4253 section 11.1. */
const DISCONNECT_TOO_MANY_CONNECTIONS = 12;
const DISCONNECT_NO_MORE_AUTH_METHODS = 14;

const SFTP_VERSION = 3;

/** Table C: undefined or unknown. */
const STATUS_UNKNOWN = -1;
const LOGIN_REFUSED = SFTP_STATUS.permissionDenied;

/** The socket failed. */
export function socketLoss(error: Error, { stands }: Progress): Loss {
  const facts = socketError(error, { phase: 'connect', place: '' });
  const reason = printable((error as NodeJS.ErrnoException).code ?? error.message);
  return stands
    ? { code: 'CONNECTION_LOST', lastCode: STATUS_CONNECTION_LOST, reason, cause: error }
    : { code: facts.code, lastCode: facts.lastCode, reason, cause: error };
}

/** The socket closed, and nobody said why. */
export function closedLoss(progress: Progress): Loss {
  if (progress.stands) {
    return {
      code: 'CONNECTION_LOST',
      lastCode: STATUS_CONNECTION_LOST,
      reason: 'the server closed the connection',
    };
  }
  return (
    noCommonAlgorithm(progress) ??
    notSsh(progress.hello) ??
    closedInLogin(progress.plan) ?? {
      code: 'CONNECTION_LOST',
      lastCode: WSAECONNRESET,
      reason:
        progress.hello.version === undefined
          ? 'the server closed the connection without a word'
          : 'the server closed the connection before the login was done',
    }
  );
}

/** Some servers close after the last attempt that they allow instead of answering. */
function closedInLogin(plan: LoginPlan): Loss | undefined {
  return plan.wasRefused ? loginLoss(plan, 'and closed the connection') : undefined;
}

/** The server said goodbye with SSH_MSG_DISCONNECT. */
export function disconnectLoss(reason: number, text: string, progress: Progress): Loss {
  const reply = printable(text);
  const words = `the server ended the session${reply === '' ? ` (reason ${reason})` : `: ${reply}`}`;
  const lastCode = progress.stands ? STATUS_CONNECTION_LOST : WSAECONNRESET;
  if (reason === DISCONNECT_TOO_MANY_CONNECTIONS) {
    return { code: 'TOO_MANY_CONNECTIONS', lastCode, reason: words, reply };
  }
  if (!progress.stands && (progress.plan.wasRefused || reason === DISCONNECT_NO_MORE_AUTH_METHODS)) {
    return { ...loginLoss(progress.plan, `and said "${reply}"`), reply };
  }
  return { code: 'CONNECTION_LOST', lastCode, reason: words, reply };
}

/** ssh2 gave up on what the server sent. */
export function streamLoss(error: Error, progress: Progress): Loss {
  const words = printable(error.message);
  // ssh2 trips over some malformed SFTP packets (a length of 2^31 or more, a status where names are due).
  if (progress.stands && error instanceof TypeError) return malformedLoss(error);
  if (progress.stands) {
    return {
      code: 'CONNECTION_LOST',
      lastCode: STATUS_CONNECTION_LOST,
      reason: `the SSH stream is damaged: ${words}`,
      cause: error,
    };
  }
  return (
    noCommonAlgorithm(progress) ??
    notSsh(progress.hello) ?? {
      code: 'PROTOCOL_VIOLATION',
      lastCode: WSAECONNABORTED,
      reason: `the SSH hand-shake failed: ${words}`,
      cause: error,
    }
  );
}

/** Keep-alive messages stayed without an answer. */
export function silentLoss(progress: Progress): Loss {
  return {
    code: 'TIMEOUT',
    lastCode: progress.stands ? STATUS_TIMED_OUT : EFT_INTERNAL_TIMEOUT,
    reason: 'no answer to keep-alive messages',
  };
}

/** The server spoke, but not SSH; undefined when it did speak SSH, or nothing at all. */
export function notSsh(hello: ServerHello): Loss | undefined {
  if (hello.version !== undefined && /^SSH-(2\.0|1\.99)-/.test(hello.version)) return undefined;
  const said = hello.version ?? hello.greeting;
  if (said === '') return undefined;
  const line = said.split('\n', 1)[0] ?? '';
  return {
    code: 'PROTOCOL_VIOLATION',
    lastCode: WSAECONNABORTED,
    reason: `this is no SSH server: it said "${printable(line.trim(), 120)}"`,
    reply: printable(said),
    // RFC 4253, section 4.2 lets an overloaded SSH server say so in plain text and close ("Exceeded MaxStartups").
    retry: 'transient',
  };
}

/** Both offers by name, when they share nothing. */
function noCommonAlgorithm({ hello, offer }: Progress): Loss | undefined {
  const gap = hello.offer === undefined ? undefined : offerGap(offer, hello.offer);
  if (gap === undefined) return undefined;
  const theirs = printable(gap.theirs.join(', '));
  return {
    code: 'NO_COMMON_ALGORITHM',
    lastCode: WSAECONNABORTED,
    reason: `no common ${gap.what} algorithm; the server offers ${theirs}; we offer ${gap.ours.join(', ')}`,
    advice: bridgeAdvice(gap.theirs),
  };
}

/** Which setting would let the two sides speak, and what it costs. */
function bridgeAdvice(theirs: readonly string[]): string {
  const safe = theirs.filter((name) => Object.values(SAFE_ALGORITHMS).flat().includes(name));
  if (safe.length > 0)
    return `Add ${safe.join(', ')} to this connection's algorithms, or leave them out there.`;
  const old = theirs.filter((name) => LEGACY_ALGORITHMS.includes(name));
  return old.length === 0
    ? 'Ask the partner to offer a current algorithm: none of theirs is known here.'
    : `Ask the partner to offer a current algorithm; legacyAlgorithms: [${old.join(', ')}] for this connection allows theirs, which can be broken.`;
}

/** The server refused who we are. `ending` says what else it did. */
export function loginLoss(plan: LoginPlan, ending = '', notes: readonly string[] = []): Loss {
  const tried =
    plan.tried.length === 0 ? 'nothing that it takes could be tried' : `tried ${plan.tried.join(', ')}`;
  const offers = plan.offered.length === 0 ? [] : [`the server offers ${printable(plan.offered.join(', '))}`];
  const refused = ['the server refused the login', ending].filter(Boolean).join(' ');
  return {
    code: 'AUTH_REJECTED',
    lastCode: LOGIN_REFUSED,
    reason: [refused, tried, ...offers, ...notes].join('; '),
  };
}

/** The SFTP channel ended while the connection stands, as when the server's SFTP program crashed. */
export function channelEndLoss(cause: unknown): Loss {
  return {
    code: 'CONNECTION_LOST',
    lastCode: STATUS_CONNECTION_LOST,
    reason: 'the server ended the SFTP session',
    cause,
  };
}

function malformedLoss(cause: Error): Loss {
  return {
    code: 'PROTOCOL_VIOLATION',
    lastCode: SFTP_STATUS.badMessage,
    reason: 'the server sent a packet that cannot be understood',
    cause,
  };
}

/** We offer version 3, and a server answers with that or a lower one; ssh2 takes any. */
export function versionLoss(version: number): Loss | undefined {
  if (version === SFTP_VERSION) return undefined;
  return {
    code: 'PROTOCOL_VIOLATION',
    lastCode: SFTP_STATUS.badMessage,
    reason: `the server answered with version ${version} of SFTP, and only ${SFTP_VERSION} is spoken here`,
  };
}

/** SFTP could not be started, or its packets cannot be understood. */
export function sftpLoss(error: Error & { level?: string }): Loss {
  const words = printable(error.message);
  if (error.level === 'sftp-protocol') {
    return {
      code: 'PROTOCOL_VIOLATION',
      lastCode: SFTP_STATUS.badMessage,
      reason: `the server does not speak SFTP as agreed: ${words}`,
      advice:
        'Often a login script on the server prints text; ask the partner to keep it silent for this account.',
      cause: error,
    };
  }
  return {
    code: 'UNSUPPORTED',
    lastCode: STATUS_UNKNOWN,
    reason: `the login was taken, but no SFTP session could be started: ${words}`,
    advice: 'Ask the partner to enable the SFTP subsystem for this account.',
    cause: error,
  };
}
