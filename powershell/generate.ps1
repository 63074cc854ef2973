<#
.SYNOPSIS
    Makes the compatible commands out of the tables.

.DESCRIPTION
    Reads the tables under powershell/MgLicense (commands, models, views, help) and writes, under .build/generated:
    the model classes, the private class of each parameter set, MgLicense.psm1 with the public functions,
    MgLicense.psd1 and MgLicense.Format.ps1xml, the same three of the second module, MgLicense.Wide, and the manifests of
    the forwarding modules. What it writes is plain and can be read. (The help needs the finished
    module and is written by stage.ps1.)

    Nothing is done if no input has changed since the last run, and a file whose text stays the same is not touched,
    so that the compiler has nothing to do either.

.PARAMETER Output
    Where to write; .build/generated beside this repository's powershell folder if left out.

.PARAMETER Version
    Version of the module; the one in Cargo.toml if left out.

.PARAMETER Force
    Generates even if nothing has changed.

.EXAMPLE
    ./powershell/generate.ps1

    Brings .build/generated up to date.
#>
[CmdletBinding()]
param(
    [string] $Output = (Join-Path $PSScriptRoot '..' '.build' 'generated'),

    [string] $Version,

    [switch] $Force
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$Output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Output)
$sources = Join-Path $PSScriptRoot 'MgLicense'

if (-not $Version) {
    $cargo = [System.IO.File]::ReadAllText((Join-Path $PSScriptRoot '..' 'Cargo.toml'))
    $package = [regex]::Match($cargo, '(?ms)^\[workspace\.package\].*?^version\s*=\s*"([^"]+)"')
    if (-not $package.Success) {
        throw "Cargo.toml has no version under [workspace.package]; give -Version."
    }
    $Version = $package.Groups[1].Value
}

# One hash over everything that has a say: the tables, this generator, the version.
$inputs = @(
    Get-ChildItem -LiteralPath $sources -Recurse -File
    Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'generator') -File
    Get-Item -LiteralPath $PSCommandPath
) | Sort-Object -Property FullName
$hasher = [System.Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
$hasher.AppendData([System.Text.Encoding]::UTF8.GetBytes("version $Version"))
foreach ($file in $inputs) {
    $hasher.AppendData([System.Text.Encoding]::UTF8.GetBytes($file.FullName))
    $hasher.AppendData([System.IO.File]::ReadAllBytes($file.FullName))
}
$hash = [System.Convert]::ToHexString($hasher.GetHashAndReset())
$stamp = Join-Path $Output 'inputs.sha256'
if (-not $Force -and [System.IO.File]::Exists($stamp) -and [System.IO.File]::ReadAllText($stamp) -eq $hash) {
    Write-Verbose 'The generated files are up to date.'
    return
}

foreach ($part in Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'generator') -Filter '*.ps1') {
    . $part.FullName
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
$tables = Read-MgTable -Path $sources
$files = [System.Collections.Generic.Dictionary[string, string]]::new()
foreach ($name in $tables.Models.Keys) {
    $files["Models/$name.cs"] = Format-MgModelCode -Model $tables.Models[$name] -Tables $tables
}
foreach ($name in $tables.Bodies) {
    $files["Commands/${name}Parameters.cs"] = Format-MgBodyCode -Name $name -Tables $tables
}
foreach ($command in $tables.Commands) {
    $files["Commands/$($command.Name).cs"] = Format-MgCommandCode -Command $command -Tables $tables
}
$files['Module/MgLicense.psd1'] = Format-MgManifest -Tables $tables -Version $Version
$files['Module/wide/MgLicense.Wide/MgLicense.Wide.psd1'] = Format-MgWideManifest -Tables $tables -Version $Version
foreach ($entry in @{ 'MgLicense' = 'Module'; 'MgLicense.Wide' = 'Module/wide/MgLicense.Wide' }.GetEnumerator()) {
    $files["$($entry.Value)/$($entry.Key).psm1"] = Format-MgModuleCode -Tables $tables -Module $entry.Key
    $files["$($entry.Value)/$($entry.Key).Format.ps1xml"] = Format-MgView -Tables $tables -Module $entry.Key
}
foreach ($forwarder in Get-MgForwarder -Tables $tables) {
    $files["Module/compat/$($forwarder.Name)/$($forwarder.Name).psd1"] = Format-MgForwarder -Module $forwarder
}

# Write what differs, and remove what a former run left behind.
$written = 0
foreach ($entry in $files.GetEnumerator()) {
    $path = Join-Path $Output $entry.Key
    if (-not [System.IO.File]::Exists($path) -or [System.IO.File]::ReadAllText($path) -cne $entry.Value) {
        [void] [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($path))
        [System.IO.File]::WriteAllText($path, $entry.Value)
        $written++
    }
}
$expected = [System.Collections.Generic.HashSet[string]]::new([string[]] @($files.Keys.ForEach({ Join-Path $Output $_ })))
foreach ($file in Get-ChildItem -LiteralPath $Output -Recurse -File) {
    if ($file.FullName -ne $stamp -and -not $expected.Contains($file.FullName)) {
        Remove-Item -LiteralPath $file.FullName
    }
}
[System.IO.File]::WriteAllText($stamp, $hash)
Write-Verbose "Generated $($files.Count) files, $written of them changed, in $($watch.ElapsedMilliseconds) ms."
