import { baseNameOf } from '../../client-log/log-paths.js';
import type { LogFileRef, PathPair, ReadRecord } from '../../client-log/reading/log-line.js';
import { isLogOperation, isLogProtocol } from '../../client-log/record.js';
import { AddressBook, isAddress } from './address-book.js';
import { NAME_CHARACTER } from './letter-classes.js';
import { WordCipher, type KeyedHash } from './word-cipher.js';

/** They say what a host or user is, not who. */
const KEPT_WORDS = new Set(['localhost', 'anonymous']);

/** Kinds of files that stay readable behind a dot. Others could be names: `invoice.smith`. */
const KEPT_EXTENSIONS = new Set(
  (
    '7z ack asc avi bak bat bin bmp bz2 cer cfg cmd conf crt css csv dat db dll doc docx done edi eml err exe fil gif ' +
    'gpg gz gzip htm html idx ini iso jpeg jpg js json key lock log lst mdb mp3 mp4 msg mt940 ok out p7m p7s par part ' +
    'pdf pem pfx pgp png ppt pptx prn ps1 rar rtf sem sh sig sql sta svg tab tar temp tgz tif tiff tmp trg tsv txt ' +
    'wav x12 xls xlsm xlsx xml xsd xsl xz yaml yml zip zst'
  ).split(' '),
);

/** A drive letter stays; group 1: a dot before a run of letters and digits, group 2. */
const RUN = new RegExp(`(?<!${NAME_CHARACTER})[A-Za-z]:(?=[\\\\/])|(\\.)?(${NAME_CHARACTER}+)`, 'gu');
/** `inv0301` is two words, so that it still agrees with `inv*` and with `inv0302`. */
const WORD = /\p{N}+|[\p{L}\p{M}\p{So}]+/gu;

const LOG_NAME = /^cl\d{6}\.log(\.[a-z0-9]{1,4})?$/i;

const MAX_REMEMBERED = 50_000;

/**
 * Replaces what names somebody: hosts, users, folders, files. The same name gets the same replacement wherever it
 * stands and two names never get the same; lengths, case, separators, drive letters, wildcards and common extensions
 * stay. Times, ports, operations and codes are not its business.
 */
export class Anonymiser {
  readonly #cipher: WordCipher;
  readonly #addresses = new AddressBook();
  /** Runs seen lately; starts anew when it is full. */
  readonly #runs = new Map<string, string>();

  constructor(hash: KeyedHash) {
    this.#cipher = new WordCipher(hash);
  }

  /** Undefined where the host cannot be replaced: see `AddressBook`. */
  record(record: ReadRecord): ReadRecord | undefined {
    const { protocol, operation, candidates } = record;
    const host = this.host(record.host);
    if (host === undefined) return undefined;
    return {
      ...record,
      protocol: isLogProtocol(protocol) ? protocol : this.text(protocol),
      host,
      user: this.text(record.user),
      localPath: this.text(record.localPath),
      remotePath: this.text(record.remotePath),
      operation: isLogOperation(operation) ? operation : this.text(operation),
      ...(candidates === undefined ? {} : { candidates: candidates.map((pair) => this.#pair(pair)) }),
    };
  }

  /** The date in a log's name stays; its folder and node do not. */
  file(file: LogFileRef): LogFileRef {
    const base = baseNameOf(file.name);
    const folder = file.name.slice(0, file.name.length - base.length);
    const name = `${this.text(folder)}${LOG_NAME.test(base) ? base : this.text(base)}`;
    return { ...file, name, node: this.text(file.node) };
  }

  /** Undefined for an address beyond those that can be kept apart. */
  host(host: string): string | undefined {
    return isAddress(host) ? this.#addresses.replace(host) : this.#replaced(host, (run) => this.#words(run));
  }

  /** A path, a user or any part of them. */
  text(text: string): string {
    return this.#replaced(text, (run) => this.#extension(run));
  }

  #pair({ localPath, remotePath }: PathPair): PathPair {
    return { localPath: this.text(localPath), remotePath: this.text(remotePath) };
  }

  #replaced(text: string, behindDot: (run: string) => string): string {
    return text.replace(RUN, (all, dot: string | undefined, run: string | undefined) => {
      if (run === undefined) return all;
      return dot === undefined ? this.#words(run) : `.${behindDot(run)}`;
    });
  }

  /** Behind a dot nothing else may turn into a kept extension: it would be taken for another file's. */
  #extension(run: string): string {
    if (KEPT_EXTENSIONS.has(run.toLowerCase())) return run;
    let replaced = this.#words(run);
    while (KEPT_EXTENSIONS.has(replaced.toLowerCase())) replaced = this.#words(replaced);
    return replaced;
  }

  #words(run: string): string {
    const known = this.#runs.get(run);
    if (known !== undefined) return known;
    const replaced = run.replace(WORD, (word) => this.#word(word));
    if (this.#runs.size >= MAX_REMEMBERED) this.#runs.clear();
    this.#runs.set(run, replaced);
    return replaced;
  }

  #word(word: string): string {
    if (KEPT_WORDS.has(word.toLowerCase())) return word;
    let replaced = this.#cipher.replace(word);
    while (KEPT_WORDS.has(replaced.toLowerCase())) replaced = this.#cipher.replace(replaced);
    return replaced;
  }
}

/** A line that cannot be read could hold names anywhere: only its length, its `;` and its spaces stay. */
export function maskedLine(raw: Uint8Array): Uint8Array {
  const [semicolon, space, x] = [0x3b, 0x20, 0x78];
  return raw.map((byte) => (byte === semicolon || byte === space ? byte : x));
}
