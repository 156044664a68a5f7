/** What an audit log records of a file: that its values were encrypted or decrypted, or that it is to get a new data key. */
export type AuditAction = "encrypt" | "decrypt" | "rotate";
