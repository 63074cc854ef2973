# Public reports on many users at once. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $env:MGLICENSE_RUNS = New-TestPath 'runs'

    function Connect-Crowd {
        param([int] $Count, [hashtable] $Setting = @{})
        $seats = @{ enabled = $Count + 10; warning = 0; suspended = 0; lockedOut = 0 }
        $users = foreach ($number in 1..$Count) { @{ userPrincipalName = "u$number@contoso.com"; displayName = "User $number"; usageLocation = 'GB' } }
        Connect-TestTenant -Setting $Setting @{
            organization = @{ displayName = 'Contoso' }
            domains = @(@{ id = 'contoso.com'; isDefault = $true })
            subscribedSkus = @(@{ skuPartNumber = 'SPE_E5'; prepaidUnits = $seats }, @{ skuPartNumber = 'SPE_E3'; prepaidUnits = $seats })
            users = @($users)
        }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Many users at once' {
    Context 'The journal says who changed what, from what to what' -Tag 'Report81' {
        It 'holds a record of each change with before, after and the id of the request' {
            $null = Connect-Crowd 1
            $id = (Get-MgUser -UserId 'u1@contoso.com').Id
            $null = 'u1@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E3 -RemoveLicenses @()
            $null = 'u1@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses SPE_E3 -Force
            $null = 'u1@contoso.com' | Set-MgUserLicense -AddLicenses @() -RemoveLicenses SPE_E5 -Force

            $rows = Get-MgLicenseRun | Sort-Object Started, Id | ForEach-Object { Get-MgLicenseRun -Id $_.Id -Row }
            $rows.Count | Should -Be 3
            $rows.UserId | Should -Be $id, $id, $id
            $rows.ForEach{ "$($_.LicensesBefore.SkuPartNumber)>$($_.Added.SkuPartNumber)-$($_.Removed.SkuPartNumber)" } | Sort-Object |
                Should -Be ('>SPE_E3-', 'SPE_E3>SPE_E5-SPE_E3', 'SPE_E5>-SPE_E5' | Sort-Object)
            $rows.RequestId | Where-Object { -not $_ } | Should -BeNullOrEmpty
        }
    }

    Context 'A batch answers 200 outside and 429 inside' -Tag 'Report83' {
        It 'repeats what was throttled, names whom the service refused, and loses nobody' {
            $fault = { param($number, $rule) @{ on = @{ method = 'POST'; body = 'addLicenses'; path = "users/$($ids[$number - 1])/assignLicense" } } + $rule }
            $path = Connect-Crowd 20
            $ids = foreach ($number in 1..20) { (Get-MgUser -UserId "u$number@contoso.com").Id }
            Set-MgLocalTenant -Path $path -Setting @{ faults = @(
                    (& $fault 3 @{ calls = @(1); status = 429; headers = @{ 'Retry-After' = '1' } })
                    (& $fault 7 @{ calls = @(1); status = 429; headers = @{ 'Retry-After' = '2' } })
                    (& $fault 12 @{ calls = @(1); status = 429; headers = @{ 'Retry-After' = '1' } })
                    (& $fault 5 @{ status = 400; code = 'Request_BadRequest'; message = 'Refused on purpose.' })
                ) }
            $outcome = Invoke-Recorded { 1..20 | ForEach-Object { "u$_@contoso.com" } | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() }

            @($outcome.Output | Where-Object Status -eq Changed).Count | Should -Be 19
            @($outcome.Output | Where-Object Status -eq Failed).UserPrincipalName | Should -Be 'u5@contoso.com'
            $outcome.Errors.Count | Should -Be 1
            $outcome.Errors[0].Exception.Message | Should -Be '[Request_BadRequest] : Refused on purpose.'
            $outcome.Errors[0].TargetObject | Should -Be 'u5@contoso.com'
            Get-SeatsUsed SPE_E5 | Should -Be 19
            $sent = @(Get-MgLocalTenantRequest | Where-Object Path -like '*assignLicense').Path
            $sent.Count | Should -Be 23
        }
    }

    Context 'The list of products is read inside the loop' -Tag 'Report89' {
        It 'is read once for 500 users' {
            $null = Connect-Crowd 500
            $null = 1..500 | ForEach-Object { "u$_@contoso.com" } | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @()
            Get-SeatsUsed SPE_E5 | Should -Be 500
            # One read is that of Get-SeatsUsed.
            @(Get-MgLocalTenantRequest | Where-Object Path -like '*subscribedSkus').Count | Should -Be 2
        }
    }

    Context 'The portal takes twenty users at a time' -Tag 'Report91' {
        It 'takes a file of any length, with unknown people, a blank, an id and one who is there twice' {
            $null = Connect-Crowd 60
            $names = @(1..41 | ForEach-Object { "u$_@contoso.com" })
            # 45 lines: 41 people, one of them by id and one twice; two that nobody knows; a blank.
            $names[9] = (Get-MgUser -UserId 'u10@contoso.com').Id
            $lines = $names[0..19] + 'gone@contoso.com' + $names[20..40] + 'u7@contoso.com', '', 'lost@contoso.com'
            $csv = New-TestPath 'people.csv'
            Set-Content -Path $csv -Encoding utf8BOM -Value (@('UserPrincipalName,Department') + $lines.ForEach{ "`"$_`",Sales" })

            $outcome = Invoke-Recorded { Import-Csv $csv | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() }
            $outcome.Output.Count | Should -Be 45
            ($outcome.Output | Where-Object Status -eq Failed).Row | Sort-Object | Should -Be 21, 44, 45
            $outcome.Errors.Count | Should -Be 3
            @($outcome.Output | Where-Object Status -eq Changed | Select-Object -ExpandProperty UserId -Unique).Count | Should -Be 41
            Get-SeatsUsed SPE_E5 | Should -Be 41
            @(Get-MgLocalTenantRequest | Where-Object Path -like '*assignLicense').Count | Should -Be 41
        }
    }
}
