<#
.SYNOPSIS
    Puts the module together: generates, compiles the interop layer, and copies everything to one folder.

.DESCRIPTION
    build.ps1 calls this after the native library is built. Each step is skipped if its inputs have not changed, and a
    file that is the same is not copied.

.PARAMETER Configuration
    Release or Debug, for the interop layer.

.PARAMETER NativeLibrary
    The native library of this platform. Without it the module is put together without one, which is enough to read
    its help and its parameters.

.PARAMETER Version
    Version of the module; the one in Cargo.toml if left out.

.PARAMETER Output
    The folder of the finished module; out/MgLicense if left out.

.EXAMPLE
    ./powershell/stage.ps1 -NativeLibrary target/release/libmglicense.so

    Brings out/MgLicense up to date.
#>
[CmdletBinding()]
param(
    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [string] $NativeLibrary,

    [string] $Version,

    [string] $Output = (Join-Path $PSScriptRoot '..' 'out' 'MgLicense')
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$root = Split-Path -Parent $PSScriptRoot
$build = Join-Path $root '.build'
$generated = Join-Path $build 'generated'
$interop = Join-Path $PSScriptRoot 'interop'
$Output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Output)
if ($NativeLibrary -and -not (Test-Path -LiteralPath $NativeLibrary -PathType Leaf)) {
    throw "There is no native library at $NativeLibrary; build it first, or run build.ps1, which does."
}

function Get-ContentHash {
    # One hash over the names and the bytes of files.
    param([string[]] $Path, [string] $Salt)

    $hasher = [System.Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
    $hasher.AppendData([System.Text.Encoding]::UTF8.GetBytes($Salt))
    foreach ($file in $Path | Sort-Object) {
        $hasher.AppendData([System.Text.Encoding]::UTF8.GetBytes($file))
        $hasher.AppendData([System.IO.File]::ReadAllBytes($file))
    }
    [System.Convert]::ToHexString($hasher.GetHashAndReset())
}

function Test-Stamp {
    # Whether a step was last done with these very inputs.
    param([string] $Stamp, [string] $Hash)

    [System.IO.File]::Exists($Stamp) -and [System.IO.File]::ReadAllText($Stamp) -eq $Hash
}

function Copy-Changed {
    # Copies a file unless the same bytes are there already.
    param([string] $Source, [string] $Destination)

    if ([System.IO.File]::Exists($Destination)) {
        $old = [System.IO.FileInfo]::new($Destination)
        $new = [System.IO.FileInfo]::new($Source)
        if ($old.Length -eq $new.Length -and
            [System.Linq.Enumerable]::SequenceEqual([System.IO.File]::ReadAllBytes($Source), [System.IO.File]::ReadAllBytes($Destination))) {
            return
        }
    }
    [void] [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($Destination))
    try {
        # Beside the old one and then in its place: a process that has the old one loaded keeps it.
        $new = "$Destination.new"
        [System.IO.File]::Copy($Source, $new, $true)
        [System.IO.File]::Move($new, $Destination, $true)
    } catch [System.IO.IOException], [System.UnauthorizedAccessException] {
        throw "$Destination can't be replaced ($($_.Exception.InnerException.Message)); close the PowerShell processes that have the module loaded, and build again."
    }
}

& (Join-Path $PSScriptRoot 'generate.ps1') -Output $generated -Version $Version
if (-not $Version) {
    # As the generator found it, so that naming the same version does not make everything anew.
    $manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $generated 'Module' 'MgLicense.psd1')
    $prerelease = $manifest.PrivateData.PSData['Prerelease']
    $Version = $manifest.ModuleVersion + ($prerelease ? "-$prerelease" : '')
}

