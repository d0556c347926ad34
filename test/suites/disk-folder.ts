import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A folder of this machine as the cases see and change it, without any code of ours. Names may hold `/`. */
export class DiskFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(this.at(name), content);
  }

  /** A file of zeros that takes no room on the disk. */
  writeSparse(name: string, sizeBytes: number): void {
    this.write(name, '');
    truncateSync(this.at(name), sizeBytes);
  }

  read(name: string): Buffer {
    return readFileSync(this.at(name));
  }

  text(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(this.at(name));
  }

  names(name = ''): string[] {
    return readdirSync(this.at(name)).sort();
  }

  makeFolder(name: string): void {
    mkdirSync(this.at(name), { recursive: true });
  }

  link(name: string, target: string): void {
    symlinkSync(target, this.at(name));
  }

  isLink(name: string): boolean {
    return lstatSync(this.at(name)).isSymbolicLink();
  }

  isFolder(name: string): boolean {
    return statSync(this.at(name)).isDirectory();
  }

  modifiedMs(name: string): number {
    return statSync(this.at(name)).mtimeMs;
  }

  setTime(name: string, modifiedMs: number): void {
    utimesSync(this.at(name), modifiedMs / 1000, modifiedMs / 1000);
  }

  setMode(name: string, mode: number): void {
    chmodSync(this.at(name), mode);
  }

  /** Empty files, made in one go. */
  touch(names: readonly string[]): void {
    execFileSync('touch', names, { cwd: this.path });
  }

  /** The folder with all that is in it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A folder below the target's root, past our code. */
export function openFolder(
  target: { readonly root: string; openFolder?(name: string): DiskFolder },
  name: string,
): DiskFolder {
  return target.openFolder?.(name) ?? new DiskFolder(join(target.root, name));
}
