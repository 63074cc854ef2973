# Runs over many users in trouble: killed, met by faults, stopped by the person. Bench.ps1 runs this file's functions with
# its own helpers and those of Bulk.ps1.

function Measure-BulkKilled {
    Write-Host 'Bulk: 10,000 users; the process is killed at 20 random points of the run, and each time the next one goes on'
    $runs = Join-Path $work 'killed-runs'
    $served = Start-BulkServed 10000 @('--latency', '20', '--settings', '{"requestLog":"writes"}')
    $random = [System.Random]::new(7)
    try {
        $begin = (Get-ConnectScript $served) + "`n`$env:MGLICENSE_RUNS = '$runs'; `$ProgressPreference = 'SilentlyContinue'`n"
        $command = "`$null = Import-Csv '$($served.Csv)' | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @()"
        $kills = 0
        foreach ($round in 1..20) {
            $before = Get-SeatCount $served
            $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
            foreach ($argument in (Join-Path $PSHOME 'pwsh.dll'), '-NoProfile', '-NonInteractive', '-Command', ($begin + $command)) { $start.ArgumentList.Add($argument) }
            $process = [System.Diagnostics.Process]::Start($start)
            while ((Get-SeatCount $served) -eq $before -and -not $process.HasExited) { Start-Sleep -Milliseconds 20 }
            Start-Sleep -Milliseconds $random.Next(0, 80)
            if (-not $process.HasExited) {
                $process.Kill()
                $kills++
            }
            $process.WaitForExit()
            $id = (Get-ChildItem $runs -Filter *.mgrun | Select-Object -First 1).BaseName
            $command = "`$null = Resume-MgLicenseRun -Id $id"
        }
        $state = Start-Shell ($begin + $command + "; `$run = Get-MgLicenseRun -Id $id; `"`$(`$run.State) `$(`$run.Changed) `$(`$run.Failed)`"")
        Assert-Seat $served 10000 'the run that was killed'
        $undone = Start-Shell ($begin + "@(Undo-MgLicenseRun -Id $id -Confirm:`$false | Where-Object Status -eq Changed).Count")
        $left = Get-SeatCount $served
    } finally { Stop-Served $served }
    $sent = Start-Shell @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
`$adds = Get-MgLocalTenantRequest -Path '$($served.Path)' | Where-Object { `$_.Path -like '*assignLicense' -and `$_.Body -match '"addLicenses":\[\{' }
`$adds.Count - @(`$adds.Path | Sort-Object -Unique).Count
"@
    Remove-Item -Force "$($served.Path)*"
    Write-Host "    killed $kills times; in the end $state; sent twice $sent; undone $undone, $left licences left"
    if ($state -ne 'Completed 10000 0' -or [int]$undone -ne 10000 -or $left -ne 0) { throw 'changes were lost, or left after the undo' }
    Add-Claim "killed $kills times: changes sent again, beside 80 each time" $sent (80 * $kills) '' 1
}

# Steps of batches go wrong at random: not done, done without an answer, or put off.
function Measure-BulkFaults {
    Write-Host 'Bulk: 10,000 users, 5 % of the changes in trouble (429, 503, 504, reset; some carried out all the same), client and server on a clock of 50x'
    $kinds = @(
        @{ rate = 0.015; seed = 1; status = 429; headers = @{ 'Retry-After' = '2' } }
        @{ rate = 0.015; seed = 2; status = 503 }
        @{ rate = 0.005; seed = 3; status = 504 }
        @{ rate = 0.005; seed = 4; status = 504; afterWrite = $true }
        @{ rate = 0.005; seed = 5; reset = $true }
        @{ rate = 0.005; seed = 6; reset = $true; afterWrite = $true }
    )
    $faults = @($kinds | ForEach-Object { $_ + @{ on = @{ path = '/users/*/assignLicense' } } })
    $settings = @{ requestLog = 'writes'; faults = $faults } | ConvertTo-Json -Depth 5 -Compress
    $served = Start-BulkServed 10000 @('--settings', $settings, '--speed', '50')
    try {
        $env:MGLICENSE_CLOCK = '50x'
        $run = Measure-Run $served 10000
        Assert-Seat $served 10000 'the run in trouble'
    } finally {
        $env:MGLICENSE_CLOCK = $null
        Stop-Served $served
    }
    # Whoever was changed twice is in the log twice.
    $log = Start-Shell @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
`$changes = @(Get-MgLocalTenantRequest -Path '$($served.Path)' | Where-Object Path -like '*assignLicense')
`$made = @(`$changes | Where-Object Status -eq 200)
"`$(`$changes.Count) `$(@(`$changes | Where-Object { `$_.Fault -or `$_.Status -ne 200 }).Count) `$(`$made.Count - @(`$made.Path | Sort-Object -Unique).Count)"
"@
    Remove-Item -Force "$($served.Path)*"
    $sent, $trouble, $twice = ($log -split ' ').ForEach{ [int]$_ }
    Write-Host ('    {0} changes sent, {1} of them in trouble, {2} made twice; {3:n1} s' -f $sent, $trouble, $twice, ($run.Milliseconds / 1000))
    Add-Claim '10,000 users, 5 % in trouble: made twice' $twice 1 '' 0
}

