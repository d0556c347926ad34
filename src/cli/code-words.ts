import { codeInWords } from '../client-log/result-codes/explain-code.js';
import type { LogProtocol } from '../client-log/record.js';

/** A number of the client log in words, with the protocol that it came over: `530 not logged in, over ftp`. */
export function codeWords(lastCode: number, protocol: LogProtocol): string {
  return `${codeInWords(lastCode, protocol)}, over ${protocol}`;
}
