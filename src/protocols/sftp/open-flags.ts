/** SSH_FXF_* of SSH_FXP_OPEN: draft-ietf-secsh-filexfer-02 section 6.3. */
export const OPEN_READ = 0x01;
export const OPEN_WRITE = 0x02;
export const OPEN_CREATE = 0x08;
export const OPEN_TRUNCATE = 0x10;
