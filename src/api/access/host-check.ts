const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^\[[0-9A-Fa-f:.]+\]$/;
const WITH_PORT = /^(.*?)(?::\d{1,5})?$/;

/**
 * True when the Host header is one of ours. A page of a stranger whose name was made to point to this machine (DNS
 * rebinding) sends that name; an address can only be typed by who means it.
 */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined) return false;
  const host = IPV6.test(header) ? header : (WITH_PORT.exec(header)?.[1] ?? '');
  if (IPV4.test(host) || IPV6.test(host)) return true;
  const wanted = host.toLowerCase().replace(/\.$/, '');
  return wanted === 'localhost' || names.some((name) => name.toLowerCase() === wanted);
}
