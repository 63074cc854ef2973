# What runs over many users claim, against a served tenant in a process of its own, beside what people use today.
# Bench.ps1 runs this file's function with its own helpers and those of Transport.ps1.

# A tenant of so many users, all with a location and without a licence. Made once; each measured run gets a copy.
function Get-BulkTenant {
    param([int] $Count)
    $path = Join-Path $work "bulk-$Count.mgtenant"
    if (-not (Test-Path $path)) {
        New-Tenant $path "users=$Count,seed=1,licensed=0"
        $env:MGLICENSE_RUNS = Join-Path $work 'setup-runs'
        $null = Start-Shell @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
Set-MgLocalTenant -Path '$path' -Setting @{ durability = 'none' }
Connect-MgGraph -LocalTenant '$path' -NoWelcome
`$failed = Get-MgUser -All -Property Id | Set-MgUserLicense -AddLicenses @() -RemoveLicenses @() -UsageLocation GB | Where-Object Status -eq Failed
if (`$failed) { throw "`$(@(`$failed).Count) locations could not be set" }
"@
        $env:MGLICENSE_RUNS = $null
        Remove-Item -Recurse -Force (Join-Path $work 'setup-runs')
    }
    $path
}

function Start-BulkServed {
    param([int] $Count, [string[]] $Arguments = @())
    $copy = Join-Path $work "served-$([guid]::NewGuid().ToString('n')).mgtenant"
    Copy-Item (Get-BulkTenant $Count) $copy
    $served = Start-Served $copy $Arguments
    $served | Add-Member Path $copy
    $served | Add-Member Csv (Join-Path $work "people-$Count.csv")
    if (-not (Test-Path $served.Csv)) {
        Get-EveryId $served | ForEach-Object -Begin { 'UserId' } -Process { $_ } | Set-Content $served.Csv
    }
    $served
}

function Stop-BulkServed {
    param($Served)
    Stop-Served $Served
    Remove-Item -Force "$($Served.Path)*"
}

function Invoke-Service {
    param($Served, [string] $Path)
    Invoke-RestMethod -Uri "$($Served.Uri)/v1.0/$Path" -NoProxy -Headers @{ Authorization = "Bearer $($Served.Token)" }
}

function Get-EveryId {
    param($Served)
    $path = 'users?$select=id&$top=999'
    while ($path) {
        $page = Invoke-Service $Served $path
        $page.value.id
        $path = if ($page.PSObject.Properties['@odata.nextLink']) { $page.'@odata.nextLink' -replace '^.*/v1\.0/' }
    }
}

# Licences are counted where they are: at the server.
function Get-SeatCount {
    param($Served)
    ((Invoke-Service $Served 'subscribedSkus').value | Where-Object skuPartNumber -EQ SPE_E5).consumedUnits
}

function Assert-Seat {
    param($Served, [int] $Count, [string] $Whose)
    $seats = Get-SeatCount $Served
    if ($seats -ne $Count) { throw "$Whose gave $seats licences, not $Count" }
}

