# The preflight of a whole pipeline, beside reading the same file: Bench.ps1 dot-sources this file.

# Ten thousand rows of a file against a tenant of as many users, in one process of its own. What the reading of the tenant
# takes is told by the command and taken off; the rest is the preflight as a run has it: rows in, judgement, totals out.
# What an object for each row costs on top is told beside it, and what PowerShell takes to hand the same rows to a
# cmdlet that does nothing: no command can be faster. Garbage is collected before each measurement, so that nobody pays
# for the rows of another.
function Measure-Preflight {
    Write-Host 'Preflight: Import-Csv of 10,000 rows and Test-MgUserLicense of the same, in turn, 5 times each after a warm-up'
    $tenant = Join-Path $work 'preflight.mgtenant'
    $null = New-Tenant $tenant 'users=10000,seed=11'
    $script = @"
Import-Module '$Module'
Connect-MgGraph -LocalTenant '$tenant' -NoWelcome
`$file = '$(Join-Path $work 'people.csv')'
Get-MgUser -All -Property Id, UserPrincipalName | ForEach-Object { [pscustomobject]@{ UserPrincipalName = `$_.UserPrincipalName; UsageLocation = 'GB'; Department = 'Finance' } } | Export-Csv `$file
`$empty = 'using System.Management.Automation; [Cmdlet("Test", "Nothing")] public class TestNothing : Cmdlet { [Parameter(ValueFromPipeline = true)] public object Row { get; set; } }'
Import-Module (Add-Type -TypeDefinition `$empty -PassThru).Assembly
`$csv = @(); `$test = @(); `$objects = @(); `$nothing = @()
foreach (`$round in 0..5) {
    [gc]::Collect()
    `$watch = [System.Diagnostics.Stopwatch]::StartNew()
    `$rows = Import-Csv `$file
    `$read = `$watch.Elapsed.TotalMilliseconds
    [gc]::Collect()
    `$watch.Restart()
    `$rows | Test-Nothing
    `$floor = `$watch.Elapsed.TotalMilliseconds
    [gc]::Collect()
    `$watch.Restart()
    `$summary = `$rows | Test-MgUserLicense -AddLicenses FLOW_FREE -Partial Row -Summary
    `$whole = `$watch.Elapsed.TotalMilliseconds - 1000 * `$summary.ReadSeconds
    if (`$summary.Rows -ne @(`$rows).Count) { throw 'a row was lost' }
    [gc]::Collect()
    `$watch.Restart()
    `$results = `$rows | Test-MgUserLicense -AddLicenses FLOW_FREE -Partial Row -InformationVariable information
    `$made = `$watch.Elapsed.TotalMilliseconds - 1000 * `$information[-1].MessageData.ReadSeconds
    if (@(`$results).Count -ne @(`$rows).Count) { throw 'a row has no result' }
    if (`$round) { `$csv += `$read; `$test += `$whole; `$objects += `$made; `$nothing += `$floor }
}
@{ Csv = `$csv; Test = `$test; Objects = `$objects; Nothing = `$nothing; Judge = 1000 * `$summary.JudgeSeconds } | ConvertTo-Json -Compress
"@
    $figures = Start-Shell $script | Select-Object -Last 1 | ConvertFrom-Json
    Add-Claim 'preflight of 10,000 rows after the read, beside Import-Csv of them' (Get-Median $figures.Test) (Get-Median $figures.Csv) 'ms' 3
    Write-Host ('  of which the judgement itself: {0:n1} ms, and the same rows through a cmdlet that does nothing: {1:n1} ms; with an object for each row: {2:n1} ms' -f
        $figures.Judge, (Get-Median $figures.Nothing), (Get-Median $figures.Objects))
}

# What a million rows take of memory while they are collected, beyond what the same pipeline takes without the command.
function Measure-RowMemory {
    Write-Host 'Rows: memory of a pipeline of 1,000,000 rows, with and without the command'
    $tenant = Join-Path $work 'rows.mgtenant'
    $null = New-Tenant $tenant 'users=100,seed=12'
    $peak = @"
Import-Module '$Module'
Connect-MgGraph -LocalTenant '$tenant' -NoWelcome
`$names = @(Get-MgUser -All -Property UserPrincipalName | ForEach-Object UserPrincipalName)
`$rows = & { foreach (`$number in 1..1000000) { `$names[`$number % `$names.Count] } }
[gc]::Collect()
`$process = [System.Diagnostics.Process]::GetCurrentProcess()
`$before = `$process.WorkingSet64
`$rows | Test-MgUserLicense -AddLicenses FLOW_FREE -Partial Row -Summary | ForEach-Object Rows
`$process.Refresh()
(`$process.PeakWorkingSet64 - `$before) / 1000000
"@
    $lines = @(Start-Shell $peak)
    if ($lines[-2] -ne 1000000) { throw "a million rows came to $($lines[-2])" }
    Add-Claim 'memory of a collected row, at the peak of 1,000,000' ([double] $lines[-1]) 200 'bytes' 1
}
