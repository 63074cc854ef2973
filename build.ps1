#!/usr/bin/env pwsh

<#
.SYNOPSIS
    Builds, tests, shows, measures and packages MgLicense.

.DESCRIPTION
    The only entry to the build. Every task does the set-up it needs and says what it installs; a second run does
    no work twice. What it needs from you: the .NET SDK, cargo and a C compiler.

    Build    the native library (Rust), the interop assembly (C#) and the module, staged at out/MgLicense
    Test     everything that is tested: Rust, C, Pester; ends with one line "N passed, N failed"
    Demo     the licensing workflow on a sample tenant, with its own commands shown and its outcomes checked
    Bench    the measured claims, each with what it is compared with, side by side in one run
    Package  a versioned zip of the module at out/
    Serve    a tenant in a file, on loopback, to any Graph client of this machine, until Ctrl+C
    Clean    removes what was built here (the downloaded crates stay in the cache, whose path is printed)

.PARAMETER Task
    What to do; Build if left out.

.PARAMETER CrateSource
    Where Rust crates come from. CratesIo is cargo's own registry. Debian is the librust-*-dev packages of Debian
    testing, fetched through this machine's own Debian mirror without touching the system. Auto (the default) tries
    the first and falls back to the second. Both give the same features.

.PARAMETER Suite
    Only these suites of the Test task: Lint, Rust, C, Pester, Served, Clients. Served is a choice of the Pester files
    over HTTPS, against a server of each tenant; with -Path '*' it is all that can (tests/pester/served.psd1).

.PARAMETER Path
    Only these Pester files or folders (Test), or only these benchmarks (Bench), by name. For Serve, the tenant's file,
    then options of the program mglicense-tenant, such as --port 8443 --tls --quota; --help lists them.

.PARAMETER Soak
    Long runs too (Test): kill loops at length, a million users, full quotas.

.EXAMPLE
    dotnet tool restore && dotnet pwsh build.ps1 Demo

    On a machine without PowerShell: the SDK restores it, then the demo runs.

.EXAMPLE
    ./build.ps1 Serve contoso.mgtenant --sample

    Serves the tenant in that file, made first if there is none, and prints where and how to sign in.

.EXAMPLE
    ./build.ps1 Test -Suite Pester -Path Binding

    Runs the Pester files whose name contains "Binding".
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Package', 'Serve', 'Clean')]
    [string] $Task = 'Build',

    [ValidateSet('Auto', 'CratesIo', 'Debian')]
    [string] $CrateSource = 'Auto',

    [string[]] $Suite = @('Lint', 'Rust', 'C', 'Pester', 'Served', 'Clients'),

    [Parameter(Position = 1, ValueFromRemainingArguments)]
    [string[]] $Path,

    [switch] $Soak
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

# Started with -File, as 'dotnet pwsh build.ps1' is, PowerShell hands a list over as one text.
$Suite = @($Suite -split ',')
if ($Task -ne 'Serve') {
    $Path = @($Path -split ',' -ne '')
}
$unknown = @($Suite | Where-Object { $_ -notin 'Lint', 'Rust', 'C', 'Pester', 'Served', 'Clients' })
if ($unknown) {
    Write-Host "build: '$unknown' is no suite; there are Lint, Rust, C, Pester, Served and Clients." -ForegroundColor Red
    exit 1
}

$root = $PSScriptRoot
$buildFolder = Join-Path $root '.build'
$moduleFolder = Join-Path $root 'out' 'MgLicense'
$cacheFolder = if ($env:MGLICENSE_BUILD_CACHE) {
    $env:MGLICENSE_BUILD_CACHE
} elseif ($IsWindows) {
    Join-Path $env:LOCALAPPDATA 'mglicense'
} else {
    Join-Path ($env:XDG_CACHE_HOME ? $env:XDG_CACHE_HOME : (Join-Path $HOME '.cache')) 'mglicense'
}
$passed = 0
$failed = 0

#region Small tools

function Write-Step {
    param([string] $Text)
    Write-Host "==> $Text" -ForegroundColor Cyan
}

# A sentence for the person at the console instead of a script's stack.
function Stop-Build {
    param([string] $Message)
    Write-Host "build: $Message" -ForegroundColor Red
    exit 1
}

function Invoke-Native {
    param(
        [Parameter(Mandatory)] [string] $Command,
        [string[]] $Arguments = @(),
        [string] $Fix
    )
    & $Command @Arguments
    if ($LASTEXITCODE -ne 0) {
        $hint = if ($Fix) { " $Fix" } else { '' }
        Stop-Build "'$Command $($Arguments -join ' ')' failed with exit code $LASTEXITCODE.$hint"
    }
}

function Test-Command {
    param([string] $Name)
    $null -ne (Get-Command -Name $Name -CommandType Application -ErrorAction Ignore)
}

function Get-Runtime {
    $system = if ($IsWindows) { 'win' } elseif ($IsMacOS) { 'osx' } else { 'linux' }
    $architecture = [System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLowerInvariant()
    "$system-$architecture"
}

function Get-LibraryName {
    if ($IsWindows) { 'mglicense.dll' } elseif ($IsMacOS) { 'libmglicense.dylib' } else { 'libmglicense.so' }
}

function Get-ProductVersion {
    $match = Select-String -Path (Join-Path $root 'Cargo.toml') -Pattern '^version = "([^"]+)"' | Select-Object -First 1
    $match.Matches[0].Groups[1].Value
}

function Get-CCompiler {
    $candidates = if ($env:CC) { @($env:CC) } else { @('cc', 'gcc', 'clang') }
    $candidates | Where-Object { Test-Command $_ } | Select-Object -First 1
}

#endregion

#region What must be there, and crates

function Assert-Prerequisite {
    if (-not (Test-Command 'cargo')) {
        Stop-Build 'cargo is missing: install the stable Rust toolchain (1.89 or later) with rustup or your package manager, then run this again.'
    }
    if (-not (Test-Command 'dotnet')) {
        Stop-Build 'dotnet is missing: install the .NET SDK (8 or later) from your package manager or Microsoft, then run this again.'
    }
    if (-not $IsWindows -and -not (Get-CCompiler)) {
        Stop-Build "a C compiler is missing: install gcc or clang (Debian: 'apt-get install gcc'; macOS: 'xcode-select --install'), then run this again."
    }
}

# Whether cargo's own registry can be used is asked of cargo itself, with a one-dependency package outside this
# folder, so that proxies and mirrors in the user's own cargo configuration count.
function Test-CratesIo {
    $probe = Join-Path ([System.IO.Path]::GetTempPath()) "mglicense-probe-$PID"
    $null = New-Item -ItemType Directory -Force -Path (Join-Path $probe 'src')
    try {
        Set-Content -Path (Join-Path $probe 'src' 'lib.rs') -Value ''
        Set-Content -Path (Join-Path $probe 'Cargo.toml') -Value @(
            '[package]', 'name = "probe"', 'version = "0.0.0"', 'edition = "2021"', '[dependencies]', 'cfg-if = "1"'
        )
        $saved = $env:CARGO_NET_RETRY, $env:CARGO_HTTP_TIMEOUT
        $env:CARGO_NET_RETRY = '0'
        $env:CARGO_HTTP_TIMEOUT = '10'
        & cargo fetch --quiet --manifest-path (Join-Path $probe 'Cargo.toml') 2>$null
        $LASTEXITCODE -eq 0
    } finally {
        $env:CARGO_NET_RETRY, $env:CARGO_HTTP_TIMEOUT = $saved
        Remove-Item -Recurse -Force -Path $probe
    }
}

# The archive the machine itself installs from: taken from apt, never named here. The list must not depend on an
# 'apt-get update' having been run, so apt is asked without its release files.
function Get-DebianMirror {
    $addresses = @(& apt-get indextargets --no-release-info --format '$(REPO_URI)' 2>$null | Sort-Object -Unique)
    $addresses = @($addresses | Where-Object { $_ -and $_ -notmatch 'security' })
    @($addresses -match '/debian/?$') + $addresses | Select-Object -First 1
}

$debianPackages = @(
    'async-trait', 'axum', 'axum-server', 'base64', 'bytes', 'cbindgen', 'clap', 'criterion', 'csv', 'flate2', 'futures-util', 'http',
    'http-body-util', 'hyper', 'hyper-util', 'indexmap', 'insta', 'jiff', 'jsonwebtoken', 'libc', 'minijinja',
    'once-cell', 'percent-encoding', 'proptest', 'rand', 'rcgen', 'regex', 'reqwest', 'ring', 'roaring', 'rusqlite',
    'rustls', 'rustls-platform-verifier', 'serde', 'serde-json', 'sha2', 'smallvec', 'tempfile', 'thiserror', 'tokio', 'tokio-rustls', 'tokio-util',
    'tower', 'url', 'uuid', 'wiremock', 'zeroize'
) | ForEach-Object { "librust-$_-dev" }

function Install-DebianCrates {
    foreach ($tool in 'apt-get', 'apt-cache', 'dpkg-deb') {
        if (-not (Test-Command $tool)) {
            Stop-Build "crates can come from Debian's packages only where apt is ('$tool' is missing): connect to cargo's registry and use -CrateSource CratesIo."
        }
    }
    $registry = Join-Path $cacheFolder 'debian' 'registry'
    $stamp = Join-Path $cacheFolder 'debian' 'packages.txt'
    # What was fetched for an earlier list does where it holds all of this one.
    if ((Test-Path $stamp) -and -not ($debianPackages | Where-Object { $_ -notin (Get-Content $stamp) })) {
        return $registry
    }

    $mirror = Get-DebianMirror
    if (-not $mirror) {
        Stop-Build "apt on this machine names no Debian archive: add one to its sources, or use -CrateSource CratesIo."
    }
    Write-Step "Fetching crates: the librust packages of Debian testing, into $cacheFolder (nothing is installed on the system)"
    $apt = Join-Path $cacheFolder 'debian' 'apt'
    foreach ($folder in 'etc/apt.conf.d', 'etc/preferences.d', 'state/lists/partial', 'cache/archives/partial', 'packages') {
        $null = New-Item -ItemType Directory -Force -Path (Join-Path $apt $folder)
    }
    Set-Content -Path (Join-Path $apt 'status') -Value $null
    $keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
    $signed = (Test-Path $keyring) ? "[signed-by=$keyring] " : ''
    Set-Content -Path (Join-Path $apt 'etc/sources.list') -Value "deb $signed$mirror testing main"
    # An empty package status makes apt solve for a bare system. A frozen mirror's index is past its date, which
    # says nothing against its signature.
    Set-Content -Path (Join-Path $apt 'apt.conf') -Value @(
        "Dir `"$apt`";", "Dir::Etc `"$apt/etc`";", "Dir::Etc::sourcelist `"$apt/etc/sources.list`";", 'Dir::Etc::sourceparts "-";',
        'Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";', "Dir::State `"$apt/state`";", "Dir::State::status `"$apt/status`";",
        "Dir::Cache `"$apt/cache`";", 'APT::Install-Recommends "0";', 'APT::Sandbox::User "";', 'Acquire::Languages "none";',
        'Acquire::Check-Valid-Until "false";', 'Acquire::Retries "3";'
    )
    $savedConfiguration = $env:APT_CONFIG
    $env:APT_CONFIG = Join-Path $apt 'apt.conf'
    try {
        Write-Host '    reading the package index'
        $null = & apt-get update -qq 2>&1
        $solution = & apt-get install -s -qq @debianPackages 2>&1
        if ($LASTEXITCODE -ne 0) {
            Stop-Build "apt could not solve for the crates this needs: $($solution | Select-Object -Last 3)"
        }
        $names = @($solution | ForEach-Object { if ("$_" -match '^Inst (librust-\S+)') { $Matches[1] } } | Sort-Object -Unique)
        Push-Location (Join-Path $apt 'packages')
        try {
            for ($index = 0; $index -lt $names.Count; $index += 100) {
                $chunk = $names[$index..([Math]::Min($index + 99, $names.Count - 1))]
                Write-Host ('    downloading {0} of {1} packages' -f ($index + $chunk.Count), $names.Count)
                $output = & apt-get download -qq @chunk 2>&1
                if ($LASTEXITCODE -ne 0) {
                    Stop-Build "a download of crates failed: $($output | Select-Object -Last 2)"
                }
            }
        } finally {
            Pop-Location
        }
    } finally {
        $env:APT_CONFIG = $savedConfiguration
    }
    Write-Host "    unpacking $($names.Count) packages"
    $unpacked = Join-Path $apt 'root'
    foreach ($package in Get-ChildItem -Path (Join-Path $apt 'packages') -Filter '*.deb') {
        Invoke-Native dpkg-deb @('-x', $package.FullName, $unpacked)
    }
    if (Test-Path $registry) {
        Remove-Item -Recurse -Force -Path $registry
    }
    Move-Item -Path (Join-Path $unpacked 'usr/share/cargo/registry') -Destination $registry
    Remove-Item -Recurse -Force -Path $apt
    Set-Content -Path $stamp -Value $debianPackages
    $registry
}

# Debian's rusqlite has no bundled SQLite: the system's is linked, which needs its headers.
function Install-SqliteHeaders {
    $directories = @('/usr/include', '/usr/local/include') + @($env:SQLITE3_INCLUDE_DIR | Where-Object { $_ })
    if ($directories | Where-Object { Test-Path (Join-Path $_ 'sqlite3.h') }) {
        return
    }
    if ((& id -u) -ne '0') {
        Stop-Build "SQLite's headers are missing: install them ('sudo apt-get install libsqlite3-dev'), then run this again."
    }
    Write-Step "Installing libsqlite3-dev (SQLite's headers) with apt-get"
    $null = & apt-get update -qq 2>&1
    Invoke-Native apt-get @('install', '-y', '-qq', '--no-install-recommends', 'libsqlite3-dev')
}

function Initialize-Crates {
    $configuration = Join-Path $root '.cargo' 'config.toml'
    $choice = Join-Path $buildFolder 'crate-source.txt'
    $source = $CrateSource
    if ($source -eq 'Auto' -and (Test-Path $choice)) {
        $source = (Get-Content -Raw $choice).Trim()
    }
    if ($source -eq 'Auto') {
        Write-Step "Asking cargo whether its registry answers"
        $source = (Test-CratesIo) ? 'CratesIo' : 'Debian'
    }
    $script:crates = $source
    if ($source -eq 'Debian') {
        $registry = Install-DebianCrates
        Install-SqliteHeaders
        $text = @(
            "# Written by build.ps1: crates come from Debian's packages. Delete this file and .build to choose again.",
            '[source.crates-io]', 'replace-with = "debian"', '[source.debian]', "directory = `"$registry`""
        )
        if (-not (Test-Path $configuration) -or (Compare-Object (Get-Content $configuration) $text)) {
            $null = New-Item -ItemType Directory -Force -Path (Split-Path $configuration)
            Set-Content -Path $configuration -Value $text
        }
        Write-Host "    crates: Debian's packages, with the system's SQLite"
    } else {
        if ((Test-Path $configuration) -and (Get-Content -Raw $configuration).StartsWith('# Written by build.ps1')) {
            Remove-Item $configuration
        }
        Write-Host "    crates: cargo's registry, with SQLite built in"
    }
    $null = New-Item -ItemType Directory -Force -Path $buildFolder
    Set-Content -Path $choice -Value $source
}

# The only difference between the two crate routes is where SQLite comes from; it is made here and nowhere else.
function Invoke-Cargo {
    param([string[]] $Arguments)
    $verb = $Arguments[0]
    $rest = @($Arguments | Select-Object -Skip 1)
    $features = ($script:crates -eq 'CratesIo') ? @('--features', 'rusqlite/bundled') : @()
    & cargo $verb --workspace @features @rest
}

#endregion

#region Tasks

function Invoke-BuildTask {
    Assert-Prerequisite
    Initialize-Crates
    Write-Step 'Building the native library (Rust, release)'
    Invoke-Cargo @('build', '--release')
    if ($LASTEXITCODE -ne 0) {
        Stop-Build 'the native library did not build; the compiler says why above.'
    }
    Write-Step 'Building the module (C# and PowerShell)'
    & (Join-Path $root 'powershell' 'stage.ps1') -Configuration Release -Version (Get-ProductVersion) -Output $moduleFolder -NativeLibrary (
        Join-Path $root 'target' 'release' (Get-LibraryName))
    Write-Host "    staged at $moduleFolder"
}

function Add-Result {
    param([string] $Name, [int] $PassedCount, [int] $FailedCount)
    # A suite that ran nothing has proved nothing.
    if ($PassedCount + $FailedCount -eq 0) {
        Write-Host "    $Name ran no test: counted as a failure" -ForegroundColor Red
        $FailedCount = 1
    }
    $script:passed += $PassedCount
    $script:failed += $FailedCount
    Write-Host "    ${Name}: $PassedCount passed, $FailedCount failed"
}

function Test-Lint {
    Write-Step 'Formatting and lints'
    foreach ($check in @(
            @{ Name = 'rustfmt'; Probe = 'cargo-fmt'; Run = { & cargo fmt --all --check } }
            @{ Name = 'clippy'; Probe = 'cargo-clippy'; Run = { Invoke-Cargo @('clippy', '--quiet', '--all-targets', '--', '-D', 'warnings') } }
        )) {
        if (-not (Test-Command $check.Probe)) {
            Write-Host "    $($check.Name) is not installed: skipped ('rustup component add $($check.Name)' adds it)" -ForegroundColor Yellow
            continue
        }
        & $check.Run
        Add-Result $check.Name ([int]($LASTEXITCODE -eq 0)) ([int]($LASTEXITCODE -ne 0))
    }
}

function Test-Rust {
    Write-Step 'Rust tests'
    $counts = @{ Passed = 0; Failed = 0 }
    if ($Soak) { $env:MGLICENSE_SOAK = '1' }
    Invoke-Cargo @('test', '--no-fail-fast') 2>&1 | ForEach-Object {
        $line = "$_"
        if ($line -match '^test result: \w+\. (\d+) passed; (\d+) failed') {
            $counts.Passed += [int]$Matches[1]
            $counts.Failed += [int]$Matches[2]
        }
        if ($line -notmatch '^test .* \.\.\. ok$|^\s*$|^running \d+ test') {
            Write-Host "    $line"
        }
    }
    if ($LASTEXITCODE -ne 0 -and $counts.Failed -eq 0) {
        $counts.Failed = 1
    }
    Add-Result 'Rust' $counts.Passed $counts.Failed
}

function Invoke-CProgram {
    param([string] $Name, [string] $Program, [string[]] $Arguments = @())
    $lines = @(& $Program @Arguments 2>&1 | ForEach-Object { "$_" })
    $code = $LASTEXITCODE
    $good = @($lines -match '^ok ').Count
    $bad = @($lines -match '^not ok ').Count
    if ($code -ne 0 -and $bad -eq 0) {
        $bad = 1
    }
    if ($bad) {
        $lines | ForEach-Object { Write-Host "    $_" }
    }
    Add-Result $Name $good $bad
}

# smoke works in an empty folder; random takes a seed and a number of calls.
function Get-CArgument {
    param([string] $Program, [string] $Folder)
    if ($Program -eq 'smoke') {
        $work = Join-Path $Folder 'work'
        if (Test-Path $work) {
            Remove-Item -Recurse -Force -Path $work
        }
        (New-Item -ItemType Directory -Path $work).FullName
    } elseif ($Program -eq 'random') {
        '1'
        $Soak ? '1000000' : '10000'
    }
}

function Test-C {
    Write-Step 'C tests against the committed header'
    $folder = Join-Path $buildFolder 'c'
    $null = New-Item -ItemType Directory -Force -Path $folder
    if ($IsWindows) {
        Write-Host '    skipped on Windows: the C programs are compiled with gcc or clang' -ForegroundColor Yellow
        return
    }
    $release = Join-Path $root 'target' 'release'
    $compiler = Get-CCompiler
    foreach ($program in 'smoke', 'random', 'panic') {
        $binary = Join-Path $folder $program
        Invoke-Native $compiler @('-std=c11', '-Wall', '-Wextra', '-Werror', '-O1', '-g', '-I', (Join-Path $root 'rust/ffi/include'),
            (Join-Path $root "tests/c/$program.c"), '-o', $binary, '-L', $release, '-lmglicense', "-Wl,-rpath,$release", '-lpthread')
        Invoke-CProgram "C $program" $binary (Get-CArgument $program $folder)
    }
    Test-CSanitized $folder
}

# The same programs with the library and the program both instrumented; needs a nightly toolchain and clang or gcc.
function Test-CSanitized {
    param([string] $Folder)
    $toolchains = (Test-Command 'rustup') ? @(& rustup toolchain list 2>$null) : @()
    if (-not ($toolchains -match '^nightly') -or -not $IsLinux) {
        Write-Host '    AddressSanitizer: skipped, no nightly toolchain here' -ForegroundColor Yellow
        return
    }
    $triple = (& rustc -vV | Select-String '^host: (.+)$').Matches[0].Groups[1].Value
    $savedFlags = $env:RUSTFLAGS
    $env:RUSTFLAGS = '-Zsanitizer=address'
    try {
        $features = ($script:crates -eq 'CratesIo') ? @('--features', 'rusqlite/bundled') : @()
        & cargo +nightly build --quiet --workspace @features --target $triple --target-dir (Join-Path $root 'target' 'asan')
    } finally {
        $env:RUSTFLAGS = $savedFlags
    }
    if ($LASTEXITCODE -ne 0) {
        Add-Result 'C under AddressSanitizer' 0 1
        return
    }
    $library = Join-Path $root 'target' 'asan' $triple 'debug'
    foreach ($program in 'smoke', 'random', 'panic') {
        $binary = Join-Path $Folder "$program-asan"
        Invoke-Native (Get-CCompiler) @('-std=c11', '-fsanitize=address', '-O1', '-g', '-I', (Join-Path $root 'rust/ffi/include'),
            (Join-Path $root "tests/c/$program.c"), '-o', $binary, '-L', $library, '-lmglicense', "-Wl,-rpath,$library", '-lpthread')
        Invoke-CProgram "C $program under AddressSanitizer" $binary (Get-CArgument $program $Folder)
    }
}

function Get-PesterModule {
    param([string] $Version)
    $project = Join-Path $root 'tests' 'pester' 'Pester.csproj'
    $packages = if ($env:NUGET_PACKAGES) { $env:NUGET_PACKAGES } else { Join-Path $HOME '.nuget' 'packages' }
    $module = Join-Path $packages 'pester' $Version 'tools' 'Pester.psd1'
    if (-not (Test-Path $module)) {
        Write-Step "Fetching Pester $Version (NuGet)"
        Invoke-Native dotnet @('restore', $project, '--verbosity', 'quiet')
    }
    $module
}

function Test-Pester {
    param([switch] $Served)
    Write-Step ($Served ? 'Pester tests through the module, over HTTPS' : 'Pester tests through the module')
    $module = Get-PesterModule '5.9.1'
    $result = Join-Path $buildFolder 'pester.json'
    Remove-Item -Path $result -ErrorAction Ignore
    $runner = Join-Path $root 'tests' 'pester' 'Invoke-Suite.ps1'
    $shell = (Get-Process -Id $PID).Path
    $arguments = @('-NoProfile', '-NonInteractive', '-File', $runner, '-PesterModule', $module, '-Result', $result)
    # A star would come to the other process as the names of files here.
    if ($Path -contains '*') { $arguments += '-All' }
    elseif ($Path) { $arguments += @('-Name', ($Path -join ',')) }
    if ($Soak) { $arguments += '-Soak' }
    if ($Served) { $arguments += '-Served' }
    $name = $Served ? 'Pester over HTTPS' : 'Pester'
    & dotnet pwsh @arguments
    if (-not (Test-Path $result)) {
        Add-Result $name 0 1
        return
    }
    $counts = Get-Content -Raw $result | ConvertFrom-Json
    Add-Result $name $counts.Passed $counts.Failed
}

# The same files against a server of each tenant: the outcomes must be equal. A choice of them, unless -Path names others.
function Test-Served {
    Test-Pester -Served
}

# Programs written with the official clients, each in a folder of tests/clients. They find the server to talk to in
# MGLICENSE_TENANT_BINARY and the module in MGLICENSE_TEST_MODULE.
# The browser that looks at the report: the one that is named, the system's, or Debian's package, which as root is
# installed. Nothing where there is none.
function Get-Chromium {
    $found = @($env:MGLICENSE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome') | Where-Object { $_ -and (Test-Path $_) } | Select-Object -First 1
    if ($found) {
        return $found
    }
    if (-not (Test-Command 'apt-get') -or (& id -u) -ne '0') {
        return
    }
    Write-Step 'Installing chromium (for the tests of the report) with apt-get'
    $null = & apt-get update -qq 2>&1
    & apt-get install -y -qq --no-install-recommends chromium fonts-liberation 2>&1 | Out-Null
    '/usr/bin/chromium' | Where-Object { Test-Path $_ }
}

function Test-Clients {
    Write-Step 'Official clients against the served tenant'
    $clients = Join-Path $root 'tests' 'clients'
    $env:MGLICENSE_TENANT_BINARY = Join-Path $root 'target' 'release' ($IsWindows ? 'mglicense-tenant.exe' : 'mglicense-tenant')
    foreach ($project in Get-ChildItem -Path $clients -Recurse -Filter '*.csproj' | Where-Object FullName -NotMatch 'node_modules') {
        $lines = @(& dotnet test $project.FullName --nologo --verbosity quiet 2>&1 | ForEach-Object { "$_" })
        $code = $LASTEXITCODE
        $counts = $lines | Select-String -Pattern 'Failed:\s*(\d+), Passed:\s*(\d+)' | Select-Object -Last 1
        $bad = $counts ? [int]$counts.Matches[0].Groups[1].Value : 0
        $good = $counts ? [int]$counts.Matches[0].Groups[2].Value : 0
        if ($code -ne 0) {
            $lines | Where-Object { $_ -notmatch 'NU1603' } | ForEach-Object { Write-Host "    $_" }
            $bad = [Math]::Max(1, $bad)
        }
        Add-Result "Clients: $($project.BaseName)" $good $bad
    }
    $packages = @(Get-ChildItem -Path $clients -Directory | Where-Object { Test-Path (Join-Path $_.FullName 'package.json') })
    if (-not (Test-Command 'npm')) {
        Write-Host "    $($packages.Name -join ', '): skipped, there is no Node.js with npm here" -ForegroundColor Yellow
        return
    }
    foreach ($package in $packages) {
        if ($package.Name -eq 'report') {
            $env:MGLICENSE_CHROMIUM = Get-Chromium
            if (-not $env:MGLICENSE_CHROMIUM) {
                Write-Host "    report: skipped, there is no Chromium here; install it (Debian: 'apt-get install chromium') or name one in MGLICENSE_CHROMIUM" -ForegroundColor Yellow
                continue
            }
        }
        Push-Location $package.FullName
        try {
            $lines = @(& npm install --no-audit --no-fund --no-package-lock --loglevel=error 2>&1 | ForEach-Object { "$_" })
            if ($LASTEXITCODE -eq 0) {
                $lines = @(& npm test --silent 2>&1 | ForEach-Object { "$_" })
            }
            $code = $LASTEXITCODE
        } finally {
            Pop-Location
        }
        # The last counts of the reporter: '# pass 6' and '# fail 0'.
        $good = [int](($lines | Select-String -Pattern '^# pass (\d+)' | Select-Object -Last 1)?.Matches[0].Groups[1].Value ?? 0)
        $bad = [int](($lines | Select-String -Pattern '^# fail (\d+)' | Select-Object -Last 1)?.Matches[0].Groups[1].Value ?? 0)
        if ($code -ne 0) {
            $lines | ForEach-Object { Write-Host "    $_" }
            $bad = [Math]::Max(1, $bad)
        }
        Add-Result "Clients: $($package.Name)" $good $bad
    }
}

function Invoke-TestTask {
    Invoke-BuildTask
    foreach ($name in 'Lint', 'Rust', 'C', 'Pester', 'Served', 'Clients') {
        if ($Suite -contains $name) {
            & "Test-$name"
        }
    }
    Write-Host ''
    Write-Host "$script:passed passed, $script:failed failed"
    exit ([int]($script:failed -gt 0))
}

function Invoke-DemoTask {
    Invoke-BuildTask
    & dotnet pwsh -NoProfile -File (Join-Path $root 'examples' 'demo.ps1') -Module $moduleFolder
    exit $LASTEXITCODE
}

function Invoke-BenchTask {
    Invoke-BuildTask
    $arguments = @('-NoProfile', '-NonInteractive', '-File', (Join-Path $root 'tests' 'bench' 'Bench.ps1'), '-Module', $moduleFolder)
    if ($Path) { $arguments += @('-Name', ($Path -join ',')) }
    & dotnet pwsh @arguments
    exit $LASTEXITCODE
}

function Invoke-PackageTask {
    Invoke-BuildTask
    $archive = Join-Path $root 'out' "MgLicense-$(Get-ProductVersion)-$(Get-Runtime).zip"
    Write-Step "Packing $archive"
    Compress-Archive -Path $moduleFolder -DestinationPath $archive -Force
}

# The tenant's own program, without PowerShell between it and its clients.
function Invoke-ServeTask {
    Assert-Prerequisite
    Initialize-Crates
    $program = Join-Path $root 'target' 'release' ($IsWindows ? 'mglicense-tenant.exe' : 'mglicense-tenant')
    Write-Step 'Building the tenant (Rust, release)'
    Invoke-Cargo @('build', '--release', '--quiet', '--bin', 'mglicense-tenant')
    if ($LASTEXITCODE -ne 0) {
        Stop-Build 'the tenant did not build; the compiler says why above.'
    }
    Pop-Location
    & $program @Path
    exit $LASTEXITCODE
}

function Invoke-CleanTask {
    foreach ($folder in 'target', 'out', '.build', '.cargo', 'powershell/interop/bin', 'powershell/interop/obj') {
        $target = Join-Path $root $folder
        if (Test-Path $target) {
            Write-Host "    removing $folder"
            Remove-Item -Recurse -Force -Path $target
        }
    }
    Write-Host "    downloaded crates stay in $cacheFolder"
}

#endregion

Push-Location $root
try {
    & "Invoke-${Task}Task"
} finally {
    Pop-Location
}
