import type { X509Certificate } from 'node:crypto';
import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { WSAECONNABORTED } from '../../core/winsock.js';
import { bearsName, publicKeyPin } from '../../net/tls-certificate.js';
import type { TlsLook } from '../../net/tls-look.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { certificateNameOf } from '../../protocols/partner-options.js';
import type { SeenHostKey, SshLook } from '../../protocols/server-look.js';
import { certificateFacts, namesOf, partyOf } from '../certificate-facts.js';
import type { ProbeSession } from './probe-session.js';
import type { ProbeFindings } from './probe-step.js';

const DAY_MS = 86_400_000;
/** Enough time for a partner to send the next certificate around. */
const SOON_DAYS = 30;
const MOST_GREETING_LINES = 3;

/** What the server says first. */
export async function readGreeting(session: ProbeSession): Promise<ProbeFindings> {
  const { greeting, loginMethods, failure } = await session.look();
  if (greeting === undefined) throw silentAdvice(failure ?? nothingSeen(session));
  const { text, elapsedMs } = greeting;
  return {
    verdict: 'ok',
    lines: text.split('\n').slice(0, MOST_GREETING_LINES),
    facts: { greeting: text, loginMethods },
    elapsedMs,
  };
}

/** Who waits for the first word waits for no data connection. */
function silentAdvice(failure: TransferError): TransferError {
  if (failure.code !== 'TIMEOUT') return failure;
  return failure.with({
    advice:
      'Something takes the connection and says nothing: check that the port is right for this protocol, and ask for a firewall or load balancer on the way.',
  });
}

/** The certificate, and what would be said of it. */
export async function checkTls(session: ProbeSession): Promise<ProbeFindings> {
  const { tls, failure } = await session.look();
  if (tls === undefined) throw failure ?? nothingSeen(session);
  const nowMs = session.platform.clock.now();
  const [certificate] = tls.chain;
  const lines = [
    `${tls.version}, ${tls.cipher}`,
    ...(certificate ? certificateLines(certificate, nowMs) : []),
  ];
  const facts = {
    version: tls.version,
    cipher: tls.cipher,
    standing: standingOf(tls),
    chain: tls.chain.map(certificateFacts),
  };
  const common = { lines: [...lines, standingLine(tls)], facts, elapsedMs: tls.elapsedMs };
  if (tls.problem !== undefined) {
    return {
      verdict: 'failed',
      ...common,
      error: notTrusted(session, tls),
      remedy: certificateRemedy(session, certificate),
    };
  }
  const remedy = certificate && timeRemedy(certificate, nowMs);
  return remedy === undefined ? { verdict: 'ok', ...common } : { verdict: 'warning', ...common, remedy };
}

function certificateLines(certificate: X509Certificate, nowMs: number): readonly string[] {
  const days = daysLeft(certificate, nowMs);
  const validity = isOver(certificate, nowMs) ? `expired ${inDays(days)} ago` : `${inDays(days)} left`;
  return [
    `certificate of ${partyOf(certificate.subject)}, issued by ${partyOf(certificate.issuer)}`,
    `for ${namesOf(certificate).join(', ') || 'no name'}; until ${dayOf(certificate.validTo)}, ${validity}`,
    `public key ${publicKeyPin(certificate)}`,
  ];
}

function standingOf({ isPinned, problem }: TlsLook): 'pinned' | 'trusted' | 'refused' {
  if (problem !== undefined) return 'refused';
  return isPinned ? 'pinned' : 'trusted';
}

function standingLine(tls: TlsLook): string {
  if (tls.problem !== undefined) return `refused: ${tls.problem}`;
  return tls.isPinned ? 'its key is pinned' : 'signed by a CA that is trusted here';
}

function notTrusted(session: ProbeSession, { problem, chain }: TlsLook): TransferError {
  const { host, port } = session.options;
  const pin = chain[0] === undefined ? '' : `; its public key is ${publicKeyPin(chain[0])}`;
  return new TransferError({
    code: 'CERTIFICATE_REJECTED',
    lastCode: WSAECONNABORTED,
    phase: 'tls',
    message: `${showPlace(host, port)}: the server's certificate is refused: ${problem}${pin}`,
  });
}

/** What helps with a certificate that is not trusted. */
function certificateRemedy(session: ProbeSession, certificate: X509Certificate | undefined): string {
  const { options, platform } = session;
  if (certificate !== undefined && isOver(certificate, platform.clock.now())) {
    return 'Ask the partner to renew the certificate.';
  }
  if (certificate !== undefined && !bearsName(certificate, certificateNameOf(options))) {
    return 'Use a host name that the certificate is for; if the partner confirms it as it is, give that name as tls: { serverName }.';
  }
  return trustAdvice(session, 'certificate');
}

function timeRemedy(certificate: X509Certificate, nowMs: number): string | undefined {
  if (isOver(certificate, nowMs)) {
    return 'The certificate has expired; only the pin lets it in. Ask the partner for their next one.';
  }
  const days = daysLeft(certificate, nowMs);
  if (days >= SOON_DAYS) return undefined;
  return `Ask the partner for their next certificate: this one ends in ${inDays(days)}.`;
}

