import type { Secret } from './secret.js';

/**
 * What was said on the wire, for a person who has to prove it. Payload is never traced. Secrets are masked by
 * value: whatever a session registers never shows, wherever it stands and in whichever encoding it was sent.
 */
export interface WireTrace {
  /** `place` is the other end as the user knows it, `ftp.acme.example:21`. */
  open(place: string, secrets: readonly Secret[]): SessionTrace;
}

/** The dialogue of one session, one line an entry. No method throws. */
export interface SessionTrace {
  /** A command or request of ours, without its line end. */
  sent(text: string): void;
  /** A reply or answer of the other end. */
  received(text: string): void;
  /** What went on beside: `TLS 1.3, TLS_AES_256_GCM_SHA384`, `data connection to port 40123`. */
  noted(text: string): void;
  /** One more value to mask, learnt on the way. */
  conceal(secret: Secret): void;
  /** The last lines, oldest first, masked; what a failure shows. */
  recent(): readonly string[];
  /** The end of it as of now, masked only when it is asked for: most failures are expected and never shown. */
  soFar(): () => readonly string[];
}

/** For whoever wants no trace. */
export const NO_TRACE: WireTrace = {
  open: () => ({
    sent: ignore,
    received: ignore,
    noted: ignore,
    conceal: ignore,
    recent: () => [],
    soFar: () => () => [],
  }),
};

function ignore(): void {}