# Stops a run of 500 as Ctrl+C does, once a condition holds. Gives the milliseconds until its pipeline ended; every row
# must be accounted for, and the command to go on with be said.
function Measure-Stopped {
    param($Served, [string] $Once)
    $run = "`$ProgressPreference = 'SilentlyContinue'; Import-Module '$Module'; Import-Csv '$($Served.Csv)' | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @()"
    $file = Join-Path $work 'stopped.ps1'
    Set-Content -Path $file -Value $run
    $output = @(Start-Shell ((Get-ConnectScript $Served) + "`n" + @"
`$env:MGLICENSE_RUNS = '$(Join-Path $work 'stopped-runs')'
`$space = [runspacefactory]::CreateRunspace(`$Host)
`$space.Open()
`$shell = [powershell]::Create()
`$shell.Runspace = `$space
`$null = `$shell.AddScript([System.IO.File]::ReadAllText('$file'))
`$out = [System.Management.Automation.PSDataCollection[psobject]]::new()
`$null = `$shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), `$out)
while (`$out.Count -lt 80) { Start-Sleep -Milliseconds 5 }
$Once
`$watch = [System.Diagnostics.Stopwatch]::StartNew()
`$shell.Stop()
`$watch.Stop()
`$run = Get-MgLicenseRun -Last
"stopped `$(`$watch.Elapsed.TotalMilliseconds) `$(`$run.State) `$(`$run.Rows) `$(`$run.Changed) `$(`$run.NotStarted)"
"@))
    if (-not ($output -match 'Go on with: Resume-MgLicenseRun -Id')) { throw "no command to go on with: $output" }
    $null, $time, $state, $rows, $changed, $open = -split ($output -match '^stopped ')[0]
    $seats = Get-SeatCount $Served
    if ($state -ne 'Cancelled' -or [int]$rows -ne 500 -or [int]$changed + [int]$open -ne 500 -or [int]$changed -ne $seats) {
        throw "rows are not accounted for: $output; $seats seats"
    }
    [double]$time
}

function Measure-BulkStop {
    Write-Host 'Bulk: 500 users, stopped as Ctrl+C does: while the run waits for the limit, and with writes under way, whose answers take 1 s; 3 rounds'
    $idle = @()
    $flying = @()
    foreach ($round in 1..3) {
        $served = Start-BulkServed 500 @('--quota={"writes":1,"writeWindowSeconds":1,"writeBurst":100}')
        try { $idle += Measure-Stopped $served 'Start-Sleep -Seconds 2' } finally { Stop-BulkServed $served }
        $served = Start-BulkServed 500 @('--latency', '1000')
        try { $flying += Measure-Stopped $served } finally { Stop-BulkServed $served }
    }
    Write-Host ('    idle {0:n0} ms, with writes under way {1:n0} ms' -f (Get-Median $idle), (Get-Median $flying))
    Add-Claim 'Ctrl+C while nothing is under way, the slowest of 3' ($idle | Measure-Object -Maximum).Maximum 500 'ms' 1
    Add-Claim 'Ctrl+C with writes under way, the slowest of 3' ($flying | Measure-Object -Maximum).Maximum 2500 'ms' 1
}