# Our own run in a fresh PowerShell: milliseconds and the process's peak in MB. The shell's own module of Import-Csv is of
# its start, which isn't measured on any side; reading the file is measured on ours alone.
function Get-RunScript {
    param($Served, [string] $Runs, [string] $Extra = '')
    (Get-ConnectScript $Served) + "`n" + @"
`$null = Get-MgOrganization
Import-Module Microsoft.PowerShell.Utility
`$env:MGLICENSE_RUNS = '$Runs'
`$ProgressPreference = 'SilentlyContinue'
`$watch = [System.Diagnostics.Stopwatch]::StartNew()
`$results = Import-Csv '$($Served.Csv)' | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() $Extra
`$watch.Stop()
`$process = [System.Diagnostics.Process]::GetCurrentProcess()
`$done = @(`$results | Where-Object Status -eq Changed).Count
"`$(`$watch.Elapsed.TotalMilliseconds) `$(`$process.PeakWorkingSet64 / 1MB) `$done `$((Get-MgLicenseRun -Last).Commits)"
"@
}

function Measure-Run {
    param($Served, [int] $Count, [string] $Runs = (Join-Path $work 'runs'))
    $numbers = (Start-Shell (Get-RunScript $Served $Runs)) -split ' '
    if ([int]$numbers[2] -ne $Count) { throw "the run changed $($numbers[2]) users, not $Count" }
    [pscustomobject]@{ Milliseconds = [double]$numbers[0]; Peak = [double]$numbers[1]; Commits = [int]$numbers[3] }
}

# The batches that scripts make by hand, one after the other, without regard to throttling.
function Measure-HandMade {
    param($Served)
    $script = (Get-RestScript $Served) + "`n" + @"
`$users = (Import-Csv '$($Served.Csv)').UserId
`$sku = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
`$call = @{ Method = 'Post'; Uri = '$($Served.Uri)/v1.0/`$batch'; NoProxy = `$true; Headers = @{ Authorization = "Bearer `$token" }; ContentType = 'application/json' }
`$null = Invoke-RestMethod @call -Body '{"requests":[{"id":"1","method":"GET","url":"/organization"}]}'
`$watch = [System.Diagnostics.Stopwatch]::StartNew()
for (`$at = 0; `$at -lt `$users.Count; `$at += 20) {
    `$id = 0
    `$requests = foreach (`$user in `$users[`$at..[Math]::Min(`$at + 19, `$users.Count - 1)]) {
        @{ id = "`$((`$id++))"; method = 'POST'; url = "/users/`$user/assignLicense"; headers = @{ 'Content-Type' = 'application/json' }
            body = @{ addLicenses = @(@{ skuId = `$sku; disabledPlans = @() }); removeLicenses = @() } }
    }
    `$null = Invoke-RestMethod @call -Body (@{ requests = @(`$requests) } | ConvertTo-Json -Depth 6 -Compress)
}
`$watch.Elapsed.TotalMilliseconds
"@
    [double](Start-Shell $script)
}

# The time the disk takes for one small durable write: what a commit can't be faster than.
function Measure-Sync {
    param([string] $Folder)
    $file = Join-Path $Folder "sync-$PID"
    $stream = [System.IO.FileStream]::new($file, 'Create', 'Write', 'None', 1)
    $page = [byte[]]::new(4096)
    $times = foreach ($round in 1..200) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $stream.Write($page)
        $stream.Flush($true)
        $watch.Elapsed.TotalMilliseconds
    }
    $stream.Dispose()
    Remove-Item $file
    Get-Median $times
}

function Measure-BulkSpeed {
    Build-Peer
    Write-Host 'Bulk: 500 users, 20 ms latency; ours with preflight and journal, a loop of Set-MgUserLicense, $batch by hand, Microsoft.Graph with four batches; 3 rounds'
    $rows = @{ ours = @(); loop = @(); hand = @(); graph = @(); floor = @() }
    foreach ($round in 1..3) {
        foreach ($kind in 'ours', 'hand', 'graph', 'loop', 'floor') {
            $served = Start-BulkServed 500 @('--latency', '20')
            try {
                $users = (Import-Csv $served.Csv).UserId
                $rows[$kind] += switch ($kind) {
                    'ours' { (Measure-Run $served 500).Milliseconds }
                    'hand' { Measure-HandMade $served }
                    'graph' { (Invoke-Peer batch $served $users).milliseconds }
                    'loop' {
                        $file = Join-Path $work 'users.txt'
                        [System.IO.File]::WriteAllLines($file, $users)
                        (Measure-Loop ((Get-ConnectScript $served) + "`n" + (Get-LoopScript $ourCall $file))).Milliseconds
                    }
                    # The same 25 batches as bytes on four connections, with nothing to decide and nothing to keep.
                    'floor' { (Invoke-Peer batchfloor $served $users).milliseconds }
                }
                Assert-Seat $served 500 $kind
            } finally {
                Stop-BulkServed $served
            }
        }
    }
    $median = @{}
    foreach ($kind in $rows.Keys) { $median[$kind] = Get-Median $rows[$kind] }
    Write-Host ('    the server alone {0:n0} ms, ours {1:n0}, Microsoft.Graph {2:n0}, by hand {3:n0}, loop {4:n0}' -f $median.floor, $median.ours, $median.graph, $median.hand, $median.loop)
    Add-Claim '500 users, beside a loop of single calls' $median.ours $median.loop 'ms' (1 / 40)
    Add-Claim '500 users, beside $batch by hand' $median.ours $median.hand 'ms' (1 / 2.5)
    Add-Claim '500 users, beside Microsoft.Graph, four batches' $median.ours $median.graph 'ms' 1.25
}

function Measure-BulkLarge {
    Build-Peer
    Write-Host 'Bulk: 10,000 users, 20 ms latency; ours with preflight and journal, Microsoft.Graph with four batches and neither; 3 rounds'
    $rows = @{ ours = @(); graph = @(); memory = @(); swift = @(); commits = @() }
    $shm = if (Test-Path /dev/shm) { Join-Path /dev/shm "bulk-runs-$PID" }
    foreach ($round in 1..3) {
        $served = Start-BulkServed 10000 @('--latency', '20')
        try {
            $users = (Import-Csv $served.Csv).UserId
            $rows.graph += (Invoke-Peer batch $served $users).milliseconds
            Assert-Seat $served 10000 'Microsoft.Graph'
        } finally { Stop-BulkServed $served }
        foreach ($place in @((Join-Path $work 'runs'), $shm) | Where-Object { $_ }) {
            $served = Start-BulkServed 10000 @('--latency', '20')
            try {
                $run = Measure-Run $served 10000 $place
                Assert-Seat $served 10000 'our run'
                if ($place -eq $shm) { $rows.swift += $run.Milliseconds } else { $rows.ours += $run.Milliseconds; $rows.memory += $run.Peak; $rows.commits += $run.Commits }
            } finally { Stop-BulkServed $served }
        }
    }
    Add-Claim '10,000 users with preflight and journal, beside Microsoft.Graph' (Get-Median $rows.ours) (Get-Median $rows.graph) 'ms' 1.15
    Add-Claim '10,000 users, peak memory of the whole PowerShell' (Get-Median $rows.memory) 150 'MB' 1
    if ($shm) {
        Remove-Item -Recurse -Force $shm
        $sync = Measure-Sync $work
        # As the run counted them: batches that begin together share one.
        $commits = Get-Median $rows.commits
        Write-Host ('    a synced write takes {0:n2} ms, {1} commits {2:n0} ms; the journal on a disk without sync {3:n0} ms, on the disk {4:n0} ms' -f $sync, $commits, ($sync * $commits), (Get-Median $rows.swift), (Get-Median $rows.ours))
        Add-Claim 'what the journal costs beyond the sync of its commits' ((Get-Median $rows.ours) - $sync * $commits) (Get-Median $rows.swift) 'ms' 1.05
    }
}

# What the server's log says of the writes: the time from the first to the last that was carried out, on its clock, and
# how many were refused. Its times are whole seconds.
function Get-WriteLog {
    param([string] $Path)
    $line = Start-Shell @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
`$writes = @(Get-MgLocalTenantRequest -Path '$Path' | Where-Object Path -like '*assignLicense')
`$done = @(`$writes | Where-Object Status -eq 200)
`$times = `$done.ForEach{ [datetimeoffset]`$_.At } | Sort-Object
"`$((`$times[-1] - `$times[0]).TotalSeconds) `$(@(`$writes | Where-Object Status -eq 429).Count) `$(`$done.Count)"
"@
    $numbers = $line -split ' '
    [pscustomobject]@{ Seconds = [double]$numbers[0]; Refused = [int]$numbers[1]; Done = [int]$numbers[2] }
}

function Measure-BulkUnknownLimit {
    Write-Host 'Bulk: 300 users, limits of 40, 60 and 110 writes and 20 a second that the client does not know; refused ones are charged'
    $served = Start-BulkServed 300
    try { $free = (Measure-Run $served 300).Milliseconds / 1000 } finally { Stop-BulkServed $served }
    Write-Host ('    without a limit ours takes {0:n2} s from the first row to the last result, none of it for a limit' -f $free)
    foreach ($capacity in 40, 60, 110) {
        $served = Start-BulkServed 300 @("--quota={`"writes`":20,`"writeWindowSeconds`":1,`"writeBurst`":$capacity}", '--settings', '{"requestLog":"writes"}')
        try {
            $script = (Get-RunScript $served (Join-Path $work 'runs')) + "`n" + @"
`$again = Import-Csv '$($served.Csv)' | Remove-MgUserLicense -SkuId SPE_E5 -Confirm:`$false
@(`$again | Where-Object Status -eq Changed).Count
"@
            $output = @(Start-Shell $script)
        } finally { Stop-Served $served }
        # Refused in the four batches that were under way at the first refusal; after them; in the second run.
        $log = Start-Shell @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
`$batch = 0; `$first = 0; `$counts = 0, 0, 0
foreach (`$request in Get-MgLocalTenantRequest -Path '$($served.Path)') {
    if (`$request.Path -like '*batch') { `$batch++ }
    if (`$request.Path -notlike '*assignLicense' -or `$request.Status -ne 429) { continue }
    if (-not `$first) { `$first = `$batch }
    `$counts[`$request.Body -notmatch '"addLicenses":\[\{' ? 2 : `$batch -lt `$first + 4 ? 0 : 1]++
}
"`$counts"
"@
        Remove-Item -Force "$($served.Path)*"
        $burst, $later, $again = ($log -split ' ').ForEach{ [int]$_ }
        $seconds = [double]($output[0] -split ' ')[0] / 1000
        $floor = (300 - $capacity) / 20
        $bound = $floor * 1.025 + ($burst + $later) / 20
        Write-Host ('    {0}: floor {1:n2} s, bound with what refusals cost {2:n2} s; ours {3:n2} s; refused at once {4}, later {5}, in the second run {6}' -f $capacity, $floor, $bound, $seconds, $burst, $later, $again)
        Add-Claim "300 users, an unknown limit of ${capacity}: waiting, beside its bound" ($seconds - $free) $bound 's' 1
        Add-Claim "300 users, an unknown limit of ${capacity}: refused of 80 under way" $burst 80 '' 1
        Add-Claim "300 users, an unknown limit of ${capacity}: refused later, of 300" $later 1.5 '' 1
        Add-Claim "300 users, an unknown limit of ${capacity}: refused in the second run" $again 3 '' 1
        if ([int]($output[0] -split ' ')[2] + [int]$output[1] -ne 600) { throw "of 300 users, $output were changed and taken back" }
    }
}

function Measure-BulkDocumentedLimit {
    Write-Host 'Bulk: 10,000 users at the documented limit, client and server on a clock of 50x; from the first write to the last in the server''s log'
    $cases = @(
        @{ Name = 'token bucket'; Quota = '{}'; Floor = 350 }
        @{ Name = 'fixed windows'; Quota = '{"model":"fixedWindow"}'; Floor = 450 }
        # (10,000 - 3,000) / 10 a second.
        @{ Name = 'half used by somebody else'; Quota = '{"othersPercent":50}'; Floor = 700 }
    )
    foreach ($case in $cases) {
        $served = Start-BulkServed 10000 @("--quota=$($case.Quota)", '--settings', '{"requestLog":"writes"}', '--speed', '50')
        try {
            $env:MGLICENSE_CLOCK = '50x'
            $numbers = (Start-Shell (Get-RunScript $served (Join-Path $work 'runs'))) -split ' '
        } finally {
            $env:MGLICENSE_CLOCK = $null
            Stop-Served $served
        }
        $log = Get-WriteLog $served.Path
        Remove-Item -Force "$($served.Path)*"
        Write-Host ('    {0}: floor {1} s, ours {2:n0} s, {3} done, {4} refused' -f $case.Name, $case.Floor, $log.Seconds, $log.Done, $log.Refused)
        if ($log.Done -ne 10000 -or [int]$numbers[2] -ne 10000) { throw "$($log.Done) of 10,000 were done" }
        Add-Claim "10,000 users, $($case.Name), beside the floor" $log.Seconds $case.Floor 's' 1.02
        Add-Claim "10,000 users, $($case.Name), refused" $log.Refused 50 '' 1
    }
}
