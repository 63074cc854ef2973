# What the transport claims, against a served tenant in a process of its own: single calls, a long read, and calls over a
# line with a round trip. Bench.ps1 runs this file's function with its own helpers.

# Starts the served tenant's program. Gives its process and what it said when it listened.
function Start-Served {
    param([string] $Path, [string[]] $Arguments)
    $program = Join-Path $root 'target' 'release' ('mglicense-tenant' + ($IsWindows ? '.exe' : ''))
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    foreach ($argument in @($Path, '--durability', 'none', '--until-input-ends') + $Arguments) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $listening = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    $trust = @{}
    if ($listening.certificatePath) { $trust['SkipCertificateCheck'] = $true }
    $token = (Invoke-RestMethod -Method Post -Uri $listening.tokenEndpoint -NoProxy @trust -Body @{
            grant_type = 'client_credentials'; client_id = $listening.clientId; client_secret = $listening.clientSecret
            scope = 'https://graph.microsoft.com/.default'
        }).access_token
    [pscustomobject]@{ Process = $process; Uri = $listening.uri; Certificate = $listening.certificatePath; Token = $token }
}

function Stop-Served {
    param($Served)
    $Served.Process.StandardInput.Close()
    $Served.Process.WaitForExit()
}

# Runs Microsoft's client, or another mode of the same program. Gives what it printed.
function Invoke-Peer {
    param([string] $Mode, $Served, [string[]] $Users = @())
    $peer = Join-Path $root '.build' 'graph-peer' 'bin' 'GraphPeer.dll'
    $output = @($Served.Token) + $Users | & (Get-Process -Id $PID).Path exec $peer $Mode $Served.Uri ($Served.Certificate ? $Served.Certificate : '-')
    if ($LASTEXITCODE -ne 0) { throw "the peer failed: $output" }
    $output | ConvertFrom-Json
}

# What a measured PowerShell begins with: the token from a file, which is no argument of a process, and a connection.
function Get-ConnectScript {
    param($Served, [string] $Uri = $Served.Uri)
    $tokenFile = Join-Path $work 'token'
    [System.IO.File]::WriteAllText($tokenFile, $Served.Token)
    $trust = $Served.Certificate ? " -CertificateAuthorityPath '$($Served.Certificate)'" : ''
    @"
`$ErrorActionPreference = 'Stop'
Import-Module '$Module'
`$token = [System.IO.File]::ReadAllText('$tokenFile')
`$null = Add-MgEnvironment -Name bench -GraphEndpoint '$Uri' -AzureADEndpoint '$Uri'$trust
Connect-MgGraph -Environment bench -AccessToken (ConvertTo-SecureString `$token -AsPlainText -Force) -NoWelcome
"@
}

# The measuring around a loop over `$users: milliseconds and CPU milliseconds, without the first call.
function Get-LoopScript {
    param([string] $Call, [string] $UserFile)
    @"
`$users = [System.IO.File]::ReadAllLines('$UserFile')
`$sku = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
`$user = `$users[0]; `$null = $Call
`$process = [System.Diagnostics.Process]::GetCurrentProcess()
`$before = `$process.TotalProcessorTime
`$watch = [System.Diagnostics.Stopwatch]::StartNew()
foreach (`$user in `$users) { `$null = $Call }
`$watch.Stop()
`$process.Refresh()
"`$(`$watch.Elapsed.TotalMilliseconds) `$((`$process.TotalProcessorTime - `$before).TotalMilliseconds)"
"@
}

function Measure-Loop {
    param([string] $Script)
    $numbers = (Start-Shell $Script) -split ' '
    [pscustomobject]@{ Milliseconds = [double]$numbers[0]; Cpu = [double]$numbers[1] }
}

# The same call made by hand, as scripts without any module do.
$restCall = 'Invoke-RestMethod -Method Post -Uri "{0}/v1.0/users/$user/assignLicense" -NoProxy{1} -Headers @{{ Authorization = "Bearer $token" }} -ContentType application/json -Body "{{`"addLicenses`":[{{`"skuId`":`"$sku`",`"disabledPlans`":[]}}],`"removeLicenses`":[]}}"'
$ourCall = 'Set-MgUserLicense -UserId $user -AddLicenses @{ SkuId = $sku } -RemoveLicenses @()'

