<#
.SYNOPSIS
    The licensing workflow on a sample company, start to end, with every outcome checked.
.DESCRIPTION
    Makes a throw-away tenant in a file, connects to it and does what an administrator does in a week: look, assign,
    be refused, repair, swap, run out of seats, remove. Each command is printed before it runs. Nothing here reaches a
    network. The exit code is the number of outcomes that were not as expected.
#>
[CmdletBinding()]
param(
    [string] $Module = (Join-Path $PSScriptRoot '..' 'out' 'MgLicense')
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Continue'
$script:wrong = 0

function Show-Title {
    param([string] $Text)
    Write-Host ''
    Write-Host "── $Text " -ForegroundColor Cyan -NoNewline
    Write-Host ('─' * [Math]::Max(3, 96 - $Text.Length)) -ForegroundColor DarkGray
}

# Prints a command as one would type it, runs it, shows what it writes, and hands that on for the checks.
function Show-Command {
    param([scriptblock] $Command)
    $lines = $Command.ToString().Trim() -split '\r?\n'
    $indent = ($lines | Select-Object -Skip 1 | Where-Object { $_.Trim() } |
        ForEach-Object { $_.Length - $_.TrimStart().Length } | Measure-Object -Minimum).Minimum
    $prompt = 'PS> '
    foreach ($line in $lines) {
        $text = if ($prompt -eq 'PS> ' -or -not $indent) { $line } else { $line.Substring([Math]::Max(0, $indent - 4)) }
        Write-Host "$prompt$text" -ForegroundColor Yellow
        $prompt = ''
    }
    $script:problem = $null
    $known = @(Get-Variable -Scope 0 -Name *).Name + 'known', 'output'
    $output = @(. $Command 2>&1)
    # What a shown command assigns is there for the next one, as at a prompt.
    Get-Variable -Scope 0 -Name * | Where-Object { $_.Name -notin $known } |
        ForEach-Object { Set-Variable -Scope Script -Name $_.Name -Value $_.Value }
    foreach ($item in $output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) {
        $script:problem = $item
        Write-Host $item.Exception.Message -ForegroundColor Red
        if ($item.ErrorDetails -and $item.ErrorDetails.RecommendedAction) {
            Write-Host "  $($item.ErrorDetails.RecommendedAction)" -ForegroundColor DarkYellow
        }
    }
    $script:result = @($output | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] })
    if ($script:result.Count) {
        ($script:result | Out-String -Width 110).TrimEnd() | Write-Host
    }
}

function Confirm-Outcome {
    param([string] $What, [bool] $Holds)
    if ($Holds) {
        Write-Host "  ✓ $What" -ForegroundColor Green
    } else {
        Write-Host "  ✗ $What" -ForegroundColor Red
        $script:wrong++
    }
}

# The demo checks with fresh reads, never with what a command said about itself.
function Get-Seat {
    param([string] $PartNumber)
    $sku = Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ $PartNumber
    [pscustomobject]@{
        Free = $sku.PrepaidUnits.Enabled + $sku.PrepaidUnits.Warning - $sku.ConsumedUnits
        Used = $sku.ConsumedUnits
        Id   = $sku.SkuId
    }
}

