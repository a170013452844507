/**
 * The completion script for PowerShell, from 5.1 on. Words are taken from the parsed line and never
 * evaluated.
 */

export const POWERSHELL = String
  .raw`Register-ArgumentCompleter -Native -CommandName orchastration, orchastration.exe -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  # Each word has a mark in front: before PowerShell 7.3 an empty one would be lost.
  $words = @()
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
      $words += ':' + $element.Value
    } else {
      $words += ':' + $element.Extent.Text
    }
  }
  $words += ':' + $wordToComplete
  $encoding = [Console]::OutputEncoding
  try {
    [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
    $lines = @(& orchastration __complete powershell @words 2>$null)
  } finally {
    [Console]::OutputEncoding = $encoding
  }
  # Without an answer from here, PowerShell offers files by itself.
  if ($lines.Count -eq 0 -or $lines[0] -eq 'files') { return }
  # An empty answer keeps it from offering files where none belong.
  if ($lines.Count -eq 1) { return '' }
  $lines | Select-Object -Skip 1 | ForEach-Object {
    $value, $meaning = $_.Split([char]9, 2)
    if (-not $meaning) { $meaning = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
  }
}
`;
