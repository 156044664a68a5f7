# A NixOS with sops-nix, as far as examples/nixos goes: the settings of all modules in one tree, and the manifests that sops-nix makes of them.
let
  stand = import ./stand-ins.nix;
  inherit (stand) pkgs;

  merge =
    before: after:
    if builtins.isList before then
      before ++ after
    else if builtins.isAttrs before then
      before // builtins.mapAttrs (name: value: if before ? ${name} then merge before.${name} value else value) after
    else
      throw "set twice";

  manifest = config: directory: secrets: {
    inherit secrets;
    templates = [ ];
    secretsMountPoint = "${directory}.d";
    symlinkPath = directory;
    keepGenerations = 1;
    ageSshKeyPaths = if config.services.openssh.enable then [ "/etc/ssh/ssh_host_ed25519_key" ] else [ ];
    logging.secretChanges = true;
  };

  nixosSystem =
    { system, modules }:
    let
      load =
        module:
        let
          content = if builtins.isPath module || builtins.isString module then import module else module;
          settings = if builtins.isFunction content then content { inherit config pkgs; inherit (stand) lib; } else content;
        in
        [ (builtins.removeAttrs settings [ "imports" ]) ] ++ builtins.concatMap load (settings.imports or [ ]);
      settings = builtins.foldl' merge { } (builtins.concatMap load modules);

      secret =
        name: given:
        let
          neededForUsers = given.neededForUsers or false;
          directory = if neededForUsers then "/run/secrets-for-users" else "/run/secrets";
        in
        {
          inherit name neededForUsers;
          key = name;
          path = "${directory}/${name}";
          format = "yaml";
          mode = "0400";
          owner = null;
          uid = 0;
          group = null;
          gid = 0;
          restartUnits = [ ];
          reloadUnits = [ ];
        }
        // given
        // {
          sopsFile = toString given.sopsFile;
        };
      secrets = builtins.mapAttrs secret settings.sops.secrets;
      ofKind = forUsers: builtins.filter (one: one.neededForUsers == forUsers) (builtins.attrValues secrets);

      sopsTs = stand.configOf ../../../nix/module.nix {
        settings = settings.programs.sops-ts;
        options.sops.package = { };
      };
      config = settings // {
        sops = settings.sops // {
          inherit secrets;
          package = sopsTs.sops.package.default;
        };
        system.build = {
          sops-nix-manifest = manifest config "/run/secrets" (ofKind false);
          manifest-for-users = manifest config "/run/secrets-for-users" (ofKind true);
        };
      };
    in
    {
      inherit config;
    };
in
flake:
flake.outputs {
  nixpkgs.lib = stand.lib // { inherit nixosSystem; };
  sops-nix.nixosModules.sops = { };
  sops-ts.nixosModules.default = { };
}
