final: _prev: {
  sops-ts = final.callPackage ./package.nix { };
  sops-install-secrets = final.sops-ts;
}
