/**
 * errno and resolver names to WinSock numbers: client-log.md, section 4, table A.
 * The words for the numbers stand in the dictionary of `client-log/`.
 */
const WINSOCK_BY_ERRNO: Readonly<Record<string, number>> = {
  EINTR: 10004,
  EACCES: 10013,
  EPERM: 10013,
  EFAULT: 10014,
  EINVAL: 10022,
  EMFILE: 10024,
  ENFILE: 10024,
  EADDRINUSE: 10048,
  EADDRNOTAVAIL: 10049,
  ENETDOWN: 10050,
  ENETUNREACH: 10051,
  ENETRESET: 10052,
  ECONNABORTED: 10053,
  ECONNRESET: 10054,
  EPIPE: 10054,
  ENOBUFS: 10055,
  ENOTCONN: 10057,
  ETIMEDOUT: 10060,
  ECONNREFUSED: 10061,
  EHOSTDOWN: 10064,
  EHOSTUNREACH: 10065,
  ENOTFOUND: 11001,
  EAI_AGAIN: 11002,
  ESERVFAIL: 11003,
  EAI_FAIL: 11003,
  ENODATA: 11004,
};

export const WSAECONNABORTED = 10053;
export const WSAECONNRESET = 10054;
export const WSAETIMEDOUT = 10060;

/** EFT's own code for "no reply in time, once connected". */
export const EFT_INTERNAL_TIMEOUT = 2000;

/** The WinSock number of a system error name, or undefined where table A has none. */
export function winsockCode(errno: string | undefined): number | undefined {
  return errno === undefined ? undefined : WINSOCK_BY_ERRNO[errno];
}

/** All names of table A, for the tests that walk through them. */
export function winsockErrnoNames(): readonly string[] {
  return Object.keys(WINSOCK_BY_ERRNO);
}
