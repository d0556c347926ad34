import { checksumFeatures, chooseHash } from './ftp-checksum-verbs.js';
import { ftpReply } from './ftp-reply.js';
import type { FtpVerbTable } from './ftp-verbs.js';

const FEATURES: readonly (readonly [verb: string, line: string])[] = [
  ['EPRT', 'EPRT'],
  ['EPSV', 'EPSV'],
  ['MDTM', 'MDTM'],
  ['MFMT', 'MFMT'],
  ['MLSD', 'MLST type*;size*;modify*;perm*;'],
  ['REST', 'REST STREAM'],
  ['SIZE', 'SIZE'],
  ['UTF8', 'UTF8'],
];

const TLS_FEATURES: readonly (readonly [verb: string, line: string])[] = [
  ['AUTH', 'AUTH TLS'],
  ['PBSZ', 'PBSZ'],
  ['PROT', 'PROT'],
];

/** How the conversation is held. */
export const SETTING_VERBS: FtpVerbTable = {
  SYST: {
    needsLogin: false,
    run: async (session) => ftpReply(215, session.surroundings.habits.system),
  },
  FEAT: {
    needsLogin: false,
    async run(session) {
      const { habits, security } = session.surroundings;
      const offered = security === 'none' ? FEATURES : [...FEATURES, ...TLS_FEATURES];
      const features = offered.filter(([verb]) => !habits.without.includes(verb)).map(([, line]) => line);
      return ftpReply(211, 'Features:', ...features, ...checksumFeatures(session), 'End');
    },
  },
  OPTS: {
    needsLogin: false,
    async run(session, argument) {
      const { without, checksums } = session.surroundings.habits;
      const [option = ''] = argument.toUpperCase().split(' ', 1);
      if (option === 'HASH' && checksums.includes('HASH')) return chooseHash(session, argument);
      const isKnown = option === 'UTF8' || (option === 'MLST' && !without.includes('MLST'));
      if (!isKnown || without.includes(option))
        return ftpReply(501, `${option.slice(0, 40)}: no such option`);
      return ftpReply(200, `${option} set`);
    },
  },
  NOOP: {
    needsLogin: false,
    run: async () => ftpReply(200, 'NOOP command successful'),
  },
  TYPE: {
    needsLogin: true,
    async run(session, argument) {
      const type = argument.trim().toUpperCase();
      if (type !== 'I' && type !== 'L 8' && !/^A( N)?$/.test(type)) return ftpReply(504, 'No such type');
      session.type = type.startsWith('A') ? 'ascii' : 'binary';
      return ftpReply(200, `Type set to ${type}`);
    },
  },
  MODE: {
    needsLogin: true,
    run: async (_, argument) =>
      argument.toUpperCase() === 'S' ? ftpReply(200, 'Mode S') : ftpReply(504, 'Mode S only'),
  },
  STRU: {
    needsLogin: true,
    run: async (_, argument) =>
      argument.toUpperCase() === 'F' ? ftpReply(200, 'Structure F') : ftpReply(504, 'Structure F only'),
  },
  REST: {
    needsLogin: true,
    async run(session, argument) {
      if (!/^\d{1,15}$/.test(argument.trim())) return ftpReply(501, 'REST needs a number');
      session.restartAt = session.surroundings.habits.restart === 'honoured' ? Number(argument) : 0;
      return ftpReply(350, `Restarting at ${argument.trim()}`);
    },
  },
};
