{ config, ... }:

{
  # A whole file of variables, and one value of a YAML file.
  sops.secrets.restic-env = {
    format = "dotenv";
    key = "";
    sopsFile = ../common/secrets.env;
  };
  sops.secrets."restic/password".sopsFile = ../common/secrets.yaml;

  services.restic.backups.home = {
    paths = [ "/home" ];
    repository = "s3:https://s3.example.org/${config.networking.hostName}";
    environmentFile = config.sops.secrets.restic-env.path;
    passwordFile = config.sops.secrets."restic/password".path;
  };
}
