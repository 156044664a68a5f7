{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    sops-nix.url = "github:Mic92/sops-nix";
    sops-nix.inputs.nixpkgs.follows = "nixpkgs";
    # A clone of sops-ts, or the address of its repository.
    sops-ts.url = "path:/home/alice/sops-ts";
    sops-ts.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      nixpkgs,
      sops-nix,
      sops-ts,
      ...
    }:
    let
      host =
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            sops-nix.nixosModules.sops
            sops-ts.nixosModules.default
            { networking.hostName = name; }
            ./machines/${name}
          ];
        };
    in
    {
      nixosConfigurations = nixpkgs.lib.genAttrs [
        "homelab1"
        "homelab2"
      ] host;
    };
}
