{ config, ... }:

{
  sops.secrets.wakapi-passwd-salt = {
    mode = "0400";
    owner = "wakapi";
    group = "wakapi";
    format = "binary";
    sopsFile = ../machines/${config.networking.hostName}/secrets/wakapi-passwd-salt;
    restartUnits = [ "wakapi.service" ];
  };
  services.wakapi = {
    enable = true;
    passwordSaltFile = config.sops.secrets.wakapi-passwd-salt.path;
  };
}
