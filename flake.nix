{
  description = "sops file encryption in pure TypeScript, and the installer of secrets for sops-nix";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-darwin"
        "x86_64-linux"
      ];
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: rec {
        sops-ts = import ./nix { pkgs = nixpkgs.legacyPackages.${system}; };
        default = sops-ts;
      });
      overlays.default = import ./nix/overlay.nix;
      nixosModules.default = ./nix/module.nix;
      darwinModules.default = ./nix/module.nix;
      homeModules.default = ./nix/module.nix;
    };
}
