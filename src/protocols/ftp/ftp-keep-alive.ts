import type { FtpSession } from './ftp-session.js';

/**
 * Sends NOOP at intervals while the session idles or a data connection runs, for gateways that forget a silent
 * control connection. Off (0) unless asked for: some servers answer out of order. Stops by itself when the
 * session ends.
 */
export function keepAlive(session: FtpSession): void {
  const { keepAliveMs } = session.options;
  if (keepAliveMs <= 0) return;
  const timer = session.platform.clock.startTimer(keepAliveMs, () => {
    if (session.control.failure !== undefined) return;
    // A command that waits for its one reply must get it undisturbed.
    if (!session.control.isCommandOpen || session.isTransferring) session.control.sendNoop();
    timer.restart();
  });
  session.signal.addEventListener('abort', () => timer.cancel(), { once: true });
}