function Get-Licence {
    param([string] $UserId)
    $user = Get-MgUser -UserId $UserId -Property AssignedLicenses, UsageLocation
    [pscustomobject]@{ Location = $user.UsageLocation; Skus = @($user.AssignedLicenses | ForEach-Object SkuId); Licences = @($user.AssignedLicenses) }
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
Import-Module $Module -Force
$folder = Join-Path ([System.IO.Path]::GetTempPath()) "mglicense-demo-$PID"
$null = New-Item -ItemType Directory -Path $folder
$path = Join-Path $folder 'contoso.mgtenant'
# Journals of the runs of this demo go with it.
$runs = $env:MGLICENSE_RUNS
$env:MGLICENSE_RUNS = Join-Path $folder 'runs'
try {
    Show-Title 'A tenant of your own'
    Show-Command { New-MgLocalTenant -Path $path -Sample }
    Show-Command { Connect-MgGraph -LocalTenant $path -NoWelcome }
    Confirm-Outcome 'connected to the file, and the context says so' ((Get-MgContext).TenantId -eq (Get-MgOrganization).Id)

    Show-Title 'Free seats per product'
    Show-Command {
        Get-MgSubscribedSku | Sort-Object SkuPartNumber | Format-Table SkuPartNumber, CapabilityStatus, ConsumedUnits,
            @{ Name = 'Bought'; Expression = { $_.PrepaidUnits.Enabled } },
            @{ Name = 'Warning'; Expression = { $_.PrepaidUnits.Warning } },
            @{ Name = 'Free'; Expression = { $_.PrepaidUnits.Enabled + $_.PrepaidUnits.Warning - $_.ConsumedUnits } }
    }
    $skus = @(Get-MgSubscribedSku -All)
    Confirm-Outcome "$($skus.Count) products are listed" ($skus.Count -ge 7)

    Show-Title 'Who has no licence, who has no location'
    Show-Command {
        Get-MgUser -All -Filter 'assignedLicenses/$count eq 0' -ConsistencyLevel eventual -CountVariable unlicensed |
            Select-Object -First 5 | Format-Table DisplayName, UserPrincipalName
    }
    $all = @(Get-MgUser -All -Property Id, UserPrincipalName, AssignedLicenses, UsageLocation, OnPremisesSyncEnabled, UserType)
    Confirm-Outcome "$unlicensed of $($all.Count) accounts hold nothing" (
        $unlicensed -gt 0 -and $unlicensed -eq @($all | Where-Object { -not $_.AssignedLicenses }).Count)
    Show-Command {
        $bare = Get-MgUser -All -Filter "usageLocation eq null and onPremisesSyncEnabled eq true" `
            -ConsistencyLevel eventual -CountVariable withoutLocation `
            -Property Id, DisplayName, UserPrincipalName, Department
        $bare | Select-Object -First 5 | Format-Table DisplayName, UserPrincipalName, Department
    }
    Confirm-Outcome "$withoutLocation synchronised accounts came without a location" (
        $withoutLocation -gt 1 -and $withoutLocation -eq @($all | Where-Object { $_.OnPremisesSyncEnabled -and -not $_.UsageLocation }).Count)
    $person, $second = $bare | Select-Object -First 2
    $user = $person.Id

    Show-Title 'No location, no licence'
    $before = Get-Seat 'SPE_E3'
    Show-Command { Set-MgUserLicense -UserId $user -AddLicenses @{ SkuId = $before.Id } -RemoveLicenses @() }
    Confirm-Outcome 'refused for the location, and nothing was taken' (
        $problem.FullyQualifiedErrorId -like 'Request_BadRequest,*' -and "$($problem.Exception.Message)" -match 'usage location' -and
        (Get-Seat 'SPE_E3').Used -eq $before.Used)
    Show-Command { Test-MgUserLicense -UserId $user -AddLicenses SPE_E3 | Format-List UserPrincipalName, WillSucceed, Reasons }
    Confirm-Outcome 'the check said so without writing' (-not (Test-MgUserLicense -UserId $user -AddLicenses SPE_E3 -Quiet))

    Show-Title 'The location and the licence in one call, the product by name'
    Show-Command { Set-MgUserLicense -UserId $user -AddLicenses SPE_E3 -UsageLocation GB }
    $now = Get-Licence $user
    Confirm-Outcome 'GB, SPE_E3, one seat' ($now.Location -eq 'GB' -and $now.Skus -contains $before.Id -and (Get-Seat 'SPE_E3').Used -eq $before.Used + 1)

    Show-Title 'A new account, ready in one pipeline'
    $domain = (Get-MgDomain | Where-Object IsDefault).Id
    $start = Get-Seat 'FLOW_FREE'
    Show-Command {
        New-MgUser -DisplayName 'Nia Example' -UserPrincipalName "nia.example@$domain" -MailNickname nia.example -AccountEnabled `
            -PasswordProfile @{ Password = [guid]::NewGuid().ToString(); ForceChangePasswordNextSignIn = $true } -UsageLocation FR |
            Set-MgUserLicense -AddLicenses FLOW_FREE
    }
    $new = Get-Licence "nia.example@$domain"
    Confirm-Outcome 'created with its location and licensed' ($new.Location -eq 'FR' -and $new.Skus -contains $start.Id -and (Get-Seat 'FLOW_FREE').Used -eq $start.Used + 1)

    Show-Title 'Two products at once'
    Show-Command { Set-MgUserLicense -UserId "nia.example@$domain" -AddLicenses SPE_E3, VISIOCLIENT -RemoveLicenses @() | Out-Null }
    Confirm-Outcome 'three products held' ((Get-Licence "nia.example@$domain").Skus.Count -eq 3)

    Show-Title 'A plan switched off'
    $nia = "nia.example@$domain"
    Show-Command { Set-MgUserLicense -UserId $nia -AddLicenses @{ SkuId = 'SPE_E3'; DisabledPlans = 'SWAY' } -RemoveLicenses @() | Out-Null }
    Show-Command {
        Get-MgUserLicenseDetail -UserId $nia | Where-Object SkuPartNumber -EQ SPE_E3 | Select-Object -ExpandProperty ServicePlans |
            Where-Object ProvisioningStatus -EQ Disabled
    }
    Confirm-Outcome 'SWAY is off, alone' (@($result).Count -eq 1 -and $result[0].ServicePlanName -eq 'SWAY')

    Show-Title 'E3 swapped for E5 in one call, the choice of plans kept'
    $e3 = Get-Seat 'SPE_E3'
    $e5 = Get-Seat 'SPE_E5'
    Show-Command {
        $held = (Get-MgUser -UserId $nia -Property AssignedLicenses).AssignedLicenses | Where-Object SkuId -EQ $e3.Id
        Set-MgUserLicense -UserId $nia -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = $held.DisabledPlans } -RemoveLicenses SPE_E3 | Out-Null
    }
    $swapped = (Get-Licence $nia).Licences
    Confirm-Outcome 'E5 with the same plan off, E3 gone, one seat moved' (
        ($swapped | Where-Object SkuId -EQ $e5.Id).DisabledPlans.Count -eq 1 -and $swapped.SkuId -notcontains $e3.Id -and
        (Get-Seat 'SPE_E3').Used -eq $e3.Used - 1 -and (Get-Seat 'SPE_E5').Used -eq $e5.Used + 1)

    Show-Title 'One plan switched on again, and nothing else restated'
    Show-Command { Set-MgUserServicePlan -UserId $nia -EnablePlan SWAY | Format-Table Status, PlanChanges }
    Confirm-Outcome 'every plan of E5 is on' (((Get-Licence $nia).Licences | Where-Object SkuId -EQ $e5.Id).DisabledPlans.Count -eq 0)

    Show-Title 'Many people: looked at first, then changed in one run'
    $flow = Get-Seat 'FLOW_FREE'
    $people = @($all | Where-Object { $_.UsageLocation -and $_.UserType -eq 'Member' -and @($_.AssignedLicenses | ForEach-Object SkuId) -notcontains $flow.Id } | Select-Object -First 12)
    Show-Command {
        $plan = $people | Test-MgUserLicense -AddLicenses FLOW_FREE -Summary
        $plan.Text
        $plan.Seats | Format-Table
    }
    Show-Command { $people | Set-MgUserLicense -AddLicenses FLOW_FREE | Group-Object Status -NoElement }
    Confirm-Outcome "$($people.Count) people changed, as foretold" (
        $plan.ToChange -eq $people.Count -and (Get-Seat 'FLOW_FREE').Used -eq $flow.Used + $people.Count -and $plan.Seats[0].After -eq (Get-Seat 'FLOW_FREE').Used)
    Show-Command { $people | Set-MgUserLicense -AddLicenses FLOW_FREE | Group-Object Status -NoElement }
    Confirm-Outcome 'the same again changes nothing' ($result.Count -eq 1 -and $result[0].Name -eq 'Unchanged')

    Show-Title 'Seats run out'
    $scarce = Get-MgSubscribedSku | ForEach-Object { Get-Seat $_.SkuPartNumber | Add-Member -PassThru PartNumber $_.SkuPartNumber } |
        Where-Object Free -GT 0 | Sort-Object Free | Select-Object -First 1
    $others = @($all | Where-Object { $_.UsageLocation -and $_.UserType -eq 'Member' -and $_.AssignedLicenses.SkuId -notcontains $scarce.Id } |
        Select-Object -First ($scarce.Free + 1))
    $part = $scarce.PartNumber
    foreach ($other in $others | Select-Object -SkipLast 1) {
        $null = Set-MgUserLicense -UserId $other.Id -AddLicenses $part -RemoveLicenses @()
    }
    $last = $others[-1].UserPrincipalName
    Show-Command { Set-MgUserLicense -UserId $last -AddLicenses $part -RemoveLicenses @() }
    Confirm-Outcome "$part had $($scarce.Free) free; one more was refused and nothing changed" (
        "$($problem.Exception.Message)" -match 'does not have any available licenses' -and (Get-Seat $part).Free -eq 0)
    Show-Command { (Test-MgUserLicense -UserId $last -AddLicenses $part).Reasons | Format-List Certainty, Message, Action }

    Show-Title 'Taken away again'
    $e5 = Get-Seat 'SPE_E5'
    Show-Command { Remove-MgUserLicense -UserId $nia -All -Confirm:$false }
    Confirm-Outcome 'nothing held, the seat is back' ((Get-Licence $nia).Skus.Count -eq 0 -and (Get-Seat 'SPE_E5').Used -eq $e5.Used - 1)

    Show-Title 'A group gets a product'
    $staff = foreach ($name in 'iris', 'jon', 'kim') {
        New-MgUser -DisplayName "$name Night" -MailNickname "$name.night" -UserPrincipalName "$name.night@$domain" -AccountEnabled -UsageLocation GB `
            -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d' }
    }
    $used = (Get-Seat 'STANDARDPACK').Used
    Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'STANDARDPACK'; prepaidUnits = @{ enabled = $used + 2 } }
    Show-Command { $night = New-MgGroup -DisplayName 'Night shift' -MailNickname 'night' -SecurityEnabled -MailEnabled:$false }
    Show-Command { $staff | Select-Object -First 2 | ForEach-Object { New-MgGroupMember -GroupId $night.Id -DirectoryObjectId $_.Id } }
    Show-Command { Test-MgGroupLicense -GroupId $night.Id -AddLicenses STANDARDPACK }
    Confirm-Outcome 'both members would get it' ($result[0].WillSucceed -and $result[0].WouldGet -eq 2)
    Show-Command { $null = Set-MgGroupLicense -GroupId $night.Id -AddLicenses STANDARDPACK -RemoveLicenses @() }
    Confirm-Outcome 'the members have it, and no seat is left' (
        (Get-Licence $staff[0].Id).Skus.Count -eq 1 -and (Get-Licence $staff[1].Id).Skus.Count -eq 1 -and (Get-Seat 'STANDARDPACK').Free -eq 0)

    Show-Title 'One more joins, and waits for a seat'
    Show-Command { New-MgGroupMember -GroupId $night.Id -DirectoryObjectId $staff[2].Id }
    Show-Command { Get-MgLicenseError }
    Confirm-Outcome 'the newcomer waits' ($result.Count -eq 1 -and $result[0].Error -eq 'CountViolation' -and $result[0].UserId -eq $staff[2].Id)
    Show-Command { Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'STANDARDPACK'; prepaidUnits = @{ enabled = $used + 5 } } }
    Show-Command { Repair-MgLicenseError }
    Confirm-Outcome 'seats were bought and the newcomer is served' ($result[0].Status -eq 'Repaired' -and (Get-Licence $staff[2].Id).Skus.Count -eq 1)

    Show-Title 'Two products that exclude each other'
    $used = (Get-Seat 'ENTERPRISEPACK').Used
    Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'ENTERPRISEPACK'; prepaidUnits = @{ enabled = $used + 5 } }
    Show-Command { $day = New-MgGroup -DisplayName 'Day shift' -MailNickname 'day' -SecurityEnabled -MailEnabled:$false }
    Show-Command { $null = Set-MgGroupLicense -GroupId $day.Id -AddLicenses ENTERPRISEPACK -RemoveLicenses @() }
    Show-Command { New-MgGroupMember -GroupId $day.Id -DirectoryObjectId $staff[0].Id }
    Show-Command { Get-MgLicenseError | Format-List UserPrincipalName, SkuPartNumber, GroupName, Message, Action }
    $conflict = @(Get-MgLicenseError)
    Confirm-Outcome 'the error names both plans' ($conflict.Count -eq 1 -and $conflict[0].Message -match 'SHAREPOINTENTERPRISE.*SHAREPOINTSTANDARD')
    Show-Command { Remove-MgGroupMemberByRef -GroupId $night.Id -DirectoryObjectId $staff[0].Id }
    Show-Command { Get-MgLicenseError | Repair-MgLicenseError -TimeoutSeconds 5 }
    Confirm-Outcome 'who left the night shift has the day shift''s product only' (
        @(Get-MgLicenseError).Count -eq 0 -and "$((Get-Licence $staff[0].Id).Skus)" -eq "$((Get-Seat 'ENTERPRISEPACK').Id)")

    Show-Title 'What the service was asked to write'
    Show-Command { Get-MgLocalTenantRequest -WriteOnly | Select-Object -Last 6 | Format-Table Method, Path, Status, Body }
    Confirm-Outcome 'every write is on record' (@(Get-MgLocalTenantRequest -WriteOnly).Count -gt 8)

    Show-Title 'Where it ended'
    Show-Command { Get-MgSubscribedSku | Sort-Object SkuPartNumber | Format-Table SkuPartNumber, ConsumedUnits }
    $holders = @(Get-MgUser -All -Property AssignedLicenses | ForEach-Object AssignedLicenses | ForEach-Object SkuId)
    Confirm-Outcome 'seats in use equal the licences held, product by product' (
        -not (Get-MgSubscribedSku | Where-Object { $sku = $_; $_.ConsumedUnits -ne @($holders -eq $sku.SkuId).Count }))
    Disconnect-MgGraph | Out-Null
} catch {
    # A demo that breaks off has not shown what it promised.
    Confirm-Outcome "the demo ran to its end ($($_.Exception.Message))" $false
} finally {
    $env:MGLICENSE_RUNS = $runs
    Remove-Item -Recurse -Force -Path $folder -ErrorAction Ignore
}

Write-Host ''
if ($script:wrong) {
    Write-Host "$script:wrong outcome(s) were not as expected." -ForegroundColor Red
} else {
    Write-Host ("Every outcome was as expected ({0:0.0} s)." -f $watch.Elapsed.TotalSeconds) -ForegroundColor Green
}
exit $script:wrong
