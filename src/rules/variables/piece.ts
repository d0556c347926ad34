import type { VariableKind } from './variable-catalogue.js';

/** A part of an expanded text, with where it comes from. */
export type Piece =
  /** Written by whoever wrote the rule. */
  | { readonly kind: 'rule'; readonly text: string }
  /** A variable that stays as it is, for the transfer to fill. */
  | { readonly kind: 'kept'; readonly text: string }
  | {
      readonly kind: 'value';
      readonly text: string;
      readonly name: string;
      /** `time`: written by a format of the rule. */
      readonly shape: VariableKind;
      /** Of the run itself; false: somebody outside sent it with the event. */
      readonly isOurs: boolean;
    };

/** The text of all pieces. */
export function whole(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
