# What nix/ takes of nixpkgs, just enough to evaluate it where there is no nixpkgs: what would be built is plain data.
let
  lib = rec {
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    getAttrs = names: set: builtins.listToAttrs (map (name: { inherit name; value = set.${name}; }) names);
    genAttrs = names: value: builtins.listToAttrs (map (name: { inherit name; value = value name; }) names);
    inherit (builtins) mapAttrs;
    last = list: builtins.elemAt list (builtins.length list - 1);
    splitString = mark: text: builtins.filter builtins.isString (builtins.split mark text);
    optionalAttrs = wanted: set: if wanted then set else { };
    optionalString = wanted: text: if wanted then text else "";
    makeBinPath = packages: builtins.concatStringsSep ":" (map (package: "${package}/bin") packages);
    fetchers.proxyImpureEnvVars = [ "https_proxy" ];
    fileset = {
      unions = files: files;
      toSource = { root, fileset }: map toString fileset;
    };
    licenses.mit = "MIT";

    types.package = "package";
    mkEnableOption = description: { inherit description; default = false; };
    mkOption = option: option;
    literalExpression = text: text;
    mkIf = wanted: config: if wanted then config else { };
    mkDefault = value: { default = value; };
  };

  pkgsOf = isLinux: rec {
    inherit lib;
    stdenv.hostPlatform = { inherit isLinux; };
    stdenvNoCC.mkDerivation = attributes: attributes;
    buildNpmPackage = attributes: attributes // { outPath = "/nix/store/sops-ts"; };
    importNpmLock = {
      npmConfigHook = "hook";
      __functor = _: project: project;
    };
    installShellFiles = "installShellFiles";
    makeWrapper = "makeWrapper";
    cacert = "/nix/store/cacert";
    nodejs = "/nix/store/nodejs";
    getent = "/nix/store/getent";
    util-linux = "/nix/store/util-linux";
    callPackage =
      path: given:
      let
        function = import path;
      in
      function (builtins.intersectAttrs (builtins.functionArgs function) (pkgsOf isLinux) // given);
  };
in
{
  inherit lib;
  pkgs = pkgsOf true;
  darwinPkgs = pkgsOf false;

  # What a module makes of a user's settings, where some other modules have options of their own.
  configOf =
    path:
    { pkgs ? pkgsOf true, options ? { }, settings }:
    let
      module = import path {
        inherit lib options pkgs;
        config.programs.sops-ts = builtins.mapAttrs (name: option: settings.${name} or option.default) module.options.programs.sops-ts;
      };
    in
    module.config;
}
