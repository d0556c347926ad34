import { ftpReply } from './ftp-reply.js';
import type { FtpVerbTable } from './ftp-verbs.js';

/** Who the client is. */
export const LOGIN_VERBS: FtpVerbTable = {
  USER: {
    needsLogin: false,
    async run(session, argument) {
      const { security, tls } = session.surroundings;
      const needsTls = security === 'explicit' && tls?.login === 'required';
      if (needsTls && !session.hasBeenProtected) return ftpReply(530, 'Use AUTH TLS before you log in');
      session.isLoggedIn = false;
      session.user = argument;
      return ftpReply(331, `Password required for ${argument}`);
    },
  },
  PASS: {
    needsLogin: false,
    async run(session, argument) {
      const { user, password, account } = session.surroundings;
      if (session.user === undefined) return ftpReply(503, 'Login with USER first');
      if (session.user !== user || argument !== password) return ftpReply(530, 'Login incorrect');
      const refusal = session.surroundings.refuseLogin();
      if (refusal !== undefined) return refusal;
      if (account !== undefined) return ftpReply(332, 'Account required');
      session.isLoggedIn = true;
      return ftpReply(230, `User ${user} logged in`);
    },
  },
  ACCT: {
    needsLogin: false,
    async run(session, argument) {
      const { account } = session.surroundings;
      if (account === undefined) return ftpReply(202, 'No account needed');
      if (session.user === undefined) return ftpReply(503, 'Login with USER first');
      if (argument !== account) return ftpReply(530, 'Login incorrect');
      session.isLoggedIn = true;
      return ftpReply(230, 'Logged in');
    },
  },
  QUIT: {
    needsLogin: false,
    run: async (session) => ({ ...ftpReply(221, 'Goodbye'), afterwards: () => session.channel.close() }),
  },
};
