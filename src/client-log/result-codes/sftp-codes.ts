import { ASK_SERVER_LOG, LIST_PARENT, LOCAL_SPACE, SERVER_TRANSCRIPT, TRY_LIST, TRY_STAT } from './checks.js';
import type { CodeEntry, CodeTable } from './code-entry.js';

const ARTICLE = 'Globalscape knowledge base 10262, SFTP list';
const DRAFT = 'draft-ietf-secsh-filexfer-02, section 7';

/** Table C: the status numbers of SFTP as EFT explains them. */
export const SFTP_CODES: CodeTable = {
  [-1]: {
    name: 'SFTP -1',
    phrase: 'failed, cause not told by the server',
    meaning: 'The attempt failed, and there is no number of the server that says why.',
    side: 'us',
    causes: [
      'The server was content, but our own side was not: disk full, no right to write, or the final rename refused.',
      'The check after the transfer failed: the size or content of the copy is not that of the source.',
      'EFT had not enough information to say more.',
    ],
    checks: [
      LOCAL_SPACE,
      'Compare both sizes: `tally stat URL`, and the same for our own path.',
      'Read the error text that the command printed for this attempt.',
    ],
    retry: 'later',
    source: `${ARTICLE}; that a failed attempt never bears a success code is a decision of Tallyman`,
  },
  0: {
    name: 'SSH_FX_OK',
    phrase: 'completed',
    meaning: 'The operation completed successfully.',
    side: 'nobody',
    causes: ['The file was transferred and the server confirmed its last piece.'],
    checks: ['Nothing is wrong; in a log of ten columns, the tenth column has the last word.'],
    retry: 'needless',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  1: {
    name: 'SSH_FX_EOF',
    phrase: 'end of file reached too early',
    meaning: 'The file ended before all the bytes that it was said to have could be read.',
    side: 'partner',
    causes: [
      'The file was shortened or replaced on the server while it was read.',
      'The server told a wrong size, as some do for files still being written.',
      'The file lies on a share of the server that failed.',
    ],
    checks: ['See whether the size still moves: `tally stat URL`, twice, a minute apart.', ASK_SERVER_LOG],
    retry: 'often',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  2: {
    name: 'SSH_FX_NO_SUCH_FILE',
    phrase: 'no such file or folder',
    meaning: 'The file, or a folder on the way to it, does not exist on the server.',
    side: 'us',
    causes: [
      'The path is misspelt; small and capital letters matter on most servers.',
      'The target folder does not exist yet.',
      'Somebody else fetched, moved or removed the file first.',
      'The login lands in another folder than thought, so that a path without leading slash leads elsewhere.',
    ],
    checks: [LIST_PARENT, TRY_STAT],
    retry: 'no',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  3: {
    name: 'SSH_FX_PERMISSION_DENIED',
    phrase: 'no permission, or login refused',
    meaning: 'The server does not allow this user to do that; a refused SSH login bears this number too.',
    side: 'partner',
    causes: [
      'The account has no right to write, delete or rename in that folder.',
      'The login itself was refused: wrong password or key, locked or expired account, or our address not admitted.',
      'A file of that name exists and belongs to another user.',
      'The account may upload but not overwrite or rename, so that the final name cannot be given.',
    ],
    checks: [
      'See whether the login works at all: `tally list sftp://USER@HOST/`.',
      'If it does, ask the partner for the rights on the folder; if not, compare user, password or key.',
      ASK_SERVER_LOG,
    ],
    retry: 'no',
    source: `${ARTICLE}; ${DRAFT}; that a refused SSH login is written as 3 is a decision of Tallyman`,
  },
  4: {
    name: 'SSH_FX_FAILURE',
    phrase: 'failed, the server gives no reason',
    meaning: 'The server could not do it and gives no closer reason: it is the catch-all of SFTP.',
    side: 'partner',
    causes: [
      'The disk or the quota on the server is full.',
      'A file of that name exists, and the server does not replace it by a rename.',
      'The parent folder is missing, and the server says 4 where it should say 2.',
      'The file is open or locked by another program on the server.',
      'The server does not support the operation.',
    ],
    checks: [
      'See whether a file of that name is there: `tally stat URL`.',
      LIST_PARENT,
      'Ask the partner about free space and quota, and for their log at the time of this line.',
    ],
    retry: 'later',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  5: {
    name: 'SSH_FX_BAD_MESSAGE',
    phrase: 'badly formatted message',
    meaning:
      'One side sent an SFTP packet that the other could not read: an error or incompatibility of the two programs.',
    side: 'partner',
    causes: [
      'The server refuses the name: a character or an encoding that it does not take.',
      'A packet was larger than the server takes.',
      'The login script of the account prints text into the SFTP session.',
    ],
    checks: [SERVER_TRANSCRIPT, 'Try the same with a short, plain ASCII file name.', ASK_SERVER_LOG],
    retry: 'no',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  6: {
    name: 'SSH_FX_NO_CONNECTION',
    phrase: 'no connection yet, time ran out',
    meaning: 'The connection was not yet established when the time limit was reached.',
    side: 'network',
    causes: [
      'The server takes longer for key exchange or login than the limit allows.',
      'A firewall between lets the connection through and then drops it.',
      'The server waits for its own name or account service.',
    ],
    checks: ['Measure the login: `tally list sftp://USER@HOST/`.', 'Raise the limit: `--timeout SECONDS`.'],
    retry: 'often',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  7: {
    name: 'SSH_FX_CONNECTION_LOST',
    phrase: 'connection lost, not done',
    meaning: 'The connection to the server broke off, and the operation was not performed.',
    side: 'network',
    causes: [
      'The line or a firewall between us cut the connection.',
      'The server ended the session: restarted, too many sessions, or its own time or size limit.',
      'A transfer ran into the idle limit of a firewall while the server was silent.',
    ],
    checks: [
      'See whether it breaks after the same time or at the same size each time.',
      'Lower the number of sessions: `--parallel 1`.',
      ASK_SERVER_LOG,
    ],
    retry: 'often',
    source: `${ARTICLE}; ${DRAFT}`,
  },
  8: {
    name: 'SFTP 8',
    phrase: 'time ran out, or not supported',
    meaning:
      'EFT and Tallyman write 8 when an operation of a living session did not finish in time; in the SFTP draft 8 says that the operation is not supported.',
    side: 'partner',
    causes: [
      'The server took longer than the time limit for this operation (the meaning in EFT and Tallyman logs).',
      'The server does not support the operation (the meaning in the draft; Tallyman writes 4 for that).',
    ],
    checks: [
      'See which operation it was: repeat the transfer, the error message names it.',
      'If the server is slow, raise the limit: `--timeout SECONDS`.',
      'If it is an extra such as keeping the time, leave the option out for this partner.',
      TRY_LIST,
    ],
    retry: 'later',
    source: `${ARTICLE}; ${DRAFT} (there: SSH_FX_OP_UNSUPPORTED)`,
  },
};

/** -1 on a line of any other protocol: Tallyman writes it, EFT does so for SFTP only. */
export const UNDEFINED_FAILURE_ENTRY: CodeEntry = {
  name: 'Tallyman -1',
  phrase: 'failed although the other side was content',
  meaning:
    'The attempt failed although the last code of the other side reads as success, so that code was not written.',
  side: 'us',
  causes: [
    'Our own disk: full, no right to write, or the final rename refused.',
    'The check after the transfer failed: bytes are missing, or the content differs.',
    'The source changed while it was read, so the copy was thrown away.',
  ],
  checks: [
    LOCAL_SPACE,
    'Compare both sizes: `tally stat URL`, and the same for our own path.',
    'Read the error text that the command printed for this attempt.',
  ],
  retry: 'later',
  source: 'a decision of Tallyman: a failed attempt never bears a code that reads as success',
};
