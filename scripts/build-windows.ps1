# Builds dist\ for Windows. Takes what scripts\build.ts takes; --help says what that is.
$ErrorActionPreference = "Stop"
$version = "2.9.6"
$build = Join-Path $PSScriptRoot "build.ts"
$words = @("run", "-A", "--no-prompt", $build, "--os", "windows") + $args

$deno = Get-Command deno -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if ($null -ne $deno) {
    $line = & $deno.Source --version | Select-Object -First 1
    if ("$line" -like "deno $version *") {
        & $deno.Source @words
        exit $LASTEXITCODE
    }
}

# npx.cmd and not npx.ps1: the second is not started where scripts are restricted.
$npx = Get-Command npx.cmd -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if ($null -eq $npx) {
    [Console]::Error.WriteLine("error: Cannot find Deno ${version}: neither it nor npx is on PATH")
    [Console]::Error.WriteLine("  try: install Node 20 or newer, which brings npx, or Deno $version")
    exit 1
}
& $npx.Source --prefer-offline -y "deno@$version" @words
exit $LASTEXITCODE
