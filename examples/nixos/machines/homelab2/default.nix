{
  imports = [
    ../../modules/base.nix
    ../../modules/restic.nix
  ];
}
