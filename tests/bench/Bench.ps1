<#
.SYNOPSIS
    Measures what MgLicense claims, each figure beside what it is compared with, in one run.
.DESCRIPTION
    Every claim is a ratio of two things measured here and now on this machine, so that a slow or a busy machine
    changes both. Medians are taken; nothing is kept from an earlier run. build.ps1 Bench calls this script.
.PARAMETER Module
    The staged module.
.PARAMETER Name
    Only these benchmarks, by name or how names begin, separated by commas: Import, FirstLicence, Call, Read, Transport,
    Groups, Bulk (BulkSpeed, BulkLarge, BulkUnknownLimit, BulkDocumentedLimit, BulkFaults, BulkKilled, BulkStop),
    Compatibility, Preflight, RowMemory, Report.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [string] $Name
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$Module = (Resolve-Path $Module).Path
$root = (Resolve-Path (Join-Path $PSScriptRoot '..' '..')).Path
$work = Join-Path ([System.IO.Path]::GetTempPath()) "mglicense-bench-$PID"
$null = New-Item -ItemType Directory -Path $work
$claims = [System.Collections.Generic.List[object]]::new()

function Add-Claim {
    param([string] $What, [double] $Ours, [double] $Theirs, [string] $Unit, [double] $Limit)
    $ratio = $Ours / $Theirs
    $claims.Add([pscustomobject]@{
            What = $What; Ours = ('{0:n1} {1}' -f $Ours, $Unit); Beside = ('{0:n1} {1}' -f $Theirs, $Unit)
            Ratio = ('{0:n2}' -f $ratio); Limit = ('{0:n2}' -f $Limit); Holds = $ratio -le $Limit
        })
}

function Get-Median {
    param([double[]] $Values)
    $sorted = $Values | Sort-Object
    $sorted[[Math]::Floor($sorted.Count / 2)]
}

# One fresh PowerShell with the same host program as this one, started directly: going through 'dotnet pwsh' would
# add the tool launcher's time to both sides and flatter the ratio.
function Start-Shell {
    param([string] $Command)
    $dotnet = (Get-Process -Id $PID).Path
    $arguments = @((Join-Path $PSHOME 'pwsh.dll'), '-NoProfile', '-NonInteractive', '-Command', $Command)
    $output = & $dotnet @arguments
    if ($LASTEXITCODE -ne 0) {
        throw "a measured process failed: $output"
    }
    $output
}

function Measure-Shell {
    param([string] $Command)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $null = Start-Shell $Command
    $watch.Elapsed.TotalMilliseconds
}

function Measure-Import {
    Write-Host 'Import: bare start and import, in turn, 5 times each after a warm-up'
    $import = "Import-Module '$Module'"
    $null = Measure-Shell 'exit'
    $null = Measure-Shell $import
    $bare = @()
    $with = @()
    foreach ($round in 1..5) {
        $bare += Measure-Shell 'exit'
        $with += Measure-Shell $import
    }
    Add-Claim 'Import-Module by path, beside a bare start' ((Get-Median $with) - (Get-Median $bare)) (Get-Median $bare) 'ms' 0.45
}

function New-Tenant {
    param([string] $Path, [string] $Generate)
    Start-Shell "Import-Module '$Module'; `$null = New-MgLocalTenant -Path '$Path' -Generate '$Generate' -Force"
}

