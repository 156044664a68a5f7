# For NixOS, nix-darwin and home-manager: the command, and where sops-nix is imported too its installer.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:

let
  cfg = config.programs.sops-ts;
in
{
  options.programs.sops-ts = {
    enable = lib.mkEnableOption "sops-ts, also as the package of sops-nix where that is imported";
    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.sops-ts or (pkgs.callPackage ./package.nix { });
      defaultText = lib.literalExpression "pkgs.sops-ts";
      description = "The package of sops-ts.";
    };
  };

  config = lib.mkIf cfg.enable (
    lib.optionalAttrs (options ? environment.systemPackages) {
      environment.systemPackages = [ cfg.package ];
    }
    // lib.optionalAttrs (options ? home.packages) {
      home.packages = [ cfg.package ];
    }
    // lib.optionalAttrs (options ? sops.package) {
      # On macOS secrets can be installed for one user, not for the whole system.
      sops.package = lib.mkIf (options ? home.packages || pkgs.stdenv.hostPlatform.isLinux) (
        lib.mkDefault cfg.package
      );
    }
  );
}
