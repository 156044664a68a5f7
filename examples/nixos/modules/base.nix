{ config, ... }:

{
  # sops-nix installs secrets with sops-ts, and administrators have the command.
  programs.sops-ts.enable = true;

  # Its host key is the one that the host's secrets are encrypted for.
  services.openssh.enable = true;

  # Installed before users are made: below /run/secrets-for-users.
  sops.secrets.hashedPassword = {
    neededForUsers = true;
    format = "binary";
    sopsFile = ../machines/${config.networking.hostName}/secrets/hashedPassword;
  };
  users.mutableUsers = false;
  users.users.root.hashedPasswordFile = config.sops.secrets.hashedPassword.path;
}