function Get-RestScript {
    param($Served, [string] $Uri = $Served.Uri)
    $tokenFile = Join-Path $work 'token'
    [System.IO.File]::WriteAllText($tokenFile, $Served.Token)
    "`$ErrorActionPreference = 'Stop'; `$token = [System.IO.File]::ReadAllText('$tokenFile')"
}

function Get-BenchUser {
    param($Served, [int] $Count)
    $trust = @{}
    if ($Served.Certificate) { $trust['SkipCertificateCheck'] = $true }
    $uri = "$($Served.Uri)/v1.0/users?`$select=id,usageLocation&`$top=999"
    $users = (Invoke-RestMethod -Uri $uri -NoProxy @trust -Headers @{ Authorization = "Bearer $($Served.Token)" }).value
    $ids = @($users | Where-Object usageLocation | Select-Object -First $Count).id
    if ($ids.Count -ne $Count) { throw "the tenant has $($ids.Count) users with a location, not $Count" }
    $file = Join-Path $work 'users.txt'
    [System.IO.File]::WriteAllLines($file, $ids)
    $ids
}

function Build-Peer {
    & dotnet build -c Release -v quiet --nologo (Join-Path $PSScriptRoot 'peers' 'GraphPeer.csproj')
    if ($LASTEXITCODE -ne 0) { throw 'the peer could not be built' }
}

function Measure-Transport {
    Build-Peer
    Measure-SingleCall
    Measure-LongRead
    Measure-Line
}

function Measure-SingleCall {
    Write-Host 'Transport: 500 single calls, 20 ms latency, http; the server alone, ours, Invoke-RestMethod, Microsoft.Graph; 3 rounds'
    $path = Join-Path $work 'single.mgtenant'
    New-Tenant $path 'users=1200,seed=1,licensed=0'
    $served = Start-Served $path @('--latency', '20')
    try {
        $users = Get-BenchUser $served 500
        $file = Join-Path $work 'users.txt'
        $ours = (Get-ConnectScript $served) + "`n" + (Get-LoopScript $ourCall $file)
        $rest = (Get-RestScript $served) + "`n" + (Get-LoopScript ($restCall -f $served.Uri, '') $file)
        $rows = @{ floor = @(); ours = @(); rest = @(); graph = @() }
        foreach ($round in 1..3) {
            $rows.floor += Invoke-Peer floor $served $users
            $rows.ours += Measure-Loop $ours
            $rows.rest += Measure-Loop $rest
            $rows.graph += Invoke-Peer assign $served $users
        }
    } finally {
        Stop-Served $served
    }
    $each = @{}
    foreach ($name in $rows.Keys) { $each[$name] = (Get-Median $rows[$name].Milliseconds) / 500 }
    Write-Host ('    the server alone {0:n2} ms a user, ours {1:n2}, Invoke-RestMethod {2:n2}, Microsoft.Graph {3:n2}' -f $each.floor, $each.ours, $each.rest, $each.graph)
    Add-Claim 'one call over HTTP: ms a user above the server alone' ($each.ours - $each.floor) 1 'ms' 0.6
    Add-Claim 'one call over HTTP: CPU of the client' ((Get-Median $rows.ours.Cpu) / 500) ((Get-Median $rows.rest.Cpu) / 500) 'ms' 0.5
}

