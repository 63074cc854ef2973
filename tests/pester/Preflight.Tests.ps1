# A whole pipeline, tested before it is carried out: the exact change of each user, the seats of all of them together.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    function New-CompanySeed {
        param([hashtable] $Seats = @{})
        $enabled = @{ SPE_E3 = 10; SPE_E5 = 10; FLOW_FREE = 10; VISIOCLIENT = 10; EXCHANGEENTERPRISE = 10 }
        foreach ($key in $Seats.Keys) { $enabled[$key] = $Seats[$key] }
        @{
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @($enabled.Keys | Sort-Object | ForEach-Object { @{ skuPartNumber = $_; prepaidUnits = @{ enabled = $enabled[$_] } } })
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB' }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY') }) }
                @{ userPrincipalName = 'cy@contoso.com'; displayName = 'Cy' }
                @{ userPrincipalName = 'dee@contoso.com'; displayName = 'Dee'; usageLocation = 'DE'; assignedLicenses = @(@{ skuPartNumber = 'EXCHANGEENTERPRISE' }) }
            )
        }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Test-MgUserLicense for a pipeline' {
    BeforeAll {
        $null = Connect-TestTenant (New-CompanySeed)
        $rows = @'
UserPrincipalName,UsageLocation,AddLicenses,RemoveLicenses
ada@contoso.com,,SPE_E5,
bob@contoso.com,,SPE_E5,SPE_E3
cy@contoso.com,fr,FLOW_FREE;VISIOCLIENT,
dee@contoso.com,,EXCHANGEENTERPRISE,
,,FLOW_FREE,
nobody@contoso.com,,FLOW_FREE,
ADA@contoso.com,,FLOW_FREE,
'@ | ConvertFrom-Csv
        $tests = @($rows | Test-MgUserLicense -InformationVariable information)
    }
    AfterAll { Get-WriteLine | Should -BeNullOrEmpty -Because 'a test writes nothing' }

    It 'gives one object a row, with its number' {
        $tests.Row | Should -Be @(1..7)
        $tests.WillSucceed | Should -Be $true, $true, $true, $true, $false, $false, $true
        $tests[4].Reasons.Code | Should -Be 'NoUser'
        $tests[5].Reasons.Code | Should -Be 'Request_ResourceNotFound'
        $tests[5].UserId | Should -Be 'nobody@contoso.com'
    }

    It 'says the exact change of each user in words and as objects' {
        $tests[0].Change | Should -Be 'add SPE_E5; add FLOW_FREE'
        $tests[1].Change | Should -Be 'add SPE_E5; remove SPE_E3'
        $tests[2].Change | Should -Be 'set usage location FR; add FLOW_FREE; add VISIOCLIENT'
        $tests[3].Change | Should -Be 'no change'
        $tests[1].Added.SkuPartNumber | Should -Be 'SPE_E5'
        $tests[1].Removed.SkuPartNumber | Should -Be 'SPE_E3'
        $tests[1].Removed.DisabledPlans | Should -Be 'SWAY'
        $tests[1].LicensesBefore.SkuPartNumber | Should -Be 'SPE_E3'
        $tests[1].LicensesBefore.DisabledPlans | Should -Be 'SWAY'
        $tests[2].UsageLocationBefore | Should -BeNullOrEmpty
        $tests[2].UsageLocationAfter | Should -Be 'FR'
    }

    It 'makes one change of two rows about the same user, in any case of letters' {
        $tests[6].SameUserAs | Should -Be 1
        $tests[0].SameUserAs | Should -BeNullOrEmpty
        $tests[6].Change | Should -Be $tests[0].Change
        $tests[0].Added.SkuPartNumber | Should -Be 'SPE_E5', 'FLOW_FREE'
    }

    It 'gives totals and seats on the information stream, and as an object with -Summary' {
        $summary = $information[-1].MessageData
        $summary.PSTypeNames[0] | Should -Be 'MgLicense.LicenseTestSummary'
        $summary.Rows | Should -Be 7
        $summary.Users | Should -Be 4
        $summary.Merged | Should -Be 1
        $summary.ToChange | Should -Be 3
        $summary.Unchanged | Should -Be 1
        $summary.Blocked | Should -Be 2
        $summary.LocationWrites | Should -Be 1
        $summary.LicenseWrites | Should -Be 3
        $e5 = $summary.Seats | Where-Object SkuPartNumber -EQ SPE_E5
        ($e5.Owned, $e5.Before, $e5.Taken, $e5.Freed, $e5.After, $e5.Short) | Should -Be 10, 0, 2, 0, 2, 0
        $e3 = $summary.Seats | Where-Object SkuPartNumber -EQ SPE_E3
        ($e3.Before, $e3.Freed, $e3.After) | Should -Be 1, 1, 0

        $asObject = @($rows | Test-MgUserLicense -Summary)
        $asObject | Should -HaveCount 1
        $asObject.Text | Should -BeExactly $summary.Text
        $asObject.Seats.SkuPartNumber | Should -Be $summary.Seats.SkuPartNumber
    }

    It 'reads the products once and the users in one batch, however many rows there are' {
        $null = Get-MgLocalTenantRequest -Clear
        $null = @('ada@contoso.com', 'bob@contoso.com', 'cy@contoso.com') * 7 | Test-MgUserLicense -AddLicenses SPE_E5, FLOW_FREE -DisabledPlans SWAY
        $lines = Get-MgLocalTenantRequest | ForEach-Object { "$($_.Method) $($_.Path)" }
        @($lines -match 'GET .*subscribedSkus') | Should -HaveCount 1
        @($lines -match 'GET .*/users/') | Should -HaveCount 3
    }

    It 'names the seats that are missing and who goes without, and -Partial the order in which they go' {
        $null = Connect-TestTenant (New-CompanySeed -Seats @{ FLOW_FREE = 1 })
        $tests = 'dee@contoso.com', 'bob@contoso.com', 'ada@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE
        $tests.WillSucceed | Should -Be $true, $false, $false
        $tests[1].Reasons.Code | Should -Be 'NoSeats'
        $held = 'dee@contoso.com', 'bob@contoso.com', 'ada@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Summary
        $held.HeldBack | Should -BeTrue
        $held.Short | Should -Be 2
        $held.Text | Should -Match 'nothing would be written'

        $byName = 'dee@contoso.com', 'bob@contoso.com', 'ada@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Partial Name
        $byName.WillSucceed | Should -Be $false, $false, $true
        $unlicensed = 'dee@contoso.com', 'bob@contoso.com', 'ada@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Partial Unlicensed -Summary
        $unlicensed.HeldBack | Should -BeFalse
        { 'ada@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Partial Best } | Should -Throw
    }

    It 'says of a summary and of -Quiet what it says of each row' {
        $null = Connect-TestTenant (New-CompanySeed -Seats @{ FLOW_FREE = 1 })
        $rows = 'dee@contoso.com', 'bob@contoso.com', 'nobody@contoso.com', 'BOB@contoso.com'
        $tests = $rows | Test-MgUserLicense -AddLicenses FLOW_FREE -InformationVariable said
        $failing = @($tests | Where-Object WillSucceed -EQ $false).Count
        $failing | Should -Be 3
        $said[-1].MessageData.Text | Should -Match "$failing rows that fail"
        ($rows | Test-MgUserLicense -AddLicenses FLOW_FREE -Summary).Text | Should -Be $said[-1].MessageData.Text
        $rows | Test-MgUserLicense -AddLicenses FLOW_FREE -Quiet | Should -BeFalse
        'dee@contoso.com', 'dee@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Quiet | Should -BeTrue
        'nobody@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Quiet | Should -BeFalse
        'dee@contoso.com', 'bob@contoso.com' | Test-MgUserLicense -AddLicenses FLOW_FREE -Quiet | Should -BeFalse
    }

    It 'says once that nobody is signed in, however many rows there are' {
        $null = Disconnect-MgGraph
        $outcome = Invoke-Recorded { @('ada@contoso.com') * 600 | Test-MgUserLicense -AddLicenses FLOW_FREE }
        $outcome.Errors | Should -HaveCount 1
        $outcome.Output | Should -BeNullOrEmpty
        $null = Connect-TestTenant (New-CompanySeed)
    }

    It 'takes rights for a hint only' {
        $path = (Get-MgLocalTenant).Path
        Connect-TestScope 'User.Read.All', 'Organization.Read.All'
        $test = 'bob@contoso.com' | Test-MgUserLicense -AddLicenses VISIOCLIENT -UsageLocation DE
        $test.WillSucceed | Should -BeTrue
        @($test.Reasons.Code) | Should -Be 'RightsMissing', 'RightsMissing'
        @($test.Reasons.Certainty | Sort-Object -Unique) | Should -Be 'Likely'
        $test.Reasons[0].Action | Should -Match 'LicenseAssignment\.ReadWrite\.All'
        Connect-TestFile $path
        ('bob@contoso.com' | Test-MgUserLicense -AddLicenses VISIOCLIENT).Reasons | Should -BeNullOrEmpty
    }
}
