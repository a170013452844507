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

# Read and written as it is stored: what stands in it as %Name% stays so.
function Get-UserPath {
    $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey("Environment")
    if ($null -eq $key) { return @() }
    $stored = $key.GetValue("Path", "", [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    $key.Close()
    return @($stored -split ";" | Where-Object { $_ -ne "" })
}

function Set-UserPath([string[]]$Folders) {
    $key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey("Environment")
    $kind = [Microsoft.Win32.RegistryValueKind]::ExpandString
    if ($key.GetValueNames() -contains "Path") { $kind = $key.GetValueKind("Path") }
    $key.SetValue("Path", ($Folders -join ";"), $kind)
    $key.Close()
    # Tells the programs that run of the change; the variable itself there is not.
    [Environment]::SetEnvironmentVariable("ORCHASTRATION_INSTALLED", $null, "User")
}

$userPath = @(Get-UserPath)

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
    New-Item -ItemType Directory -Path (Split-Path -Parent $Prefix) -Force | Out-Null
    # The new version is complete beside the old one before that is touched, and the old one is there until the new one is in place.
    $new = "$Prefix.new"
    $old = "$Prefix.old"
    foreach ($left in $new, $old) {
        if (Test-Path -LiteralPath $left) { Remove-Item -LiteralPath $left -Recurse -Force }
    }
    Copy-Item -LiteralPath (Join-Path $scratch ($archive -replace "\.zip$", "")) -Destination $new -Recurse
    if (Test-Path -LiteralPath $Prefix) { Move-Item -LiteralPath $Prefix -Destination $old }
    try {
        Move-Item -LiteralPath $new -Destination $Prefix
    }
    catch {
        if (Test-Path -LiteralPath $old) { Move-Item -LiteralPath $old -Destination $Prefix }
        throw
    }
    # One that still runs keeps its files; the next installation removes them.
    if (Test-Path -LiteralPath $old) { Remove-Item -LiteralPath $old -Recurse -Force -ErrorAction SilentlyContinue }
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
