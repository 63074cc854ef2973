# What the Pester files share: a tenant of its own for each test, and short words for what a test looks at.

Set-StrictMode -Version 3.0

$root = Split-Path (Split-Path $PSScriptRoot)

# The staged module, as a user imports it; another one where the environment names it.
$modulePath = $env:MGLICENSE_TEST_MODULE ? $env:MGLICENSE_TEST_MODULE : (Join-Path $root 'out' 'MgLicense')

# Imports the module once per process; its assembly can't be unloaded anyway.
function Import-TestModule {
    if (-not (Get-Module MgLicense)) {
        Import-Module $modulePath -Global -ErrorAction Stop
    }
}

function Get-TestModulePath {
    $modulePath
}

function Get-RepositoryRoot {
    $root
}

# Not Pester's own drive: at the end of each block that takes away the files which came with it, and SQLite makes some
# beside a tenant whenever it likes. Invoke-Suite.ps1 deletes this folder at the end of a run.
$testFolder = Join-Path ([System.IO.Path]::GetTempPath()) "mglicense-tests-$PID"

# Journals of runs belong to the test run, not to the person at the keyboard.
$env:MGLICENSE_RUNS = Join-Path $testFolder 'runs'

# A path for a file that nothing has used yet.
function New-TestPath {
    param([string] $Name = 'tenant.mgtenant')
    $null = New-Item -ItemType Directory -Force -Path $testFolder
    Join-Path $testFolder "$([guid]::NewGuid().ToString('n'))-$Name"
}

# Writes a seed as JSON: a hashtable, or text that is JSON already. Gives the file's path.
function New-TestSeedFile {
    param([Parameter(Mandatory)] $Seed)
    $path = New-TestPath 'seed.json'
    $text = if ($Seed -is [string]) { $Seed } else { ConvertTo-Json $Seed -Depth 20 }
    Set-Content -Path $path -Value $text -Encoding utf8NoBOM
    $path
}

# Makes a tenant from a seed, with every request kept and no wait for a disk. Gives the file's path.
function New-TestTenant {
    param([Parameter(Mandatory)] [System.Collections.IDictionary] $Seed, [hashtable] $Setting = @{})
    $whole = @{ version = 1; seed = 1 }
    foreach ($key in $Seed.Keys) { $whole[$key] = $Seed[$key] }
    $settings = @{ requestLog = 'all'; durability = 'none' }
    if ($whole.Contains('settings')) { foreach ($key in $whole.settings.Keys) { $settings[$key] = $whole.settings[$key] } }
    foreach ($key in $Setting.Keys) { $settings[$key] = $Setting[$key] }
    $whole.settings = $settings
    $path = New-TestPath
    $null = New-MgLocalTenant -Path $path -Seed (New-TestSeedFile $whole) -ErrorAction Stop
    $path
}

# The same, and connects to it.
function Connect-TestTenant {
    param([Parameter(Mandatory)] [System.Collections.IDictionary] $Seed, [hashtable] $Setting = @{})
    $path = New-TestTenant -Seed $Seed -Setting $Setting
    Connect-TestFile $path
    $path
}

# Connects to a tenant that is there: in this process, or where MGLICENSE_TEST_SERVED is set over HTTPS, signed in with a
# client secret, to a server of it. Commands about the tenant in use mean the file in both cases.
function Connect-TestFile {
    param([Parameter(Mandatory)] [string] $Path)
    if (-not $env:MGLICENSE_TEST_SERVED) {
        Connect-MgGraph -LocalTenant $Path -NoWelcome -ErrorAction Stop
        return
    }
    Disconnect-TestTenant
    $server = Start-MgLocalTenantServer -Path $Path -Tls -ErrorAction Stop
    # Global, for the module that a test file imports anew forgets.
    $global:MgLicenseTestServer = $server
    Connect-MgGraph -Environment $server.Environment -TenantId $server.TenantId -ClientSecretCredential $server.Credential -NoWelcome -ErrorAction Stop
    Use-MgLocalTenant $Path
}

# Connects once more to the tenant in use, with these permissions only: over HTTPS as a person, by a code that nobody has
# to enter.
function Connect-TestScope {
    param([Parameter(Mandatory)] [string[]] $Scopes)
    if (-not $env:MGLICENSE_TEST_SERVED) {
        Connect-MgGraph -LocalTenant (Get-MgLocalTenant).Path -Scopes $Scopes -NoWelcome -ErrorAction Stop
        return
    }
    $server = $global:MgLicenseTestServer
    $null = Set-MgLocalTenant -Path $server.Path -Setting @{ signIn = @{ consent = 'approve'; deviceCodeInterval = 1 } }
    Connect-MgGraph -Environment $server.Environment -TenantId $server.TenantId -Scopes $Scopes -UseDeviceCode -NoWelcome -InformationAction Ignore -ErrorAction Stop
}

