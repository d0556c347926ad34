/**
 * With this value `yes` an event asks for what was delivered, or may have been, to be sent once more:
 * `tally rules run NAME --file PATH --value TALLY.SEND_AGAIN=yes`.
 */
export const SEND_AGAIN = 'TALLY.SEND_AGAIN';
