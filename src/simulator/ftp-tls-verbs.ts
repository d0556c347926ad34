import { ftpReply } from './ftp-reply.js';
import type { FtpVerbTable } from './ftp-verbs.js';

/** TLS on the control and on the data connection (RFC 4217). */
export const TLS_VERBS: FtpVerbTable = {
  AUTH: {
    needsLogin: false,
    async run(session, argument) {
      if (session.surroundings.security !== 'explicit') return ftpReply(502, 'AUTH is not offered');
      if (session.isProtected) return ftpReply(503, 'The connection is under TLS already');
      if (!['TLS', 'TLS-C', 'SSL'].includes(argument.toUpperCase())) return ftpReply(504, 'AUTH TLS only');
      return { ...ftpReply(234, `AUTH ${argument} successful`), afterwards: () => session.startTls() };
    },
  },
  PBSZ: {
    needsLogin: false,
    run: async (session) =>
      session.isProtected ? ftpReply(200, 'PBSZ=0') : ftpReply(503, 'PBSZ comes after the hand-shake'),
  },
  PROT: {
    needsLogin: false,
    async run(session, argument) {
      const level = argument.toUpperCase();
      if (!session.isProtected) return ftpReply(503, 'PROT comes after the hand-shake');
      if (level !== 'P' && level !== 'C')
        return ftpReply(level === 'S' || level === 'E' ? 536 : 504, 'P or C only');
      const isRefused = level === 'C' && session.surroundings.tls?.dataProtection === 'required';
      if (isRefused) return ftpReply(534, 'Data connections must be protected');
      session.dataProtection = level === 'P' ? 'private' : 'clear';
      return ftpReply(200, `Protection set to ${level}`);
    },
  },
  CCC: {
    needsLogin: true,
    async run(session) {
      if (!session.isProtected) return ftpReply(533, 'The command channel is clear already');
      return {
        ...ftpReply(200, 'Clearing the command channel'),
        afterwards() {
          session.isProtected = false;
          session.channel.endTls();
        },
      };
    },
  },
};
