{
  imports = [
    ../../modules/base.nix
    ../../modules/restic.nix
    ../../modules/wakapi.nix
  ];
}
