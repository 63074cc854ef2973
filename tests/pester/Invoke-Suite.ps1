<#
.SYNOPSIS
    Runs the Pester files of this folder and writes how many tests passed and failed.
.DESCRIPTION
    build.ps1 calls it in a process of its own. A file that contributes no test fails the run: a suite that was never
    reached proves nothing.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $PesterModule,
    [Parameter(Mandatory)] [string] $Result,
    [string] $Name,
    [switch] $Soak,

    # Over HTTPS, against a server of each tenant: those of served.psd1 that always do, unless -Name names others.
    [switch] $Served,

    # All files; over HTTPS all that can.
    [switch] $All
)

$ErrorActionPreference = 'Stop'
Import-Module $PesterModule
$env:MGLICENSE_SOAK = if ($Soak) { '1' } else { '' }
# A test must never meet a tenant that the person at the keyboard has chosen.
$env:MGLICENSE_TENANT = $null
# Nor read or change the environments of that person. The folder is that of Helpers.psm1.
$env:MGLICENSE_SETTINGS = Join-Path ([System.IO.Path]::GetTempPath()) "mglicense-tests-$PID" 'settings'

$env:MGLICENSE_TEST_SERVED = if ($Served) { '1' } else { '' }

$files = @(Get-ChildItem -Path $PSScriptRoot -Recurse -Filter '*.Tests.ps1' | Sort-Object FullName)
if ($Served) {
    $list = Import-PowerShellDataFile (Join-Path $PSScriptRoot 'served.psd1')
    $files = @($files | Where-Object {
            $own = $_.Name -replace '\.Tests\.ps1$'
            $Name -or $All ? -not $list.InProcessOnly.ContainsKey($own) : $own -in $list.Always
        })
}
if ($Name) {
    $wanted = $Name.Split(',')
    $files = @($files | Where-Object { $file = $_; $wanted | Where-Object { $file.Name -like "*$_*" } })
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $files.FullName
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.CIFormat = 'None'
try {
    $run = Invoke-Pester -Configuration $configuration
} finally {
    # The folder of Helpers.psm1.
    Remove-Item -Recurse -Force -ErrorAction Ignore -Path (Join-Path ([System.IO.Path]::GetTempPath()) "mglicense-tests-$PID")
}

$passed = $run.PassedCount
$failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
foreach ($container in $run.Containers) {
    if ($container.TotalCount -eq 0) {
        Write-Host "$($container.Item) holds no test" -ForegroundColor Red
        $failed++
    }
}
@{ Passed = $passed; Failed = $failed } | ConvertTo-Json | Set-Content -Path $Result
exit ([int]($failed -gt 0))