# The lines by which another PowerShell connects to a tenant: in its process, or over HTTPS to a server of its own.
function Get-ConnectText {
    param([Parameter(Mandatory)] [string] $Path)
    $name = "'$($Path.Replace("'", "''"))'"
    if (-not $env:MGLICENSE_TEST_SERVED) {
        return "Connect-MgGraph -LocalTenant $name -NoWelcome -ErrorAction Stop"
    }
    @"
`$mglicenseServer = Start-MgLocalTenantServer -Path $name -Tls -ErrorAction Stop
Connect-MgGraph -Environment `$mglicenseServer.Environment -TenantId `$mglicenseServer.TenantId -ClientSecretCredential `$mglicenseServer.Credential -NoWelcome -ErrorAction Stop
Use-MgLocalTenant $name
"@
}

# Where the tenant in use answers: Graph's own address in process, the server's over HTTPS.
function Get-TestRoot {
    $served = Get-Variable -Name MgLicenseTestServer -Scope Global -ErrorAction Ignore
    $served ? $served.Value.Uri : 'https://graph.microsoft.com'
}

function Disconnect-TestTenant {
    if (Get-MgContext) { $null = Disconnect-MgGraph }
    if (Get-Variable -Name MgLicenseTestServer -Scope Global -ErrorAction Ignore) {
        Use-MgLocalTenant -Off
        $null = $global:MgLicenseTestServer | Stop-MgLocalTenantServer
        Remove-Variable -Name MgLicenseTestServer -Scope Global
    }
}

# Runs a block with errors that don't stop it, and gives what it wrote to each stream.
function Invoke-Recorded {
    param([Parameter(Mandatory)] [scriptblock] $Block)
    $preference = $global:ErrorActionPreference
    $global:ErrorActionPreference = 'Continue'
    $thrown = $null
    $all = [System.Collections.Generic.List[object]]::new()
    try {
        & $Block 2>&1 3>&1 | ForEach-Object { $all.Add($_) }
    } catch {
        $thrown = $_
    } finally {
        $global:ErrorActionPreference = $preference
    }
    [pscustomobject]@{
        Output   = @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] -and $_ -isnot [System.Management.Automation.WarningRecord] })
        Errors   = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        Warnings = @($all | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object { $_.Message })
        Thrown   = $thrown
    }
}

# The bodies of the licence changes that the tenant in use was asked for, in order.
function Get-LicenseBody {
    @(Get-MgLocalTenantRequest -WriteOnly | Where-Object Path -Match 'assignLicense' | ForEach-Object Body)
}

# Method and path of every write, decoded, as in 'PATCH /users/u2@contoso.com'.
function Get-WriteLine {
    @(Get-MgLocalTenantRequest -WriteOnly | ForEach-Object { "$($_.Method) $([uri]::UnescapeDataString($_.Path) -replace '^(https://[^/]+)?/?v1\.0', '')" })
}

# Units of a product in use.
function Get-SeatsUsed {
    param([Parameter(Mandatory)] [string] $PartNumber)
    (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ $PartNumber).ConsumedUnits
}

# The part numbers an account holds, sorted, as one text: 'FLOW_FREE VISIOCLIENT'.
function Get-Held {
    param([Parameter(Mandatory)] [string] $UserId)
    @(Get-MgUserLicenseDetail -UserId $UserId | ForEach-Object SkuPartNumber | Sort-Object) -join ' '
}

# The plans of one product that are off for an account, by id and sorted.
function Get-PlanOff {
    param([Parameter(Mandatory)] [string] $UserId, [Parameter(Mandatory)] [string] $SkuId)
    $user = Get-MgUser -UserId $UserId -Property AssignedLicenses
    @(($user.AssignedLicenses | Where-Object SkuId -EQ $SkuId).DisabledPlans | Sort-Object)
}

# The executable and first arguments that start another PowerShell like this one.
function Get-ShellCommand {
    $own = (Get-Process -Id $PID).Path
    if ([System.IO.Path]::GetFileNameWithoutExtension($own) -eq 'dotnet') {
        , @($own, [System.Environment]::GetCommandLineArgs()[0])
    } else {
        , @($own)
    }
}

