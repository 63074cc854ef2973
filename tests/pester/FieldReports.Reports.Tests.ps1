# Public reports about finding out: what is held, by whom, why, and whether a figure can be trusted.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $skus = Get-ReportSku
    $users = Get-ReportUser
}

AfterAll { Disconnect-TestTenant }

Describe 'Looking products up' {
    Context 'Asking for one product by its own id is refused' -Tag 'Report13' {
        It 'is found by its id, its part number and its name' {
            $null = Connect-ReportTenant
            foreach ($key in $skus.ENTERPRISEPACK, 'ENTERPRISEPACK', 'Office 365 E3') {
                (Get-MgLicenseProduct -Name $key).SkuId | Should -Be $skus.ENTERPRISEPACK
            }
        }
    }
}

Describe 'Seats' {
    Context 'More units are in use than were bought' -Tag 'Report27' {
        It 'is shown as over by one, with none to give' {
            $held = @{}
            foreach ($name in $users.Keys) { $held[$name] = 'ENTERPRISEPACK' }
            $null = Connect-ReportTenant -Held $held -Enabled @{ ENTERPRISEPACK = 4 }
            $seats = Get-MgLicenseSummary -SkuId ENTERPRISEPACK
            $seats.Available, $seats.Over, $seats.Free | Should -Be 0, 1, -1
            (Get-MgLicenseFinding -Kind OverAssigned).Count | Should -Be 1
        }
    }

    Context 'It is unclear whether a suspended product can be given' -Tag 'Report29' {
        It 'shows what is left of a product that left the tenant, by id, and takes it away' {
            $seed = New-ReportSeed -Held @{ u1 = 'VISIOCLIENT' }
            ($seed.subscribedSkus | Where-Object { $_.skuPartNumber -eq 'VISIOCLIENT' }).removed = $true
            $null = Connect-TestTenant $seed
            $row = Get-MgLicenseAssignment -UserId u1@contoso.com
            $row.SkuId | Should -Be $skus.VISIOCLIENT
            $row.InTenant | Should -BeFalse
            $finding = Get-MgLicenseFinding -Kind NotInTenant
            $finding.Users.UserPrincipalName | Should -Be 'u1@contoso.com'
            $confirm = $global:ConfirmPreference
            $global:ConfirmPreference = 'None'
            try { $null = Invoke-Expression ($finding.Repair -replace 'Remove-MgUserLicense', '$0 -Confirm:$false') } finally { $global:ConfirmPreference = $confirm }
            Get-MgLicenseFinding -Kind NotInTenant | Should -BeNullOrEmpty
        }
    }

    Context 'Alerts on unused seats fire for products that were never meant for users' -Tag 'Report31' {
        It 'leaves chosen products and those of the company out of the alarms, not out of the table' {
            $seed = New-ReportSeed
            ($seed.subscribedSkus | Where-Object { $_.skuPartNumber -eq 'AAD_PREMIUM' }).appliesTo = 'Company'
            $null = Connect-TestTenant $seed
            $unused = Get-MgLicenseFinding -Kind UnusedSeats -ExcludeSkuId VISIOCLIENT
            $unused.SkuPartNumber | Should -Contain 'SPE_E5'
            $unused.SkuPartNumber | Should -Not -Contain 'VISIOCLIENT'
            $unused.SkuPartNumber | Should -Not -Contain 'AAD_PREMIUM'
            (Get-MgLicenseSummary).SkuPartNumber | Should -Contain 'VISIOCLIENT'
            (Get-MgLicenseSummary).SkuPartNumber | Should -Contain 'AAD_PREMIUM'
        }
    }
}