function Measure-FirstLicence {
    Write-Host 'FirstLicence: a fresh process that imports, connects and sets one licence, 5 times after a warm-up'
    $path = Join-Path $work 'first.mgtenant'
    New-Tenant $path 'users=50,seed=1,licensed=0'
    $script = @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
Connect-MgGraph -LocalTenant '$path' -NoWelcome
`$null = Set-MgUserLicense -UserId USER -AddLicenses @{ SkuId = '06ebc4ee-1bb5-47dd-8120-11324bc54e06' } -RemoveLicenses @()
"@
    $users = @(Start-Shell "Import-Module '$Module'; Connect-MgGraph -LocalTenant '$path' -NoWelcome; (Get-MgUser -All -Property Id, UsageLocation | Where-Object UsageLocation | Select-Object -First 6).Id")
    $null = Measure-Shell ($script.Replace('USER', $users[0]))
    $bare = @()
    $whole = @()
    foreach ($round in 1..5) {
        $bare += Measure-Shell 'exit'
        $whole += Measure-Shell ($script.Replace('USER', $users[$round]))
    }
    Add-Claim 'fresh process to one licence set' (Get-Median $whole) (Get-Median $bare) 'ms' 1.9
}

function Measure-Call {
    $commitFloor = Join-Path $root 'target' 'release' 'examples' ('commit_floor' + ($IsWindows ? '.exe' : ''))
    & cargo build --release --quiet --package mglicense-tenant --example commit_floor --manifest-path (Join-Path $root 'Cargo.toml')
    $folders = [ordered]@{ disk = Join-Path $root '.build' }
    if (Test-Path /dev/shm) {
        $folders['/dev/shm'] = '/dev/shm'
    }
    foreach ($place in $folders.Keys) {
        Write-Host "Call: 1,000 users one call at a time on $place, beside an empty function and a durable transaction"
        $path = Join-Path $folders[$place] "bench-call-$PID.mgtenant"
        $output = Start-Shell @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
`$null = New-MgLocalTenant -Path '$path' -Generate 'users=1000,seed=1,licensed=0' -Force
Connect-MgGraph -LocalTenant '$path' -NoWelcome
`$people = Get-MgUser -All -Property Id, UsageLocation
foreach (`$person in `$people | Where-Object { -not `$_.UsageLocation }) { Update-MgUser -UserId `$person.Id -UsageLocation GB }
`$users = `$people.Id
`$parameters = (Get-Command Set-MgUserLicense).Parameters
`$metadata = [System.Management.Automation.CommandMetadata]::new((Get-Command Set-MgUserLicense))
`$binding = [System.Management.Automation.ProxyCommand]::GetCmdletBindingAttribute(`$metadata)
`$block = [System.Management.Automation.ProxyCommand]::GetParamBlock(`$metadata)
. ([scriptblock]::Create("function Set-Nothing { `$binding param(`$block) process { } }"))
`$sku = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
foreach (`$user in `$users[0..49]) {
    `$null = Set-Nothing -UserId `$user -AddLicenses @{ SkuId = `$sku } -RemoveLicenses @()
    `$null = Set-MgUserLicense -UserId `$user -AddLicenses @{ SkuId = `$sku } -RemoveLicenses @()
}
`$empty = [System.Collections.Generic.List[double]]::new()
`$whole = [System.Collections.Generic.List[double]]::new()
`$watch = [System.Diagnostics.Stopwatch]::new()
foreach (`$user in `$users) {
    `$watch.Restart()
    `$null = Set-Nothing -UserId `$user -AddLicenses @{ SkuId = `$sku } -RemoveLicenses @()
    `$empty.Add(`$watch.Elapsed.TotalMicroseconds)
    `$watch.Restart()
    `$null = Set-MgUserLicense -UserId `$user -AddLicenses @{ SkuId = `$sku } -RemoveLicenses @()
    `$whole.Add(`$watch.Elapsed.TotalMicroseconds)
}
`$empty.Sort(); `$whole.Sort()
Disconnect-MgGraph | Out-Null
`$empty[500]; `$whole[500]
"@
        $floor = [double](& $commitFloor $folders[$place])
        Remove-Item "$path*"
        Write-Host ('    empty function {0:n1} µs, durable transaction {1:n1} µs' -f [double]$output[0], $floor)
        Add-Claim "Set-MgUserLicense, one call, $place" ([double]$output[1]) ([double]$output[0] + $floor) 'µs' 2
    }
}

function Measure-Read {
    Write-Host 'Read: 50,000 users to objects, beside ConvertFrom-Json of the same pages; each in a process of its own, 3 times'
    $path = Join-Path $work 'read.mgtenant'
    New-Tenant $path 'users=50000,seed=1'
    $properties = 'Id,DisplayName,UserPrincipalName,AccountEnabled,UsageLocation,UserType,Department,AssignedLicenses'
    $pages = Join-Path $work 'pages'
    $null = New-Item -ItemType Directory -Path $pages
    Start-Shell @"
Import-Module '$Module'
Connect-MgGraph -LocalTenant '$path' -NoWelcome
`$uri = 'v1.0/users?`$select=$($properties.Substring(0, 1).ToLowerInvariant())$($properties.Substring(1))'
`$number = 0
while (`$uri) {
    `$text = Invoke-MgGraphRequest -Uri `$uri -OutputType Json
    [System.IO.File]::WriteAllText((Join-Path '$pages' ('{0:d5}.json' -f `$number++)), `$text)
    `$uri = if (`$text -match '"@odata\.nextLink"\s*:\s*"([^"]+)"') { `$Matches[1] } else { `$null }
}
"@
    $measure = @'
$watch.Stop()
[GC]::Collect()
$process.Refresh()
"$($watch.Elapsed.TotalMilliseconds) $(($process.PeakWorkingSet64 - $before) / 1MB) $($users.Count)"
'@
    $begin = '$process = [System.Diagnostics.Process]::GetCurrentProcess(); [GC]::Collect(); $process.Refresh(); $before = $process.WorkingSet64; $watch = [System.Diagnostics.Stopwatch]::StartNew()'
    $ours = @"
Import-Module '$Module'
Connect-MgGraph -LocalTenant '$path' -NoWelcome
$begin
`$users = Get-MgUser -All -Property $properties
$measure
"@
    $theirs = @"
$begin
`$users = foreach (`$file in [System.IO.Directory]::GetFiles('$pages') | Sort-Object) { ([System.IO.File]::ReadAllText(`$file) | ConvertFrom-Json).value }
$measure
"@
    $results = @{ ours = @(); theirs = @() }
    foreach ($round in 1..3) {
        $results.ours += , ((Start-Shell $ours) -split ' ')
        $results.theirs += , ((Start-Shell $theirs) -split ' ')
    }
    foreach ($side in 'ours', 'theirs') {
        foreach ($row in $results[$side]) {
            if ([int]$row[2] -ne 50000) {
                throw "the read returned $($row[2]) users, not 50000"
            }
        }
    }
    Add-Claim 'read of 50,000 users to objects, time' (Get-Median $results.ours.ForEach{ $_[0] }) (Get-Median $results.theirs.ForEach{ $_[0] }) 'ms' 0.35
    Add-Claim 'read of 50,000 users to objects, memory' (Get-Median $results.ours.ForEach{ $_[1] }) (Get-Median $results.theirs.ForEach{ $_[1] }) 'MB' 0.5
}

. (Join-Path $PSScriptRoot 'Transport.ps1')
. (Join-Path $PSScriptRoot 'Groups.ps1')
. (Join-Path $PSScriptRoot 'Bulk.ps1')
. (Join-Path $PSScriptRoot 'BulkTrouble.ps1')
. (Join-Path $PSScriptRoot 'Compatibility.ps1')
. (Join-Path $PSScriptRoot 'Preflight.ps1')
. (Join-Path $PSScriptRoot 'Report.ps1')

try {
    $all = 'Import', 'FirstLicence', 'Call', 'Read', 'Transport', 'Groups', 'BulkSpeed', 'BulkLarge', 'BulkUnknownLimit', 'BulkDocumentedLimit', 'BulkFaults', 'BulkKilled', 'BulkStop',
        'Compatibility', 'Preflight', 'RowMemory', 'Report'
    $wanted = if ($Name) { $Name.Split(',') } else { $all }
    # 'Bulk' means all whose names begin so.
    foreach ($benchmark in $all | Where-Object { $known = $_; $wanted | Where-Object { $known -like "$_*" } }) {
        & "Measure-$benchmark"
    }
    $claims | Format-Table -AutoSize | Out-String -Width 200 | Write-Host
} finally {
    Remove-Item -Recurse -Force -Path $work
}
exit @($claims | Where-Object { -not $_.Holds }).Count
