import type { Socket } from 'node:net';
import ssh2, { type Algorithms, type Client, type NegotiatedAlgorithms } from 'ssh2';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { asTransferError } from '../../core/transfer-error.js';
import { showPlace } from '../../net/tcp-dialer.js';
import type { LookOptions, SeenHostKey, ServerLook, SshLook } from '../server-look.js';
import { fingerprint, judgeHostKey, knownKeyTypes, openHostKeyBook, type HostKeyBook } from './host-keys.js';
import { keyTypeOfBlob } from './known-hosts.js';
import { ServerHelloReader, type ServerHello } from './server-hello.js';
import { SessionLife, type Wait } from './session-life.js';
import type { SftpOptions } from './sftp-options.js';
import { algorithmOffer, type AlgorithmOffer } from './ssh-algorithms.js';
import { LoginPlan } from './ssh-login.js';
import * as losses from './ssh-losses.js';
import { STRICT_MARK } from './ssh-negotiated.js';

/** More types than any server has keys of. */
const MOST_KEY_TYPES = 6;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The version, the algorithms and the host keys of an SSH server: one connection for each type of key, each ended
 * before a user is named.
 */
export async function lookAtSsh(
  options: SftpOptions,
  platform: Platform,
  { signal, allHostKeys }: LookOptions,
): Promise<ServerLook> {
  const look: Mutable<ServerLook> = {};
  const book = openHostKeyBook(options.trust, options.host, options.port);
  const startedMs = platform.clock.monotonicMs();
  const elapsed = () => platform.clock.monotonicMs() - startedMs;
  const shown: Buffer[] = [];
  try {
    for (let left = offerFor(options, book, shown); left !== undefined;) {
      const seen = await shakeHands(options, platform, left, signal, (hello) => {
        look.greeting ??= { text: printable(hello.version ?? ''), elapsedMs: elapsed() };
      });
      shown.push(seen.key);
      const hostKeys = [...(look.ssh?.hostKeys ?? []), judge(book, seen.key)];
      look.ssh = { ...(look.ssh ?? factsOf(seen, left)), hostKeys, elapsedMs: elapsed() };
      const isTrusted = hostKeys.some(({ standing }) => standing === 'pinned' || standing === 'known');
      if (isTrusted && !allHostKeys) break;
      left = offerFor(options, book, shown, seen.hello.offer);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    look.failure = asTransferError(error, 'connect');
  }
  return look;
}

/** What to ask for next; undefined when the server has no key that it did not show. */
function offerFor(
  options: SftpOptions,
  book: HostKeyBook,
  shown: readonly Buffer[],
  theirs?: AlgorithmOffer,
): AlgorithmOffer | undefined {
  if (shown.length >= MOST_KEY_TYPES) return undefined;
  const shownKeyTypes = shown.map((key) => keyTypeOfBlob(key) ?? '');
  const ours = algorithmOffer({
    chosen: options.algorithms ?? {},
    legacy: options.legacyAlgorithms,
    knownKeyTypes: knownKeyTypes(book),
    shownKeyTypes,
  });
  if (theirs === undefined) return ours;
  const hasMore = ours.serverHostKey.some((algorithm) => theirs.serverHostKey.includes(algorithm));
  return hasMore ? ours : undefined;
}

function judge(book: HostKeyBook, key: Buffer): SeenHostKey {
  const verdict = judgeHostKey(book, key);
  const facts = { type: printable(keyTypeOfBlob(key) ?? 'unknown'), fingerprint: fingerprint(key) };
  if (verdict.kind === 'refused') {
    return { ...facts, standing: STANDINGS[verdict.code], instead: insteadOf(book), reason: verdict.reason };
  }
  if (book.pins.length > 0) return { ...facts, standing: 'pinned', instead: [], reason: '' };
  const place = book.known.find((entry) => entry.key.equals(key))?.place;
  return { ...facts, standing: 'known', place, instead: [], reason: '' };
}

const STANDINGS = {
  HOST_KEY_UNKNOWN: 'unknown',
  HOST_KEY_CHANGED: 'changed',
  HOST_KEY_REVOKED: 'revoked',
} as const;

function insteadOf({ pins, known }: HostKeyBook): readonly string[] {
  if (pins.length > 0) return pins.map((pin) => `${printable(pin, 80)}, pinned`);
  return known.map(({ key, place }) => `${fingerprint(key)}, known by ${place}`);
}

interface Handshake {
  readonly hello: ServerHello;
  readonly key: Buffer;
  readonly negotiated: NegotiatedAlgorithms;
}

function factsOf({ hello, negotiated }: Handshake, ours: AlgorithmOffer): Omit<SshLook, 'hostKeys'> {
  const theirs = hello.offer ?? { kex: [], serverHostKey: [], cipher: [], hmac: [] };
  return {
    version: printable(hello.version ?? ''),
    agreed: {
      kex: negotiated.kex,
      serverHostKey: negotiated.serverHostKey,
      cipher: negotiated.cs.cipher,
      hmac: negotiated.cs.mac,
    },
    ours,
    theirs,
    strictKeyExchange: theirs.kex.includes(STRICT_MARK),
  };
}

/** One connection up to the point where a session would name its user. */
async function shakeHands(
  options: SftpOptions,
  platform: Platform,
  offer: AlgorithmOffer,
  signal: AbortSignal,
  onHello: (hello: ServerHello) => void,
): Promise<Handshake> {
  const { host, port, timeoutMs } = options;
  const socket = await platform.dialer.dial({ host, port }, { signal, timeoutMs });
  const hello = new ServerHelloReader();
  const progress = () => ({
    stands: false,
    hello: hello.read(),
    offer,
    plan: new LoginPlan('', []),
  });
  const life = new SessionLife({
    clock: platform.clock,
    timeoutMs,
    place: showPlace(host, port),
    destroy: () => socket.destroy(),
    explainTimeout: () => losses.notSsh(hello.read()),
  });
  const listen = (chunk: Buffer) => {
    if (!hello.push(chunk)) socket.removeListener('data', listen);
    if (hello.read().version !== undefined) onHello(hello.read());
  };
  socket.on('data', listen);
  try {
    return await life.wait<Handshake>({ phase: 'connect', what: 'SSH hand-shake', signal }, (wait) =>
      startClient({ socket, offer, options, wait, hello, life, progress }),
    );
  } finally {
    socket.destroy();
  }
}

interface ClientFacts {
  readonly socket: Socket;
  readonly offer: AlgorithmOffer;
  readonly options: SftpOptions;
  readonly wait: Wait<Handshake>;
  readonly hello: ServerHelloReader;
  readonly life: SessionLife;
  readonly progress: () => losses.Progress;
}

/** The key is taken as it comes, because nothing follows it: the hand-shake proves that the server holds it. */
function startClient({ socket, offer, options, wait, hello, life, progress }: ClientFacts): void {
  const client: Client = new ssh2.Client();
  let key: Buffer | undefined;
  socket.on('error', (error: Error) => life.lose(losses.socketLoss(error, progress())));
  socket.on('close', () => life.lose(losses.closedLoss(progress())));
  client
    .on('error', (error) => life.lose(losses.streamLoss(error, progress())))
    .on('handshake', (negotiated) => {
      if (key !== undefined) wait.resolve({ hello: hello.read(), key, negotiated });
      socket.destroy();
    });
  client.connect({
    sock: socket,
    host: options.host,
    port: options.port,
    // Never sent: the connection ends before.
    username: 'nobody',
    readyTimeout: 0,
    algorithms: offer as unknown as Algorithms,
    authHandler: () => false,
    hostVerifier: (shown: Buffer) => {
      key = shown;
      return true;
    },
  });
}
