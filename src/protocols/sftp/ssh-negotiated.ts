import type { NegotiatedAlgorithms } from 'ssh2';
import { WSAECONNABORTED } from '../../core/winsock.js';
import type { ServerHello } from './server-hello.js';
import type { Loss } from './session-life.js';

/** What both sides agreed on, for the direction from us to the server. */
export interface Negotiated {
  readonly kex: string;
  readonly hostKey: string;
  readonly cipher: string;
  /** Empty where the cipher brings its own. */
  readonly mac: string;
  /** Both sides count packets anew after the first key exchange, so that nobody between can drop some (Terrapin). */
  readonly isStrict: boolean;
}

/** How a server says that it knows strict key exchange: OpenSSH's PROTOCOL, section 1.10. */
export const STRICT_MARK = 'kex-strict-s-v00@openssh.com';

export function negotiatedOf(
  { kex, serverHostKey, cs }: NegotiatedAlgorithms,
  hello: ServerHello,
): Negotiated {
  return {
    kex,
    hostKey: serverHostKey,
    cipher: cs.cipher,
    mac: cs.mac,
    isStrict: hello.offer?.kex.includes(STRICT_MARK) ?? false,
  };
}

/**
 * Why a connection that was agreed on must not be used. Without strict key exchange, ChaCha20-Poly1305 and CBC with an
 * encrypt-then-MAC are open to the Terrapin attack (CVE-2023-48795).
 */
export function strictKexLoss(agreed: Negotiated, isRequired: boolean): Loss | undefined {
  if (agreed.isStrict) return undefined;
  if (isRequired) {
    return weakLoss(
      'the server has no strict key exchange, which this connection requires (requireStrictKex)',
    );
  }
  const { cipher, mac } = agreed;
  const isOpen = cipher.startsWith('chacha20') || (cipher.endsWith('-cbc') && mac.includes('-etm@'));
  if (!isOpen) return undefined;
  const words = mac === '' ? cipher : `${cipher} with ${mac}`;
  return weakLoss(
    `the server has no strict key exchange, and ${words} without it is open to the Terrapin attack (CVE-2023-48795)`,
  );
}

function weakLoss(reason: string): Loss {
  return {
    code: 'NO_COMMON_ALGORITHM',
    lastCode: WSAECONNABORTED,
    reason,
    advice:
      'Ask the partner to update the SSH server, or to offer AES-GCM or AES-CTR; algorithms.mac of the connection can leave out the MACs with -etm.',
  };
}
