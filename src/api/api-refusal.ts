import type { ErrorCode } from '../core/error-codes.js';
import { TransferError } from '../core/transfer-error.js';

export interface ApiRefusalFacts {
  readonly code: ErrorCode;
  readonly status: number;
  /** Without a final full stop. */
  readonly message: string;
  readonly advice?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** One for each thing that is wrong with what was sent. */
  readonly problems?: readonly string[];
}

/** A request that the API itself refuses, with the HTTP status that says why. */
export class ApiRefusal extends TransferError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly string[];

  constructor({ code, status, message, advice, headers = {}, problems = [] }: ApiRefusalFacts) {
    super({ code, lastCode: -1, phase: 'plan', message, advice });
    this.status = status;
    this.headers = headers;
    this.problems = problems;
  }
}
