import type { SHELLS } from './command-table.js';

/**
 * Completion scripts. Each asks `tally __complete` with the words before the cursor and adds file names where that
 * says `:files`, so that commands and flags are known in one place only.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# tally completion for bash: source <(tally completion bash)
_tally() {
  local line name cur prefix i words=() typed="\${COMP_LINE:0:COMP_POINT}"
  # COMP_WORDS parts words at colons, which locations are full of: part the line at blanks only.
  read -r -a words <<< "$typed"
  case "$typed" in *[[:space:]]) words+=("") ;; esac
  cur="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ":files" ]; then
      while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$cur")
      compopt -o filenames 2>/dev/null
    else
      COMPREPLY+=("$line")
    fi
  done < <(tally __complete "\${words[@]:1}" 2>/dev/null)
  # Readline replaces only what stands behind the last colon or equals sign.
  case "$cur" in
    *[:=]*)
      prefix="\${cur%"\${cur##*[:=]}"}"
      for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]="\${COMPREPLY[i]#"$prefix"}"; done ;;
  esac
  case "\${COMPREPLY[*]}" in *:) compopt -o nospace 2>/dev/null ;; esac
}
complete -F _tally tally
`,
  zsh: `#compdef tally
# tally completion for zsh: source <(tally completion zsh)
_tally() {
  local -a lines candidates connections
  lines=("\${(@f)$(tally __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  connections=("\${(@M)lines:#?*:}")
  candidates=("\${(@)\${(@)lines:#(:files|)}:#*:}")
  (( \${#connections} )) && compadd -Q -S '' -- "\${connections[@]}"
  (( \${#candidates} )) && compadd -Q -- "\${candidates[@]}"
  (( \${lines[(I):files]} )) && _files
}
compdef _tally tally
`,
  fish: `# tally completion for fish: tally completion fish > ~/.config/fish/completions/tally.fish
function __tally_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (tally __complete $words[2..-1] 2>/dev/null)
  for line in $lines
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c tally -f -a '(__tally_complete)'
`,
  pwsh: `# tally completion for PowerShell: tally completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tally -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString().Trim("'\`"") })
  if ($wordToComplete -eq '') { $words += '' }
  $lines = @(& tally __complete @words 2>$null)
  foreach ($line in $lines) {
    if ($line -eq ':files') {
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
    } else {
      [System.Management.Automation.CompletionResult]::new($line, $line, 'ParameterValue', $line)
    }
  }
}
`,
};
