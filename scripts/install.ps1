# Installs Orchastration for this user from a place that holds its packages and their SHA256SUMS, and removes it again.
# Nothing is installed whose checksum is not the one in the list.
param(
    # An address or a folder.
    [string]$From = "@BASE_URL@",
    [string]$Prefix = (Join-Path $env:LocalAppData "Programs\orchastration"),
    # What Orchastration has recorded stays.
    [switch]$Remove
)
$ErrorActionPreference = "Stop"
# The progress bar makes downloads slow in Windows PowerShell 5.
$ProgressPreference = "SilentlyContinue"

function Stop-WithError([string]$What, [string]$Next) {
    [Console]::Error.WriteLine("error: $What")
    if ($Next) { [Console]::Error.WriteLine("  try: $Next") }
    exit 1
}

function Get-Package([string]$Name, [string]$Folder) {
    $target = Join-Path $Folder $Name
    if ($From -match "^https?://") {
        Invoke-WebRequest -UseBasicParsing -Uri "$From/$Name" -OutFile $target
    }
    else {
        Copy-Item -LiteralPath (Join-Path $From $Name) -Destination $target
    }
    return $target
}

function Set-UserPath([string[]]$Folders) {
    [Environment]::SetEnvironmentVariable("Path", ($Folders -join ";"), "User")
}

$userPath = @([Environment]::GetEnvironmentVariable("Path", "User") -split ";" | Where-Object { $_ -ne "" })

if ($Remove) {
    if (-not (Test-Path -LiteralPath $Prefix)) {
        Stop-WithError "Cannot remove Orchastration from ""$Prefix"": it is not installed there"
    }
    Remove-Item -LiteralPath $Prefix -Recurse -Force
    if ($userPath -contains $Prefix) { Set-UserPath @($userPath | Where-Object { $_ -ne $Prefix }) }
    Write-Output "removed Orchastration from $Prefix"
    exit 0
}

if ($From -like "@*@") {
    Stop-WithError "Cannot install: this script does not know where the packages are" "install.ps1 -From <address or folder>"
}

$scratch = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
New-Item -ItemType Directory -Path $scratch | Out-Null
try {
    $list = Get-Content -LiteralPath (Get-Package "SHA256SUMS" $scratch)
    # On Windows for ARM this one runs as well.
    $lines = @($list | Where-Object { $_ -match "^[0-9a-f]{64}  orchastration-[^/ ]*-windows-x64\.zip$" })
    if ($lines.Count -ne 1) {
        Stop-WithError "Cannot install for windows-x64: expected one package in $From, found $($lines.Count)"
    }
    $expected, $archive = $lines[0] -split "  ", 2
    $path = Get-Package $archive $scratch
    $found = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash.ToLowerInvariant()
    if ($found -ne $expected) {
        Stop-WithError "Cannot install ${archive}: its SHA-256 is $found, expected $expected" "the same again; the file was changed on its way"
    }
    Expand-Archive -LiteralPath $path -DestinationPath $scratch
    if (Test-Path -LiteralPath $Prefix) { Remove-Item -LiteralPath $Prefix -Recurse -Force }
    New-Item -ItemType Directory -Path (Split-Path -Parent $Prefix) -Force | Out-Null
    Move-Item -LiteralPath (Join-Path $scratch ($archive -replace "\.zip$", "")) -Destination $Prefix
}
finally {
    Remove-Item -LiteralPath $scratch -Recurse -Force
}

if ($userPath -notcontains $Prefix) { Set-UserPath ($userPath + $Prefix) }
$program = Get-ChildItem -LiteralPath $Prefix -Filter "orchastration.*" |
    Where-Object { $_.Extension -in ".exe", ".cmd" } |
    Select-Object -First 1
$version = & $program.FullName --version
Write-Output "installed $version"
Write-Output "  to $($program.FullName); new terminals find it by its name"
