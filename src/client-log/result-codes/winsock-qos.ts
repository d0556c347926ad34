import type { CodeEntry, CodeTable } from './code-entry.js';

const SHARED = {
  causes: [
    'Software that reserves or shapes bandwidth on this machine (QoS) stepped in; the transfer itself asks for none.',
    'A group policy for QoS applies to the program that wrote the line.',
  ],
  checks: [
    'See the policies: `Get-NetQosPolicy` in PowerShell.',
    'See whether the line before or after it tells more.',
  ],
  source: 'Microsoft, Windows Sockets Error Codes',
} as const;

/**
 * 11005-11031: quality of service (QoS). Neither EFT nor Tallyman reserves bandwidth, so a line with one of
 * them says that something else on the machine did.
 */
export const WINSOCK_QOS: CodeTable = {
  11005: notice('WSA_QOS_RECEIVERS', 'At least one reservation message has arrived.'),
  11006: notice('WSA_QOS_SENDERS', 'At least one path message has arrived.'),
  11007: failure('WSA_QOS_NO_SENDERS', 'No sender takes part in the reservation.'),
  11008: failure('WSA_QOS_NO_RECEIVERS', 'No receiver takes part in the reservation.'),
  11009: notice('WSA_QOS_REQUEST_CONFIRMED', 'The reservation has been confirmed.'),
  11010: failure('WSA_QOS_ADMISSION_FAILURE', 'The reservation failed for lack of resources.'),
  11011: failure('WSA_QOS_POLICY_FAILURE', 'The reservation was rejected by policy, or for bad credentials.'),
  11012: failure('WSA_QOS_BAD_STYLE', 'The style of the reservation is unknown or conflicts with another.'),
  11013: failure('WSA_QOS_BAD_OBJECT', 'A filter or a buffer of the reservation is not usable.'),
  11014: failure('WSA_QOS_TRAFFIC_CTRL_ERROR', 'The description of the data flow is not usable.'),
  11015: failure('WSA_QOS_GENERIC_ERROR', 'The reservation failed for a reason without a number of its own.'),
  11016: failure('WSA_QOS_ESERVICETYPE', 'The data flow names an unknown type of service.'),
  11017: failure('WSA_QOS_EFLOWSPEC', 'The description of the data flow contradicts itself.'),
  11018: failure('WSA_QOS_EPROVSPECBUF', "The provider's own part of the request is not valid."),
  11019: failure('WSA_QOS_EFILTERSTYLE', 'The style of a filter is not valid.'),
  11020: failure('WSA_QOS_EFILTERTYPE', 'The type of a filter is not valid.'),
  11021: failure('WSA_QOS_EFILTERCOUNT', 'The number of filters is wrong.'),
  11022: failure('WSA_QOS_EOBJLENGTH', 'The length of an object in the request is wrong.'),
  11023: failure('WSA_QOS_EFLOWCOUNT', 'The number of data flows is wrong.'),
  11024: failure('WSA_QOS_EUNKOWNPSOBJ', "The provider's own part of the request holds an unknown object."),
  11025: failure(
    'WSA_QOS_EPOLICYOBJ',
    "The provider's own part of the request holds a policy that is not valid.",
  ),
  11026: failure('WSA_QOS_EFLOWDESC', 'The list of data flows holds an entry that is not valid.'),
  11027: failure(
    'WSA_QOS_EPSFLOWSPEC',
    "The provider's own part of the request holds a data flow that is not valid.",
  ),
  11028: failure(
    'WSA_QOS_EPSFILTERSPEC',
    "The provider's own part of the request holds a filter that is not valid.",
  ),
  11029: failure('WSA_QOS_ESDMODEOBJ', 'The rule for discarding packets is not valid.'),
  11030: failure('WSA_QOS_ESHAPERATEOBJ', 'The rate to which the data flow is to be shaped is not valid.'),
  11031: failure(
    'WSA_QOS_RESERVED_PETYPE',
    "The provider's own part of the request holds a reserved element.",
  ),
};

function notice(name: string, meaning: string): CodeEntry {
  return {
    ...SHARED,
    name,
    phrase: 'notice about bandwidth reservation',
    meaning,
    side: 'nobody',
    retry: 'needless',
  };
}

function failure(name: string, meaning: string): CodeEntry {
  return { ...SHARED, name, phrase: 'bandwidth reservation failed', meaning, side: 'us', retry: 'often' };
}