Describe 'Locations' {
    Context 'The directory knows the country and licensing ignores it' -Tag 'Report19' {
        It 'takes the location from the country, and fails for that user only where there is none' {
            $seed = New-ReportSeed
            $seed.users[1].country = 'DE'
            $null = Connect-TestTenant $seed
            $recorded = Invoke-Recorded { $users.u2, $users.u3 | Set-MgUserUsageLocation -FromCountry }
            ($recorded.Output | Sort-Object Row).Status | Should -Be 'Changed', 'Failed'
            Get-WriteLine | Should -Be "PATCH /users/$((Get-MgUser -UserId $users.u2).Id)"
            ($recorded.Output | Where-Object Row -EQ 1).UsageLocationAfter | Should -Be 'DE'
        }

        It 'takes it from a column of a file, in one pipeline with the licence, and refuses who has none that is a code' {
            $null = Connect-TestTenant (New-ReportSeed)
            $people = "Upn,Country`n$($users.u2),DE`n$($users.u3),Germany`n$($users.u4)," | ConvertFrom-Csv
            $recorded = Invoke-Recorded {
                $people | Select-Object @{ n = 'UserPrincipalName'; e = 'Upn' }, @{ n = 'UsageLocation'; e = 'Country' } | Set-MgUserLicense -AddLicenses FLOW_FREE
            }
            $results = $recorded.Output | Sort-Object Row
            $results.Status | Should -Be 'Changed', 'Failed', 'Failed'
            $results[0].UsageLocationAfter | Should -Be 'DE'
            $results[1].Error | Should -Match "'Germany' is not a usage location.*is DE meant"
            $results[2].Error | Should -Match 'invalid usage location'
            $id = (Get-MgUser -UserId $users.u2).Id
            Get-WriteLine | Should -Be "PATCH /users/$id", "POST /users/$id/assignLicense"
        }
    }

    Context 'Users of a barred country are licensed with the country of the tenant' -Tag 'Report21' {
        It 'is flagged where a group licenses somebody who has no location' {
            $seed = New-ReportSeed
            $seed.groups[0].members = @('u2@contoso.com')
            $seed.groups[0].assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' })
            $null = Connect-TestTenant $seed
            $found = (Get-MgLicenseFinding -Kind NoLocation).Users | Where-Object UserPrincipalName -EQ 'u2@contoso.com'
            $found.Detail | Should -Match 'through a group with the organisation''s location'
        }
    }
}

Describe 'Reading' {
    Context 'Licences read as empty because nobody asked for them' -Tag 'Report71' {
        It 'says unknown, never nothing, where the service sends nothing though it was asked' {
            $null = Connect-ReportTenant -Held @{ u1 = 'FLOW_FREE' } -Setting @{ faults = @(@{ on = @{ path = '/users' }; nullProperties = @('licenseAssignmentStates') }) }
            $recorded = Invoke-Recorded { Get-MgLicenseAssignment }
            $recorded.Output.State | Sort-Object -Unique | Should -Be 'Unknown'
            $recorded.Warnings | Should -Match 'did not say what 5 of 5 users hold'
            (Get-MgLicenseFinding -Kind Unread -WarningAction Ignore).Count | Should -Be 5
        }
    }

    Context 'A page token dies in the middle of a listing' -Tag 'Report75' {
        It 'is read again from the beginning, once, and nobody comes twice' {
            $path = New-TestPath
            $null = New-MgLocalTenant -Path $path -Generate 'users=2500,seed=3,licensed=100%'
            $null = Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'all'; faults = @(@{ on = @{ path = '/users'; query = '$skiptoken' }; calls = @(2); status = 400; code = 'Directory_ExpiredPageToken' }) }
            Connect-TestFile $path
            $recorded = Invoke-Recorded { Get-MgLicenseAssignment -IncludeUnlicensed }
            $recorded.Errors | Should -BeNullOrEmpty
            $keys = $recorded.Output.ForEach({ "$($_.UserId) $($_.SkuId)" })
            $keys.Count | Should -Be @($keys | Sort-Object -Unique).Count
            @($recorded.Output.UserId | Sort-Object -Unique).Count | Should -Be 2500
        }
    }
}

Describe 'Modules that are gone' {
    Context 'Scripts of the AzureAD and MSOnline modules stopped' -Tag 'Report101' {
        It 'have a table from old to new, every line of which runs' {
            $null = Connect-ReportTenant -Held @{ u1 = 'SPE_E3' }
            $topic = Get-Content -Raw (Join-Path (Get-TestModulePath) 'en-US' 'about_MgLicense_OldModules.help.txt')
            $pairs = [regex]::Matches($topic, '(?m)^    (?<old>\S[^\r\n]*)\r?\n      -> (?<new>[^\r\n]+)')
            $pairs.Count | Should -BeGreaterOrEqual 10
            foreach ($pair in $pairs) {
                $recorded = Invoke-Recorded ([scriptblock]::Create("Set-StrictMode -Off`n$($pair.Groups['new'].Value)"))
                $recorded.Thrown | Should -BeNullOrEmpty -Because $pair.Groups['new'].Value
                $recorded.Errors | Should -BeNullOrEmpty -Because $pair.Groups['new'].Value
            }
            $topic | Should -Match 'Set-MsolUserLicense'
            $topic | Should -Match 'Set-AzureADUserLicense'
        }
    }
}
