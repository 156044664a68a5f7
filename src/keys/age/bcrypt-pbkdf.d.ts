declare module "bcrypt-pbkdf" {
  const bcrypt: {
    /**
     * OpenBSD's bcrypt_pbkdf; fills `key`.
     *
     * @returns 0, or -1 when an argument is empty or too long
     */
    pbkdf(
      password: Uint8Array,
      passwordBytes: number,
      salt: Uint8Array,
      saltBytes: number,
      key: Uint8Array,
      keyBytes: number,
      rounds: number,
    ): number;
  };
  export default bcrypt;
}