# Starts a PowerShell that runs a script text, without waiting. The text can use $module, the path to import.
function Start-ChildShell {
    param([Parameter(Mandatory)] [string] $Script, [hashtable] $Environment = @{}, [string] $Module = $modulePath)
    $file = New-TestPath 'child.ps1'
    Set-Content -Path $file -Encoding utf8NoBOM -Value "`$module = '$($Module.Replace("'", "''"))'`n$Script"
    $command = Get-ShellCommand
    $start = [System.Diagnostics.ProcessStartInfo]::new($command[0])
    foreach ($argument in @($command | Select-Object -Skip 1) + @('-NoProfile', '-NonInteractive', '-File', $file)) {
        $start.ArgumentList.Add($argument)
    }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.RedirectStandardInput = $true
    # PowerShell's own reports would load and use the network at any time.
    $start.Environment['POWERSHELL_TELEMETRY_OPTOUT'] = '1'
    foreach ($name in $Environment.Keys) { $start.Environment[$name] = $Environment[$name] }
    $process = [System.Diagnostics.Process]::Start($start)
    # Read from the start, so that a full pipe never holds the child up.
    $process | Add-Member -PassThru -NotePropertyMembers @{
        OutputTask = $process.StandardOutput.ReadToEndAsync()
        ErrorTask  = $process.StandardError.ReadToEndAsync()
    }
}

# Waits for such a PowerShell, and gives its exit code and texts.
function Wait-ChildShell {
    param([Parameter(Mandatory, ValueFromPipeline)] $Process, [int] $TimeoutSeconds = 120)
    process {
        $ended = $Process.WaitForExit($TimeoutSeconds * 1000)
        if (-not $ended) { $Process.Kill($true) }
        $Process.WaitForExit()
        [pscustomobject]@{
            Ended    = $ended
            ExitCode = $Process.ExitCode
            Output   = $Process.OutputTask.Result
            Error    = $Process.ErrorTask.Result
            Text     = ($Process.OutputTask.Result + $Process.ErrorTask.Result) -replace '\x1b\[[0-9;]*m', ''
        }
    }
}

function Invoke-ChildShell {
    param([Parameter(Mandatory)] [string] $Script, [hashtable] $Environment = @{}, [string] $Module = $modulePath)
    Start-ChildShell -Script $Script -Environment $Environment -Module $Module | Wait-ChildShell
}

# The company that the suites about the compatible commands work on. A hashtable of its own each time, so that a test
# changes what it is about. Ada and Eve hold nothing, Bob holds SPE_E3 less Sway and Yammer, Cy has no usage location,
# Dee holds the only seat of VISIOCLIENT, Eve is blocked, Gus is a guest without a location.
function Get-CompanySeed {
    @{
        clock          = '2026-11-25T09:00:00Z'
        organization   = @{ id = '0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10'; displayName = 'Contoso'; countryLetterCode = 'GB' }
        domains        = @(
            @{ id = 'contoso.com'; isDefault = $true; isInitial = $false }
            @{ id = 'contoso.onmicrosoft.com'; isDefault = $false; isInitial = $true }
        )
        subscribedSkus = @(
            @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 10; warning = 0; suspended = 0; lockedOut = 0 } }
            @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 25; warning = 2; suspended = 1; lockedOut = 0 } }
            @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10000; warning = 0; suspended = 0; lockedOut = 0 } }
            @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1; warning = 0; suspended = 0; lockedOut = 0 } }
        )
        subscriptions  = @(
            @{ skuPartNumber = 'SPE_E5'; totalLicenses = 10; nextLifecycleDateTime = '2027-01-31T00:00:00Z'; status = 'Enabled' }
        )
        users          = @(
            @{
                id = 'aaaaaaaa-0000-4000-8000-000000000001'; userPrincipalName = 'ada@contoso.com'; displayName = 'Ada Archer'
                mail = 'ada@contoso.com'; mailNickname = 'ada'; jobTitle = 'Analyst'; department = 'Finance'; usageLocation = 'GB'
                accountEnabled = $true; userType = 'Member'; createdDateTime = '2024-03-05T07:08:09Z'
            }
            @{
                id = 'aaaaaaaa-0000-4000-8000-000000000002'; userPrincipalName = 'bob@contoso.com'; displayName = 'Bob Baker'
                mail = 'bob@contoso.com'; mailNickname = 'bob'; department = 'Finance'; usageLocation = 'GB'; accountEnabled = $true
                userType = 'Member'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY', 'YAMMER_ENTERPRISE') })
            }
            @{
                id = 'aaaaaaaa-0000-4000-8000-000000000003'; userPrincipalName = 'cy@contoso.com'; displayName = 'Cy Cole'
                mailNickname = 'cy'; department = 'Sales'; accountEnabled = $true; userType = 'Member'
            }
            @{
                id = 'aaaaaaaa-0000-4000-8000-000000000004'; userPrincipalName = 'dee@contoso.com'; displayName = 'Dee Dunn'
                mailNickname = 'dee'; department = 'Sales'; usageLocation = 'US'; accountEnabled = $true; userType = 'Member'
                assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT'; disabledPlans = @() })
            }
            @{
                id = 'aaaaaaaa-0000-4000-8000-000000000005'; userPrincipalName = 'eve@contoso.com'; displayName = 'Eve Ernst'
                mailNickname = 'eve'; usageLocation = 'DE'; accountEnabled = $false; userType = 'Member'
            }
            @{
                id = 'aaaaaaaa-0000-4000-8000-000000000006'; displayName = 'Gus Green'; mail = 'gus@fabrikam.com'
                userPrincipalName = 'gus_fabrikam.com#EXT#@contoso.onmicrosoft.com'; mailNickname = 'gus_fabrikam.com'
                accountEnabled = $true; userType = 'Guest'
            }
        )
        groups         = @(
            @{
                id = 'bbbbbbbb-0000-4000-8000-000000000001'; displayName = 'Staff'; mailNickname = 'staff'; description = 'Everybody'
                securityEnabled = $true; mailEnabled = $false; members = @('ada@contoso.com', 'bob@contoso.com')
            }
            @{
                id = 'bbbbbbbb-0000-4000-8000-000000000002'; displayName = 'Leads'; mailNickname = 'leads'; securityEnabled = $true
                mailEnabled = $false; members = @('bob@contoso.com')
            }
            @{
                id = 'bbbbbbbb-0000-4000-8000-000000000003'; displayName = 'Empty'; mailNickname = 'empty'; securityEnabled = $true
                mailEnabled = $false; members = @()
            }
        )
    }
}

# Runs a block and gives the requests that the tenant in use got meanwhile. Errors that don't stop it are not shown.
function Get-SentRequest {
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Block, [switch] $WriteOnly)
    $null = Get-MgLocalTenantRequest -Clear
    $recorded = Invoke-Recorded $Block
    if ($recorded.Thrown) { throw $recorded.Thrown }
    Get-MgLocalTenantRequest -WriteOnly:$WriteOnly
}

# The query options of a logged request by name, decoded. An option that was sent twice is an error.
function Get-QueryOption {
    param([Parameter(Mandatory)] $Request)
    $options = @{}
    $query = if ($Request.Path.Contains('?')) { $Request.Path.Substring($Request.Path.IndexOf('?') + 1) } else { '' }
    foreach ($option in $query.Split('&', [System.StringSplitOptions]::RemoveEmptyEntries)) {
        $name, $value = $option.Split('=', 2)
        $options.Add([uri]::UnescapeDataString($name), [uri]::UnescapeDataString("$value"))
    }
    $options
}

# A header of a logged request by its name in any case; nothing if it was not sent.
function Get-RequestHeader {
    param([Parameter(Mandatory)] $Request, [Parameter(Mandatory)] [string] $Name)
    $Request.Headers.GetEnumerator() | Where-Object Key -EQ $Name | ForEach-Object Value
}

# JSON without blanks and with the members of every object in the order of their names: two bodies that say the same are
# then the same text. Lists keep their order, and nothing is left out or converted.
function ConvertTo-SortedJson {
    param([Parameter(Mandatory, ValueFromPipeline)] [string] $Json)
    process { Format-SortedNode ([System.Text.Json.Nodes.JsonNode]::Parse($Json)) }
}

function Format-SortedNode {
    param($Node)
    if ($Node -is [System.Text.Json.Nodes.JsonObject]) {
        $names = [string[]] @(foreach ($member in $Node.GetEnumerator()) { $member.Key })
        [array]::Sort($names, [System.StringComparer]::Ordinal)
        $members = foreach ($name in $names) { "`"$([System.Text.Json.JsonEncodedText]::Encode($name))`":$(Format-SortedNode $Node[$name])" }
        "{$($members -join ',')}"
    } elseif ($Node -is [System.Text.Json.Nodes.JsonArray]) {
        "[$(@(for ($i = 0; $i -lt $Node.Count; $i++) { Format-SortedNode $Node[$i] }) -join ',')]"
    } elseif ($null -eq $Node) {
        'null'
    } else {
        $Node.ToJsonString()
    }
}

Export-ModuleMember -Function *
