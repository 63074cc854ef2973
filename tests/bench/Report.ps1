# What the reports claim: who has what over 50,000 users of a served tenant with 20 ms latency, beside a compiled client
# that only reads the same pages and beside the usual script; and the same rows as a page, opened in a browser.
# Bench.ps1 runs this file's function with its own helpers, and those of Transport.ps1.

# The address of the first page that Get-MgLicenseAssignment asks for, as the tenant's own log has it.
function Get-ReportAddress {
    $path = Join-Path $work 'address.mgtenant'
    Start-Shell @"
Import-Module '$Module'
`$null = New-MgLocalTenant -Path '$path' -Generate 'users=50,seed=1' -Force
`$null = Set-MgLocalTenant -Path '$path' -Setting @{ requestLog = 'all' }
Connect-MgGraph -LocalTenant '$path' -NoWelcome
`$null = Get-MgLicenseAssignment
(Get-MgLocalTenantRequest | Where-Object Path -Match '/users\?').Path
"@
}

# Starts node on a file of tests/clients/report, whose packages are there or are fetched.
function Invoke-ReportNode {
    param([string[]] $Arguments)
    Push-Location (Join-Path $root 'tests' 'clients' 'report')
    try {
        if (-not (Test-Path (Join-Path 'node_modules' 'playwright-core'))) {
            $null = & npm install --no-audit --no-fund --no-package-lock --loglevel=error
        }
        $output = & node @Arguments
        if ($LASTEXITCODE -ne 0) { throw "the browser failed: $output" }
        $output | ConvertFrom-Json
    } finally {
        Pop-Location
    }
}

function Measure-Report {
    & dotnet build -c Release -v quiet --nologo (Join-Path $PSScriptRoot 'peers' 'GraphPeer.csproj')
    if ($LASTEXITCODE -ne 0) { throw 'the peer could not be built' }
    Write-Host 'Report: who has what over 50,000 users in pages of 999, 20 ms latency; ours, a bare read by HttpClient, Invoke-RestMethod with Group-Object; 3 rounds'
    $path = Join-Path $work 'report.mgtenant'
    New-Tenant $path 'users=50000,seed=1,groups=50,members=200'
    $address = Get-ReportAddress
    $served = Start-Served $path @('--latency', '20')
    $page = Join-Path $work 'report.html'
    $count = Join-Path $work 'count.csv'
    $connect = Get-ConnectScript $served
    # On both sides the first request, which sets the client up and connects, isn't measured.
    $begin = '$null = Get-MgOrganization; $process = [System.Diagnostics.Process]::GetCurrentProcess(); $cpu = $process.TotalProcessorTime; $watch = [System.Diagnostics.Stopwatch]::StartNew()'
    $measure = '$watch.Stop(); $process.Refresh(); "$($watch.Elapsed.TotalMilliseconds) $(($process.TotalProcessorTime - $cpu).TotalMilliseconds) $($process.PeakWorkingSet64 / 1MB) $count"'
    $sorted = "ForEach-Object { `$_.Name + ' ' + `$_.Count } | Sort-Object | Set-Content -Path '$count.SIDE'"
    $scripts = @{
        rows   = "$connect`n$begin`n`$count = 0; Get-MgLicenseAssignment | ForEach-Object { `$count++ }`n$measure"
        # No script block a row, which is PowerShell's own time and not the report's.
        bare   = "$connect`n$begin`n`$count = (Get-MgLicenseAssignment | Measure-Object).Count`n$measure"
        groups = "$connect`n$begin`n`$groups = Get-MgLicenseAssignment | Group-Object SkuId -NoElement; `$count = (`$groups | Measure-Object Count -Sum).Sum`n$measure`n`$groups | $($sorted.Replace('SIDE', 'ours'))"
        page   = "$connect`n$begin`n`$count = (Export-MgLicenseReport -Path '$page' -IncludePersonalData -Force).Rows`n$measure"
        rest   = @"
$(Get-RestScript $served)
`$headers = @{ Authorization = "Bearer `$token" }
`$null = Invoke-RestMethod -Uri '$($served.Uri)/v1.0/organization' -NoProxy -Headers `$headers
$($begin -replace '^[^;]+; ')
`$uri = '$($served.Uri)$address'
`$rows = while (`$uri) {
    `$answer = Invoke-RestMethod -Uri `$uri -NoProxy -Headers `$headers
    foreach (`$user in `$answer.value) {
        foreach (`$product in `$user.licenseAssignmentStates | Group-Object skuId) {
            [pscustomobject]@{
                User = `$user.userPrincipalName; Name = `$user.displayName; SkuId = `$product.Name; Location = `$user.usageLocation
                State = `$product.Group.state -join ';'; Groups = `$product.Group.assignedByGroup -join ';'; DisabledPlans = `$product.Group.disabledPlans -join ';'
            }
        }
    }
    `$uri = `$answer.PSObject.Properties['@odata.nextLink']?.Value
}
`$groups = `$rows | Group-Object SkuId -NoElement; `$count = (`$groups | Measure-Object Count -Sum).Sum
$measure
`$groups | $($sorted.Replace('SIDE', 'theirs'))
"@
    }
    $results = @{ peer = @() }
    foreach ($name in $scripts.Keys) { $results[$name] = @() }
    try {
        foreach ($round in 1..3) {
            $results.peer += Invoke-Peer pages $served $address
            foreach ($name in $scripts.Keys) {
                $numbers = @(Start-Shell $scripts[$name])[0] -split ' '
                $results[$name] += [pscustomobject]@{ Milliseconds = [double]$numbers[0]; Cpu = [double]$numbers[1]; Peak = [double]$numbers[2]; Total = [int]$numbers[3] }
            }
        }
    } finally {
        Stop-Served $served
    }
    $counts = @(foreach ($name in 'rows', 'bare', 'groups', 'rest') { $results[$name].Total }) | Sort-Object -Unique
    if ($results.peer[0].count -ne 50000) { throw "the peer read $($results.peer[0].count) users, not 50000" }
    if (@($counts).Count -ne 1 -or (Compare-Object (Get-Content "$count.ours") (Get-Content "$count.theirs"))) { throw "the sides count different rows: $counts" }
    $median = @{}
    foreach ($name in $results.Keys) { $median[$name] = Get-Median $results[$name].Milliseconds }
    Write-Host ("    {0} rows; CPU: bare read {1:n0} ms, ours {2:n0} ms, script {3:n0} ms" -f $counts, (Get-Median $results.peer.cpu), (Get-Median $results.bare.Cpu), (Get-Median $results.rest.Cpu))
    Add-Claim 'who has what, to rows, beside a bare read by HttpClient' $median.bare $median.peer 'ms' 1.5
    Add-Claim 'who has what, counted, beside Invoke-RestMethod and Group-Object' $median.groups $median.rest 'ms' 0.33
    Add-Claim 'who has what: peak of the process, streamed' (Get-Median $results.rows.Peak) 200 'MB' 1
    Add-Claim 'the report as a page: peak of the process' (Get-Median $results.page.Peak) 300 'MB' 1
    Add-Claim 'the page opened and filtered in a browser' (Get-Median @(foreach ($round in 1..3) { (Invoke-ReportNode 'open.mjs', $page).milliseconds })) 2000 'ms' 1
}
