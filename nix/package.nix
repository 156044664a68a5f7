# sops-ts from these sources: the command with its manual page and completions, and sops-install-secrets for sops-nix.
{
  lib,
  stdenv,
  stdenvNoCC,
  buildNpmPackage,
  cacert,
  importNpmLock,
  installShellFiles,
  makeWrapper,
  nodejs,
  getent,
  util-linux,
  # Packages that some keys need. Nothing can be added to the store later, so that all are in it.
  optionalPackages ? builtins.attrNames (lib.importJSON ../package.json).peerDependencies,
}:

let
  withOptionalPackages =
    project:
    project
    // {
      dependencies = project.dependencies // lib.getAttrs optionalPackages project.devDependencies;
      devDependencies = removeAttrs project.devDependencies optionalPackages;
    };

  package = withOptionalPackages (lib.importJSON ../package.json);
  packageLock = lib.importJSON ../package-lock.json;

  # The lock holds no addresses: npm knows where its registry is, and the hash says what has to come from there.
  fetchPackage =
    path: entry:
    let
      name = lib.last (lib.splitString "node_modules/" path);
    in
    stdenvNoCC.mkDerivation {
      name = "${baseNameOf name}-${entry.version}.tgz";
      nativeBuildInputs = [
        cacert
        nodejs
      ];
      outputHash = entry.integrity;
      impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [ "NPM_CONFIG_REGISTRY" ];
      buildCommand = ''
        export HOME=$TMPDIR
        npm pack --silent ${name}@${entry.version}
        mv ./*.tgz "$out"
      '';
    };
in
buildNpmPackage {
  pname = "sops-ts";
  inherit (package) version;
  inherit nodejs;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../CHANGELOG.md
      ../LICENSE
      ../README.md
      ../bin
      ../package-lock.json
      ../package.json
      ../src
      ../tools
      ../tsconfig.build.json
      ../tsconfig.json
    ];
  };

  npmDeps = importNpmLock {
    inherit package;
    packageLock = packageLock // {
      packages = packageLock.packages // {
        "" = withOptionalPackages packageLock.packages."";
      };
    };
    packageSourceOverrides = lib.mapAttrs fetchPackage (removeAttrs packageLock.packages [ "" ]);
  };
  inherit (importNpmLock) npmConfigHook;

  nativeBuildInputs = [
    installShellFiles
    makeWrapper
  ];

  # Nix sorts names, but of the conditions for imports and exports the first that fits counts.
  preBuild = ''
    cp --no-preserve=mode "$src/package.json" package.json
  '';
  # Pruning keeps the dependencies of this one.
  preInstall = ''
    cp --no-preserve=mode "$npmDeps/package.json" package.json
  '';

  # Activation scripts run with an empty PATH.
  postInstall = ''
    installManPage dist/sops-ts.1
    installShellCompletion --cmd sops-ts \
      --bash <(node bin/sops-ts completion bash) \
      --fish <(node bin/sops-ts completion fish) \
      --zsh <(node bin/sops-ts completion zsh)
    makeWrapper "$out/bin/sops-ts" "$out/bin/sops-install-secrets" --add-flags install-secrets${
      lib.optionalString stdenv.hostPlatform.isLinux " --suffix PATH : ${
        lib.makeBinPath [
          getent
          util-linux
        ]
      }"
    }
  '';

  meta = {
    inherit (package) description;
    license = lib.licenses.mit;
    mainProgram = "sops-ts";
  };
}
