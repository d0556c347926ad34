import type { CodeEntry, CodeTable } from './code-entry.js';

const SOURCE = 'Microsoft, Windows Sockets Error Codes';

interface CallFacts {
  readonly name: string;
  readonly phrase: string;
  readonly meaning: string;
  /** Causes that are likelier than those that all of these share. */
  readonly causes?: readonly string[];
}

/**
 * The numbers of table A that come from the way a program calls the system. No partner causes them; they
 * stand in old logs after faults of the program, of a driver or of security software.
 */
export const WINSOCK_CALLS: CodeTable = {
  10004: call({
    name: 'WSAEINTR',
    phrase: 'call interrupted',
    meaning: 'A network call was interrupted before it was done.',
    causes: ['The service was stopped, or the action was cancelled, while the call waited.'],
  }),
  10009: call({
    name: 'WSAEBADF',
    phrase: 'handle not valid',
    meaning: 'The handle of the file or socket was not valid any more.',
  }),
  10014: call({
    name: 'WSAEFAULT',
    phrase: 'bad memory address',
    meaning: 'The system was given an address in memory that it cannot use.',
  }),
  10022: call({
    name: 'WSAEINVAL',
    phrase: 'argument not valid',
    meaning: 'The system was given an argument that is not valid, or the socket was in the wrong state.',
    causes: ['A port or address of the settings is out of range.'],
  }),
  10035: call({
    name: 'WSAEWOULDBLOCK',
    phrase: 'not done yet',
    meaning: 'The call could not be finished at once, which is no failure in itself.',
    causes: [
      'The attempt was given up while the connection was still being made: read it as "no answer in time".',
    ],
  }),
  10036: call({
    name: 'WSAEINPROGRESS',
    phrase: 'another call is under way',
    meaning: 'Another call on the same socket was still under way.',
  }),
  10037: call({
    name: 'WSAEALREADY',
    phrase: 'already under way',
    meaning: 'The same operation was already under way on this socket.',
    causes: [
      'A connection attempt was repeated before the first one had ended: read it as "no answer in time".',
    ],
  }),
  10038: call({
    name: 'WSAENOTSOCK',
    phrase: 'not a socket',
    meaning:
      'The handle does not belong to a socket, often because it was closed and given to something else.',
    causes: ['The session was closed by one part of the program while another still used it.'],
  }),
  10039: call({
    name: 'WSAEDESTADDRREQ',
    phrase: 'destination missing',
    meaning: 'No destination address was given.',
    causes: ['The host of the connection is empty.'],
  }),
  10040: call({
    name: 'WSAEMSGSIZE',
    phrase: 'message too long',
    meaning: 'A datagram was larger than the system or the buffer takes.',
    causes: ['A VPN or tunnel has a smaller packet size than the line.'],
  }),
  10041: call({
    name: 'WSAEPROTOTYPE',
    phrase: 'wrong protocol type for the socket',
    meaning: 'The protocol does not fit the kind of socket.',
  }),
  10042: call({
    name: 'WSAENOPROTOOPT',
    phrase: 'socket option not known',
    meaning: 'The system does not know the socket option.',
  }),
  10043: call({
    name: 'WSAEPROTONOSUPPORT',
    phrase: 'protocol not installed',
    meaning: 'The network protocol is not installed on this machine.',
    causes: ['IPv4 or IPv6 is switched off on this machine.'],
  }),
  10044: call({
    name: 'WSAESOCKTNOSUPPORT',
    phrase: 'kind of socket not supported',
    meaning: 'The kind of socket is not supported for this address family.',
  }),
  10045: call({
    name: 'WSAEOPNOTSUPP',
    phrase: 'operation not supported',
    meaning: 'The operation is not supported by this kind of socket.',
  }),
  10046: call({
    name: 'WSAEPFNOSUPPORT',
    phrase: 'protocol family not supported',
    meaning: 'The protocol family is not supported on this machine.',
    causes: ['IPv6 is switched off on this machine.'],
  }),
  10047: call({
    name: 'WSAEAFNOSUPPORT',
    phrase: 'address family not supported',
    meaning: 'The address does not fit the protocol, such as IPv6 on a machine without it.',
    causes: [
      'The name resolved to an IPv6 address and this machine has only IPv4, or the bind address is of the other family.',
    ],
  }),
  10056: call({
    name: 'WSAEISCONN',
    phrase: 'already connected',
    meaning: 'The socket is connected already.',
  }),
  10059: call({
    name: 'WSAETOOMANYREFS',
    phrase: 'too many references',
    meaning: 'There are too many references to an object of the system.',
  }),
  10062: call({
    name: 'WSAELOOP',
    phrase: 'name leads in a circle',
    meaning: 'A name could not be translated because it leads in a circle.',
  }),
  10063: call({
    name: 'WSAENAMETOOLONG',
    phrase: 'name too long',
    meaning: 'A name was too long for the system.',
    causes: ['The host name of the connection is longer than names may be.'],
  }),
  10066: call({
    name: 'WSAENOTEMPTY',
    phrase: 'folder not empty',
    meaning: 'A folder cannot be removed because it is not empty.',
    causes: ['Files arrived in the folder while it was to be removed.'],
  }),
  10067: call({
    name: 'WSAEPROCLIM',
    phrase: 'too many programs use the network',
    meaning: 'The limit of programs that may use the network at once is reached.',
  }),
  10068: call({ name: 'WSAEUSERS', phrase: 'user quota used up', meaning: 'The quota of users is used up.' }),
  10069: call({
    name: 'WSAEDQUOT',
    phrase: 'disk quota used up',
    meaning: 'The disk quota is used up.',
    causes: ['The account that the service runs under has no space left on its disk.'],
  }),
  10070: call({
    name: 'WSAESTALE',
    phrase: 'file handle out of date',
    meaning: 'A file handle is not valid any more.',
    causes: ['A network share was taken away or restarted while a file was open.'],
  }),
  10071: call({
    name: 'WSAEREMOTE',
    phrase: 'not available locally',
    meaning: 'The item is not available on this machine.',
  }),
  10091: call({
    name: 'WSASYSNOTREADY',
    phrase: 'network not ready',
    meaning: 'The network of the system is not ready.',
    causes: ['The service started before the network of the machine did.'],
  }),
  10092: call({
    name: 'WSAVERNOTSUPPORTED',
    phrase: 'WinSock version not supported',
    meaning: 'The system does not offer the version of Windows Sockets that the program wants.',
  }),
  10093: call({
    name: 'WSANOTINITIALISED',
    phrase: 'WinSock not started',
    meaning: 'The program used the network before it had started Windows Sockets.',
  }),
  10102: call({
    name: 'WSAENOMORE',
    phrase: 'no more results',
    meaning: 'A search in a name service has no more results.',
  }),
  10103: call({
    name: 'WSAECANCELLED',
    phrase: 'search cancelled',
    meaning: 'A search in a name service was cancelled.',
  }),
  10104: call({
    name: 'WSAEINVALIDPROCTABLE',
    phrase: 'network provider broken',
    meaning: 'The call table of a network provider is not valid.',
  }),
  10105: call({
    name: 'WSAEINVALIDPROVIDER',
    phrase: 'network provider not valid',
    meaning: 'The network provider is not valid.',
  }),
  10106: call({
    name: 'WSAEPROVIDERFAILEDINIT',
    phrase: 'network provider cannot be loaded',
    meaning: 'A network provider could not be loaded or started.',
    causes: ['The Windows Sockets catalogue is damaged, often after a security product was removed.'],
  }),
  10107: call({
    name: 'WSASYSCALLFAILURE',
    phrase: 'system call failed',
    meaning: 'A system call failed that should never fail.',
  }),
  10108: call({
    name: 'WSASERVICE_NOT_FOUND',
    phrase: 'service not known',
    meaning: 'The service is not known in the name space that was searched.',
  }),
  10109: call({
    name: 'WSATYPE_NOT_FOUND',
    phrase: 'class not found',
    meaning: 'The class of a service was not found.',
  }),
  10110: call({
    name: 'WSA_E_NO_MORE',
    phrase: 'no more results',
    meaning: 'A search in a name service has no more results.',
  }),
  10111: call({
    name: 'WSA_E_CANCELLED',
    phrase: 'search cancelled',
    meaning: 'A search in a name service was cancelled.',
  }),
  10112: call({
    name: 'WSAEREFUSED',
    phrase: 'query refused',
    meaning: 'A query to a name service was refused.',
    causes: ['The name server does not answer this machine.'],
  }),
};

function call(facts: CallFacts): CodeEntry {
  const [first, ...others] = [
    ...(facts.causes ?? []),
    'A fault of the program that wrote the line.',
    'Security software that hooks into the network of Windows (virus scanner, VPN client, filter).',
  ];
  return {
    name: facts.name,
    phrase: facts.phrase,
    meaning: facts.meaning,
    side: 'us',
    causes: [first ?? '', ...others],
    checks: [
      'See whether it comes back: one such line among good ones needs no action.',
      'If it does, see which security and VPN products hook in: `netsh winsock show catalog`.',
      'See what the System event log says at the time of this line.',
    ],
    retry: 'often',
    source: SOURCE,
  };
}
