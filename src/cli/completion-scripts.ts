/*
 * The scripts ask the program itself for what may follow: they hand it the words before the cursor, and the word at the cursor
 * when it is the beginning of a flag. Behind a flag they hand it an empty word, so that it can tell whether that is a value.
 * Where the program has nothing to offer, the shell completes files.
 */

/** Completes `sops-ts` in bash, from 3.2; and `sops` where that is an alias of it. */
export const bashScript = `# Completes sops-ts in bash. Load it from ~/.bashrc: source <(sops-ts completion bash)

_sops_ts() {
  local IFS=$'\\n' word=\${COMP_WORDS[COMP_CWORD]} asked
  asked=("\${COMP_WORDS[@]:0:COMP_CWORD}")
  asked[0]=sops-ts
  case $word in
    -*) asked+=("$word") ;;
    *) case \${COMP_WORDS[COMP_CWORD - 1]} in -*) asked+=("") ;; esac ;;
  esac
  COMPREPLY=($(compgen -W "$("\${asked[@]}" --generate-bash-completion 2>/dev/null)" -- "$word"))
}

complete -o bashdefault -o default -F _sops_ts sops-ts
case $(alias sops 2>/dev/null) in
  *sops-ts*) complete -o bashdefault -o default -F _sops_ts sops ;;
esac
`;

/** Completes `sops-ts` in zsh, which knows aliases of it by itself. */
export const zshScript = `#compdef sops-ts
# Completes sops-ts in zsh. Load it from ~/.zshrc, after compinit: source <(sops-ts completion zsh)
# Or save it as _sops-ts in a folder of $fpath.

_sops_ts() {
  local word=$words[CURRENT]
  local -a asked candidates
  asked=("\${(@Q)words[2,CURRENT - 1]}")
  if [[ $word == -* ]]; then
    asked+=("$word")
  elif [[ $words[CURRENT-1] == -* ]]; then
    asked+=("")
  fi
  candidates=("\${(@f)$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 sops-ts "\${(@)asked}" --generate-bash-completion 2>/dev/null)}")
  if [[ -n $candidates[1] ]]; then
    _describe 'sops-ts' candidates
  else
    _files
  fi
}

if [[ $funcstack[1] == _sops-ts ]]; then
  _sops_ts "$@"
else
  compdef _sops_ts sops-ts
fi
`;

/** Completes `sops-ts` in fish, from 3.1; an alias that fish made of it is completed too. */
export const fishScript = `# Completes sops-ts in fish. Save it as ~/.config/fish/completions/sops-ts.fish

function __sops_ts_candidates
    set -l word (commandline -ct)
    set -l asked (commandline -opc)
    set asked[1] sops-ts
    if string match -q -- '-*' $word
        set -a asked $word
    else if string match -q -- '-*' $asked[-1]
        set -a asked ''
    end
    _CLI_ZSH_AUTOCOMPLETE_HACK=1 command $asked --generate-bash-completion 2>/dev/null | string replace ':' \\t
end

complete -c sops-ts -a '(__sops_ts_candidates)'
`;