# The interop layer.
$assembly = Join-Path $build 'interop' $Configuration 'MgLicense.Interop.dll'
$sources = @(
    Get-ChildItem -LiteralPath $interop -Recurse -File -Include '*.cs', '*.csproj' |
        Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' }
    Get-ChildItem -LiteralPath $generated -Recurse -File -Filter '*.cs'
).FullName
$hash = Get-ContentHash -Path $sources -Salt "$Configuration $Version"
$stamp = "$assembly.sha256"
if (-not ([System.IO.File]::Exists($assembly) -and (Test-Stamp -Stamp $stamp -Hash $hash))) {
    $arguments = @(
        'build', (Join-Path $interop 'MgLicense.Interop.csproj'), '--nologo', '--verbosity', 'quiet', '--configuration', $Configuration
        '--output', (Split-Path -Parent $assembly)
        "-p:GeneratedPath=$generated$([System.IO.Path]::DirectorySeparatorChar)"
        "-p:BaseIntermediateOutputPath=$(Join-Path $build 'obj')$([System.IO.Path]::DirectorySeparatorChar)"
        if ($Version) { "-p:Version=$Version" }
    )
    & dotnet @arguments | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw "The interop layer did not compile (dotnet build ended with $LASTEXITCODE); the compiler says why above."
    }
    [System.IO.File]::WriteAllText($stamp, $hash)
}

# What goes where.
$files = [ordered] @{ 'MgLicense.Interop.dll' = $assembly }
$module = Join-Path $generated 'Module'
foreach ($file in Get-ChildItem -LiteralPath $module -File -Recurse) {
    $files[[System.IO.Path]::GetRelativePath($module, $file.FullName).Replace('\', '/')] = $file.FullName
}
foreach ($file in Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'MgLicense' 'en-US') -File) {
    $files["en-US/$($file.Name)"] = $file.FullName
}
$files['LICENSE'] = Join-Path $root 'LICENSE'
if ($NativeLibrary) {
    $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier -match 'musl|alpine' ? 'linux-musl' : 'linux'
    $platform = "$system-$([System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLowerInvariant())"
    $files["native/$platform/$(Split-Path -Leaf $NativeLibrary)"] = (Resolve-Path -LiteralPath $NativeLibrary).ProviderPath
}
foreach ($name in $files.Keys) {
    Copy-Changed -Source $files[$name] -Destination (Join-Path $Output $name)
}

# The help needs the finished module: it takes the parameters from the commands and the texts from the tables.
$help = [ordered] @{
    'MgLicense-help.xml'             = 'en-US/MgLicense-help.xml'
    'MgLicense.Interop.dll-Help.xml' = 'en-US/MgLicense.Interop.dll-Help.xml'
    'MgLicense-help.wide.xml'        = 'wide/MgLicense.Wide/en-US/MgLicense-help.xml'
}
$texts = @(
    Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'MgLicense') -Recurse -File
    Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'generator') -File
    Get-Item -LiteralPath (Join-Path $PSScriptRoot 'help.ps1'), (Join-Path $Output 'MgLicense.psm1'), (Join-Path $Output 'wide/MgLicense.Wide/MgLicense.Wide.psm1'), $assembly
).FullName
$hash = Get-ContentHash -Path $texts -Salt $Version
$stamp = Join-Path $build 'help' 'inputs.sha256'
if (-not (Test-Stamp -Stamp $stamp -Hash $hash)) {
    # In a process of its own, so that this one does not hold the module's files.
    $pwsh = [System.Environment]::ProcessPath
    $arguments = @(if ([System.IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' })
    & $pwsh @arguments -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'help.ps1') -Module $Output -Output (Join-Path $build 'help') | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw 'The help was not written; what is missing stands above.'
    }
    [System.IO.File]::WriteAllText($stamp, $hash)
}
foreach ($name in $help.Keys) {
    Copy-Changed -Source (Join-Path $build 'help' $name) -Destination (Join-Path $Output $help[$name])
    $files[$help[$name]] = $true
}

# What a former build left behind, but not the native libraries of other platforms.
$expected = [System.Collections.Generic.HashSet[string]]::new([string[]] @($files.Keys.ForEach({ [System.IO.Path]::GetFullPath((Join-Path $Output $_)) })))
foreach ($file in Get-ChildItem -LiteralPath $Output -Recurse -File) {
    if (-not $expected.Contains($file.FullName) -and $file.FullName -notmatch '[\\/]native[\\/]') {
        Remove-Item -LiteralPath $file.FullName
    }
}
