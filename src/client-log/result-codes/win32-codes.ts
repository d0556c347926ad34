import { LOCAL_RIGHTS, LOCAL_SPACE } from './checks.js';
import type { CodeTable } from './code-entry.js';

const SYSTEM =
  'Microsoft, System Error Codes; that local lines bear them is a decision of Tallyman (EFT is silent)';
const LIST_LOCAL = 'List the folder above it: `ls -la FOLDER`, on Windows `dir FOLDER`.';
const WHO_HOLDS_IT =
  'See who holds it open: `fuser -v PATH` or `lsof PATH`, on Windows `openfiles` or Resource Monitor.';

/** Win32 system error numbers, which lines of the protocol `local` bear. */
export const WIN32_CODES: CodeTable = {
  0: {
    name: 'ERROR_SUCCESS',
    phrase: 'completed',
    meaning: 'The file was copied or moved.',
    side: 'nobody',
    causes: ['The copy was made and checked.'],
    checks: ['Nothing is wrong; in a log of ten columns, the tenth column has the last word.'],
    retry: 'needless',
    source: SYSTEM,
  },
  2: {
    name: 'ERROR_FILE_NOT_FOUND',
    phrase: 'file not found',
    meaning: 'The file does not exist.',
    side: 'us',
    causes: [
      'The name or pattern is misspelt.',
      'Another job moved or removed the file first.',
      'It is not there yet.',
    ],
    checks: [LIST_LOCAL],
    retry: 'no',
    source: SYSTEM,
  },
  3: {
    name: 'ERROR_PATH_NOT_FOUND',
    phrase: 'folder not found',
    meaning: 'A folder on the way to the file does not exist.',
    side: 'us',
    causes: [
      'The folder is misspelt or was renamed.',
      'A drive or share is not mounted in the account that the job runs under.',
      'A relative path was meant from another working folder.',
    ],
    checks: [
      LIST_LOCAL,
      'See whether the share is there: `mount`, on Windows `net use` in the same account.',
    ],
    retry: 'no',
    source: SYSTEM,
  },
  5: {
    name: 'ERROR_ACCESS_DENIED',
    phrase: 'access denied',
    meaning: 'The account that the job runs under may not do this to the file or folder.',
    side: 'us',
    causes: [
      'The account has no right to read the source, write the target or remove the source.',
      'The file is marked read-only, or the file system is mounted read-only.',
      'A folder stands where a file was meant.',
      'A virus scanner or another program holds the file.',
    ],
    checks: ['See under which account the job runs: `whoami`.', LOCAL_RIGHTS],
    retry: 'no',
    source: SYSTEM,
  },
  31: {
    name: 'ERROR_GEN_FAILURE',
    phrase: 'the file system failed',
    meaning: 'The operating system reported a failure that has no number of its own here.',
    side: 'us',
    causes: [
      'The disk or the share failed in the middle (input/output error).',
      'Too many files are open, or another limit of the system was reached.',
    ],
    checks: [
      'Read the error text that the command printed: it names the cause of the system, such as EIO or EMFILE.',
      'See what the kernel says: `dmesg | tail`, on Windows the System event log.',
    ],
    retry: 'later',
    source: `${SYSTEM}; 31 stands for every cause that has no row`,
  },
  32: {
    name: 'ERROR_SHARING_VIOLATION',
    phrase: 'in use by another program',
    meaning: 'Another program has the file open in a way that does not allow this.',
    side: 'us',
    causes: [
      'Whoever writes the file has not finished.',
      'A virus scanner, indexer or backup is reading it.',
      'A person has it open in an application.',
    ],
    checks: [WHO_HOLDS_IT],
    retry: 'often',
    source: SYSTEM,
  },
  39: {
    name: 'ERROR_HANDLE_DISK_FULL',
    phrase: 'quota used up or file too large',
    meaning: 'The quota of the account is used up, or the file would be larger than the file system allows.',
    side: 'us',
    causes: [
      'The quota of the account is used up.',
      'The file is larger than the file system takes (FAT32: 4 GiB).',
      'The volume ran full while the file was written.',
    ],
    checks: ['See the quota: `quota -s`, on Windows `fsutil quota query C:`.', LOCAL_SPACE],
    retry: 'no',
    source: SYSTEM,
  },
  80: {
    name: 'ERROR_FILE_EXISTS',
    phrase: 'file exists already',
    meaning: 'A file of that name exists and was not to be replaced.',
    side: 'us',
    causes: [
      'An earlier run delivered the file already.',
      'The overwrite policy is `fail` and the target is there.',
      'Two jobs write the same name.',
    ],
    checks: [
      'Compare the two: `tally stat PATH` on both.',
      'If it may be replaced, use `--overwrite overwrite`; else `skip` or `numerate`.',
    ],
    retry: 'no',
    source: SYSTEM,
  },
  112: {
    name: 'ERROR_DISK_FULL',
    phrase: 'disk full',
    meaning: 'There is not enough space on the disk.',
    side: 'us',
    causes: [
      'The target volume is full.',
      'Old logs, archives or left-over files fill it.',
      'The volume is out of inodes.',
    ],
    checks: [LOCAL_SPACE, 'On Linux see the inodes too: `df -i`.'],
    retry: 'no',
    source: SYSTEM,
  },
  123: {
    name: 'ERROR_INVALID_NAME',
    phrase: 'name not allowed',
    meaning: 'The file or folder name is not allowed on this file system.',
    side: 'us',
    causes: [
      'The name holds one of the characters : * ? " < > | or a control character.',
      'The name is a device name of Windows such as CON or NUL, or ends with a dot or space.',
      'The name is not valid in the encoding of the file system.',
      'A chain of links leads in a circle.',
    ],
    checks: [
      'Look at the name with every character visible: `ls -b FOLDER`.',
      'Have the file renamed at its source.',
    ],
    retry: 'no',
    source: SYSTEM,
  },
  145: {
    name: 'ERROR_DIR_NOT_EMPTY',
    phrase: 'folder not empty',
    meaning: 'The folder cannot be removed because something is in it.',
    side: 'us',
    causes: ['New files arrived while the folder was being emptied.', 'It holds hidden or temporary files.'],
    checks: [LIST_LOCAL],
    retry: 'later',
    source: SYSTEM,
  },
  183: {
    name: 'ERROR_ALREADY_EXISTS',
    phrase: 'exists already',
    meaning: 'Something of that name exists, so it cannot be made.',
    side: 'us',
    causes: [
      'A file stands where a folder is to be made.',
      'A folder stands where the file is to get its final name.',
      'Two jobs make the same thing.',
    ],
    checks: [LIST_LOCAL],
    retry: 'no',
    source: SYSTEM,
  },
  206: {
    name: 'ERROR_FILENAME_EXCED_RANGE',
    phrase: 'name or path too long',
    meaning: 'The file name or the whole path is longer than the file system allows.',
    side: 'us',
    causes: [
      'On Windows the whole path is longer than 259 characters and long paths are not switched on.',
      'One name is longer than 255 bytes; umlauts and other scripts take two to four bytes each.',
    ],
    checks: ['Shorten the target folder, or have the file renamed at its source.'],
    retry: 'no',
    source: SYSTEM,
  },
};