function isOver({ validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validTo) < nowMs;
}

/** Whole days to its end, or since. */
function daysLeft({ validTo }: X509Certificate, nowMs: number): number {
  return Math.trunc((Date.parse(validTo) - nowMs) / DAY_MS);
}

function inDays(days: number): string {
  return counted(Math.abs(days), 'day');
}

function dayOf(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? printable(text, 60) : new Date(ms).toISOString().slice(0, 10);
}

/** Algorithms and the host key, and what would be said of it. */
export async function checkSsh(session: ProbeSession): Promise<ProbeFindings> {
  const { ssh, failure } = await session.look();
  if (ssh === undefined) throw failure ?? nothingSeen(session);
  const { hostKeys, elapsedMs } = ssh;
  const trusted = hostKeys.find(({ standing }) => standing === 'pinned' || standing === 'known');
  const common = {
    lines: [...hostKeyLines(trusted === undefined ? hostKeys : [trusted]), agreedLine(ssh)],
    details: offerLines(ssh),
    facts: { ...ssh },
    elapsedMs,
  };
  if (trusted === undefined) {
    const error = keyError(session, hostKeys);
    return { verdict: 'failed', ...common, error, remedy: trustAdvice(session, 'key') };
  }
  const remedy = algorithmRemedy(ssh);
  return remedy === undefined ? { verdict: 'ok', ...common } : { verdict: 'warning', ...common, remedy };
}

function hostKeyLines(hostKeys: readonly SeenHostKey[]): readonly string[] {
  const changed = hostKeys.find(({ standing }) => standing === 'changed');
  return [...hostKeys.map(hostKeyLine), ...(changed?.instead ?? []).map((key) => `instead of ${key}`)];
}

function hostKeyLine({ type, fingerprint, standing, place }: SeenHostKey): string {
  const key = `host key ${type} ${fingerprint}`;
  switch (standing) {
    case 'pinned':
      return `${key}, pinned`;
    case 'known':
      return `${key}, known by ${place}`;
    case 'unknown':
      return `${key}, not known here`;
    case 'changed':
      return `${key}, not the one that is trusted`;
    case 'revoked':
      return `${key}, revoked: never connect to whoever shows it`;
  }
}

function agreedLine({ agreed }: SshLook): string {
  const mac = agreed.hmac === '' ? '' : `, ${agreed.hmac}`;
  return `agreed on ${agreed.kex}, ${agreed.cipher}${mac}`;
}

function offerLines({ ours, theirs, strictKeyExchange }: SshLook): readonly string[] {
  const list = (names: readonly string[]) => printable(names.join(' '), 2000);
  return [
    ...(['kex', 'serverHostKey', 'cipher', 'hmac'] as const).flatMap((kind) => [
      `${kind}, ours: ${list(ours[kind])}`,
      `${kind}, theirs: ${list(theirs[kind])}`,
    ]),
    `strict key exchange: ${strictKeyExchange ? 'yes' : 'no'}`,
  ];
}

const CODES = {
  unknown: 'HOST_KEY_UNKNOWN',
  changed: 'HOST_KEY_CHANGED',
  revoked: 'HOST_KEY_REVOKED',
  pinned: 'UNEXPECTED',
  known: 'UNEXPECTED',
} as const;

/** As a session would fail: a revoked key weighs most, then one that is not the known one. */
function keyError(session: ProbeSession, hostKeys: readonly SeenHostKey[]): TransferError {
  const { host, port } = session.options;
  const worst =
    hostKeys.find(({ standing }) => standing === 'revoked') ??
    hostKeys.find(({ standing }) => standing === 'changed') ??
    hostKeys[0];
  return new TransferError({
    code: CODES[worst?.standing ?? 'unknown'],
    lastCode: WSAECONNABORTED,
    phase: 'connect',
    message: `${showPlace(host, port)}: SSH hand-shake: ${worst?.reason ?? 'the server showed no key'}`,
  });
}

function trustAdvice({ subject }: ProbeSession, what: string): string {
  return `Compare the ${what} with the partner by telephone or letter, then: tally connections trust ${subject.label}`;
}

/** SHA-1 signatures and exchanges, CBC, MD5: RFC 9142, RFC 8758. */
const OLD = /-sha1$|^ssh-(rsa|dss)$|-cbc$|md5|-96$/;

function algorithmRemedy({ agreed, strictKeyExchange }: SshLook): string | undefined {
  const old = [agreed.kex, agreed.serverHostKey, agreed.cipher].filter((name) => OLD.test(name));
  if (old.length > 0) return `Ask the partner for newer algorithms than ${old.join(', ')}.`;
  const isOpen = agreed.cipher.startsWith('chacha20') || agreed.cipher.endsWith('-cbc');
  if (strictKeyExchange || !isOpen) return undefined;
  return 'Ask the partner for an SSH server with strict key exchange (CVE-2023-48795).';
}

/** A look that ends without a word and without a failure would be a fault of ours. */
function nothingSeen({ options: { host, port } }: ProbeSession): TransferError {
  return new TransferError({
    code: 'UNEXPECTED',
    lastCode: -1,
    phase: 'connect',
    message: `${showPlace(host, port)}: nothing was seen`,
  });
}