function Measure-LongRead {
    Write-Host 'Transport: 50,000 users with licenseAssignmentStates in pages of 999, 20 ms latency, TLS; ours and PageIterator of Microsoft.Graph; 3 rounds'
    $path = Join-Path $work 'long.mgtenant'
    New-Tenant $path 'users=50000,seed=1'
    $served = Start-Served $path @('--latency', '20', '--tls')
    $properties = 'Id,DisplayName,UserPrincipalName,AccountEnabled,UsageLocation,UserType,Department,AssignedLicenses,LicenseAssignmentStates'
    $connect = Get-ConnectScript $served
    $measure = @'
$watch.Stop()
$process = [System.Diagnostics.Process]::GetCurrentProcess()
"$($watch.Elapsed.TotalMilliseconds) $($process.PeakWorkingSet64 / 1MB) $count"
'@
    $begin = "`$null = Get-MgOrganization; `$watch = [System.Diagnostics.Stopwatch]::StartNew(); `$count = 0"
    $streamed = "$connect`n$begin`nGet-MgUser -All -PageSize 999 -Property $properties | ForEach-Object { `$count++ }`n$measure"
    $kept = "$connect`n$begin`n`$users = Get-MgUser -All -PageSize 999 -Property $properties; `$count = `$users.Count`n$measure"
    $rows = @{ streamed = @(); kept = @(); graph = @() }
    try {
        foreach ($round in 1..3) {
            foreach ($name in 'streamed', 'kept') {
                $numbers = (Start-Shell (Get-Variable $name -ValueOnly)) -split ' '
                if ([int]$numbers[2] -ne 50000) { throw "the read returned $($numbers[2]) users, not 50000" }
                $rows[$name] += [pscustomobject]@{ Milliseconds = [double]$numbers[0]; Peak = [double]$numbers[1] }
            }
            $rows.graph += Invoke-Peer keep $served
        }
    } finally {
        Stop-Served $served
    }
    $theirs = Get-Median $rows.graph.Milliseconds
    Add-Claim 'read of 50,000 users over TLS, kept, beside PageIterator' (Get-Median $rows.kept.Milliseconds) $theirs 'ms' 0.5
    Add-Claim 'read of 50,000 users over TLS, streamed, beside PageIterator' (Get-Median $rows.streamed.Milliseconds) $theirs 'ms' 0.5
    Add-Claim 'read of 50,000 users: peak of the process, streamed' (Get-Median $rows.streamed.Peak) 200 'MB' 1
    Add-Claim 'read of 50,000 users: peak of the process, kept' (Get-Median $rows.kept.Peak) 400 'MB' 1
}

function Measure-Line {
    Write-Host 'Transport: 500 single calls over TLS on a line with a round trip of 20 ms, beside Invoke-RestMethod'
    $path = Join-Path $work 'line.mgtenant'
    New-Tenant $path 'users=1200,seed=1,licensed=0'
    $served = Start-Served $path @('--tls')
    $results = @{}
    try {
        $null = Get-BenchUser $served 500
        $file = Join-Path $work 'users.txt'
        foreach ($name in 'ours', 'rest') {
            $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
            foreach ($argument in 'exec', (Join-Path $root '.build' 'graph-peer' 'bin' 'GraphPeer.dll'), 'line', ([uri]$served.Uri).Port, '20') { $start.ArgumentList.Add($argument) }
            $start.RedirectStandardInput = $true
            $start.RedirectStandardOutput = $true
            $line = [System.Diagnostics.Process]::Start($start)
            $uri = "https://127.0.0.1:$($line.StandardOutput.ReadLine())"
            $script = $name -eq 'ours' ? "$(Get-ConnectScript $served $uri)`n$(Get-LoopScript $ourCall $file)" : "$(Get-RestScript $served)`n$(Get-LoopScript ($restCall -f $uri, ' -SkipCertificateCheck') $file)"
            $loop = Measure-Loop $script
            $line.StandardInput.Close()
            $connections = [int]$line.StandardOutput.ReadLine()
            $line.WaitForExit()
            $results[$name] = [pscustomobject]@{ Milliseconds = $loop.Milliseconds; Connections = $connections }
        }
    } finally {
        Stop-Served $served
    }
    Write-Host "    connections: ours $($results.ours.Connections), Invoke-RestMethod $($results.rest.Connections)"
    Add-Claim 'calls over TLS with a round trip of 20 ms' $results.ours.Milliseconds $results.rest.Milliseconds 'ms' 0.4
    Add-Claim 'connections of 500 calls, beside the four allowed' $results.ours.Connections 4 '' 1
}
