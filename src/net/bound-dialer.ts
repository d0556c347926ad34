import type {
  DialListener,
  DialOptions,
  DialTarget,
  Dialer,
  HostAddress,
  ListenOptions,
} from '../core/dialer.js';

/** Connects from this address of ours (EFT: HomeIP), whatever asks for a connection; a target's own choice stands above it. */
export function boundDialer(localAddress: string, inner: Dialer): Dialer {
  return {
    dial: (target: DialTarget, options: DialOptions) => inner.dial({ localAddress, ...target }, options),
    listen: (options: ListenOptions): Promise<DialListener> => inner.listen(options),
    lookup: (host, options): Promise<readonly HostAddress[]> => inner.lookup(host, options),
  };
}
