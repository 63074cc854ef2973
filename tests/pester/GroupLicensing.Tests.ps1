# Licences through groups, as the commands of our own show and change them.

BeforeAll {
    Set-StrictMode -Version 3.0
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $group = @{
        sales = 'cccccccc-0000-4000-8000-000000000001'; first = 'cccccccc-0000-4000-8000-000000000002'
        second = 'cccccccc-0000-4000-8000-000000000003'; plain = 'cccccccc-0000-4000-8000-000000000004'
        inner = 'cccccccc-0000-4000-8000-000000000005'; list = 'cccccccc-0000-4000-8000-000000000006'
    }

    # Five people and a guest. Microsoft documents that SHAREPOINTSTANDARD (in Office 365 E1, STANDARDPACK) and
    # SHAREPOINTENTERPRISE (in Office 365 E3, ENTERPRISEPACK) can't be had together.
    function Connect-GroupTenant([hashtable] $Enabled = @{}, [hashtable] $Setting = @{}) {
        $seats = @{ STANDARDPACK = 10; ENTERPRISEPACK = 10; ENTERPRISEPREMIUM = 10; FLOW_FREE = 10 }
        foreach ($name in $Enabled.Keys) { $seats[$name] = $Enabled[$name] }
        $people = 'ada', 'bob', 'cy', 'dee', 'eve'
        $seed = @{
            clock          = '2026-11-25T09:00:00Z'
            organization   = @{ displayName = 'Contoso'; countryLetterCode = 'DE' }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true }; @{ id = 'contoso.onmicrosoft.com'; isInitial = $true })
            subscribedSkus = @(foreach ($name in $seats.Keys) { @{ skuPartNumber = $name; prepaidUnits = @{ enabled = $seats[$name] } } })
            users          = @(
                foreach ($name in $people) {
                    $one = @{ userPrincipalName = "$name@contoso.com"; displayName = $name; accountEnabled = $true; userType = 'Member' }
                    # Cy has no location: the tenant's counts.
                    if ($name -ne 'cy') { $one.usageLocation = 'GB' }
                    $one
                }
                @{ userPrincipalName = 'gus_fabrikam.com#EXT#@contoso.onmicrosoft.com'; displayName = 'Gus'; userType = 'Guest'; usageLocation = 'GB'; accountEnabled = $true }
            )
            groups         = @(
                @{ id = $group.sales; displayName = 'Sales'; mailNickname = 'sales'; securityEnabled = $true; mailEnabled = $false; members = @('ada@contoso.com', 'bob@contoso.com', 'cy@contoso.com') }
                @{ id = $group.first; displayName = 'First'; mailNickname = 'first'; securityEnabled = $true; mailEnabled = $false; members = @('dee@contoso.com') }
                @{ id = $group.second; displayName = 'Second'; mailNickname = 'second'; securityEnabled = $true; mailEnabled = $false; members = @('dee@contoso.com', 'eve@contoso.com') }
                @{ id = $group.plain; displayName = 'Plain'; mailNickname = 'plain'; securityEnabled = $true; mailEnabled = $false; members = @() }
                @{ id = $group.inner; displayName = 'Inner'; mailNickname = 'inner'; securityEnabled = $true; mailEnabled = $false; members = @('eve@contoso.com') }
                @{ id = $group.list; displayName = 'List'; mailNickname = 'list'; securityEnabled = $false; mailEnabled = $true; groupTypes = @(); members = @('ada@contoso.com') }
            )
        }
        Connect-TestTenant -Seed $seed -Setting $Setting
    }

    # 'Active/None', 'Error/CountViolation' … of a person's product from a group.
    function Get-Inherited([string] $Name, [string] $PartNumber) {
        $sku = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ $PartNumber).SkuId
        $states = (Get-MgUser -UserId "$Name@contoso.com" -Property LicenseAssignmentStates).LicenseAssignmentStates
        @($states | Where-Object { $_.SkuId -eq $sku -and $_.AssignedByGroup } | ForEach-Object { "$($_.State)/$($_.Error)" }) -join ' '
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Get-MgLicenseError' {
    It 'says nothing where nobody is in error' {
        $null = Connect-GroupTenant
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE -RemoveLicenses @()
        Get-MgLicenseError | Should -BeNullOrEmpty
    }

    It 'lists who waits for a seat, with how many there are' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 2 }
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE -RemoveLicenses @()
        $errors = @(Get-MgLicenseError)
        $errors | Should -HaveCount 1
        $errors[0].PSObject.TypeNames[0] | Should -Be 'MgLicense.LicenseError'
        $errors[0].Error | Should -Be 'CountViolation'
        $errors[0].SkuPartNumber | Should -Be 'FLOW_FREE'
        $errors[0].GroupName | Should -Be 'Sales'
        $errors[0].GroupId | Should -Be $group.sales
        $errors[0].Message | Should -Match '2 of 2'
        $errors[0].Action | Should -Match 'Buy seats'
        $errors[0].UserPrincipalName | Should -BeIn 'ada@contoso.com', 'bob@contoso.com', 'cy@contoso.com'
    }

    It 'names the plans that collide, and the product of the other one' {
        $null = Connect-GroupTenant
        $null = Set-MgUserLicense -UserId dee@contoso.com -AddLicenses STANDARDPACK -RemoveLicenses @()
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses ENTERPRISEPACK -RemoveLicenses @()
        $found = @(Get-MgLicenseError -GroupId $group.first)
        $found | Should -HaveCount 1
        $found[0].Error | Should -Be 'MutuallyExclusiveViolation'
        $pair = $found[0].Conflicts | Where-Object Plan -EQ 'SHAREPOINTENTERPRISE'
        $pair.WithPlan | Should -Contain 'SHAREPOINTSTANDARD'
        $pair.WithSkuPartNumber | Should -Contain 'STANDARDPACK'
        $found[0].Message | Should -Match "SHAREPOINTENTERPRISE of ENTERPRISEPACK can't be had together with SHAREPOINTSTANDARD of STANDARDPACK"
    }

    It 'says of the innocent product of a group which one failed' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 0 }
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses @{ SkuId = 'FLOW_FREE' }, @{ SkuId = 'STANDARDPACK' } -RemoveLicenses @()
        $found = @(Get-MgLicenseError -GroupId $group.first | Sort-Object SkuPartNumber)
        $found.SkuPartNumber | Should -Be 'FLOW_FREE', 'STANDARDPACK'
        $found.Error | Should -Be 'CountViolation', 'Other'
        $found[1].Message | Should -Match 'FLOW_FREE \(CountViolation\)'
        Get-Held dee@contoso.com | Should -Be ''
    }

    It 'reads only groups in error' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 0 }
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses FLOW_FREE -RemoveLicenses @()
        $sent = Get-SentRequest { $null = Get-MgLicenseError }
        @($sent.Path | Where-Object { $_ -match '/membersWithLicenseErrors' }) | Should -HaveCount 1
        $sent.Path -join "`n" | Should -Not -Match '/users'
    }

    It 'takes groups by pipeline and refuses one that is not there' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 0 }
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses FLOW_FREE -RemoveLicenses @()
        @(Get-MgGroup -GroupId $group.first | Get-MgLicenseError) | Should -HaveCount 1
        $outcome = Invoke-Recorded { Get-MgLicenseError -GroupId '99999999-0000-4000-8000-000000000000' }
        $outcome.Errors | Should -HaveCount 1
        "$($outcome.Errors[0])" | Should -Match 'Request_ResourceNotFound'
    }
}

Describe 'Repair-MgLicenseError' {
    It 'serves those who wait once seats are bought' {
        $path = Connect-GroupTenant -Enabled @{ FLOW_FREE = 1 }
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE -RemoveLicenses @()
        @(Get-MgLicenseError) | Should -HaveCount 2
        $null = Set-MgLocalTenant -Path $path -SubscribedSku @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 3 } }
        $repaired = @(Repair-MgLicenseError)
        $repaired.Status | Should -Be 'Repaired', 'Repaired'
        Get-MgLicenseError | Should -BeNullOrEmpty
        foreach ($name in 'ada', 'bob', 'cy') { Get-Inherited $name FLOW_FREE | Should -Be 'Active/None' }
        Get-SeatsUsed FLOW_FREE | Should -Be 3
    }

    It 'says what is still wrong where nothing has changed, without waiting for nothing' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 0 }
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses FLOW_FREE -RemoveLicenses @()
        $repaired = @(Get-MgLicenseError | Repair-MgLicenseError -TimeoutSeconds 0)
        $repaired | Should -HaveCount 1
        $repaired[0].Status | Should -Be 'StillInError'
        $repaired[0].Errors[0].Error | Should -Be 'CountViolation'
        $repaired[0].UserPrincipalName | Should -Be 'dee@contoso.com'
        $repaired[0].Message | Should -Be 'No seat of FLOW_FREE is free: 0 of 0 are in use.'
    }

    It 'names products and plans where the service tells ids' {
        $null = Connect-GroupTenant
        $null = Set-MgUserLicense -UserId dee@contoso.com -AddLicenses STANDARDPACK -RemoveLicenses @()
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses ENTERPRISEPACK, FLOW_FREE -RemoveLicenses @()
        $repaired = Repair-MgLicenseError -TimeoutSeconds 0
        $repaired.Status | Should -Be 'StillInError'
        # The cause, and not that FLOW_FREE failed along with it.
        $repaired.Message | Should -Match 'SHAREPOINTENTERPRISE of ENTERPRISEPACK can''t be had together with SHAREPOINTSTANDARD of STANDARDPACK'
    }

    It 'processes every member of a group on demand, in one batch' {
        $null = Connect-GroupTenant
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE -RemoveLicenses @()
        $sent = Get-SentRequest { @(Repair-MgLicenseError -GroupId $group.sales -AllMembers) | Should -HaveCount 3 }
        @($sent | Where-Object Path -Match 'reprocessLicenseAssignment') | Should -HaveCount 3
    }

    It 'writes nothing with -WhatIf, and nothing where nobody is in error' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 0 }
        Repair-MgLicenseError | Should -BeNullOrEmpty
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses FLOW_FREE -RemoveLicenses @()
        $sent = Get-SentRequest -WriteOnly { Repair-MgLicenseError -WhatIf | Should -BeNullOrEmpty }
        @($sent) | Should -HaveCount 0
    }

    It 'reports a user who is not there beside those who are' {
        $null = Connect-GroupTenant
        $outcome = @(Repair-MgLicenseError -UserId 'nobody@contoso.com', 'ada@contoso.com' -TimeoutSeconds 0)
        ($outcome | Where-Object Status -EQ 'Failed').UserId | Should -Be 'nobody@contoso.com'
        ($outcome | Where-Object UserPrincipalName -EQ 'ada@contoso.com').Status | Should -Be 'Repaired'
    }
}

Describe 'Test-MgGroupLicense' {
    It 'counts who would get it, who would wait, who has no location and who is a guest' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 2 }
        New-MgGroupMember -GroupId $group.sales -DirectoryObjectId (Get-MgUser -Filter "displayName eq 'Gus'").Id
        New-MgGroupMember -GroupId $group.sales -DirectoryObjectId $group.inner
        $sent = Get-SentRequest -WriteOnly { $script:test = Test-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE }
        @($sent) | Should -HaveCount 0
        $test.PSObject.TypeNames[0] | Should -Be 'MgLicense.GroupLicenseTest'
        $test.WillSucceed | Should -BeFalse
        # Ada, Bob, Cy and Gus; Eve in the inner group is no member.
        $test.Members | Should -Be 4
        $test.WouldGet | Should -Be 2
        $test.Waiting | Should -Be 2
        $test.Conflicting | Should -Be 0
        $test.WithoutLocation | Should -Be 1
        $test.TenantLocation | Should -Be 'DE'
        $test.Guests | Should -Be 1
        $test.NestedGroups | Should -Be 1
        $test.Problems | Should -HaveCount 2
        $test.Seats[0].SkuPartNumber | Should -Be 'FLOW_FREE'
        $test.Seats[0].Before | Should -Be 0
        $test.Seats[0].After | Should -Be 2
        $test.Seats[0].Short | Should -Be 2
        Test-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE -Quiet | Should -BeFalse
    }

    It 'predicts what the tenant then does' {
        $null = Connect-GroupTenant -Enabled @{ ENTERPRISEPACK = 2 }
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses STANDARDPACK -RemoveLicenses @()
        $test = Test-MgGroupLicense -GroupId $group.sales -AddLicenses ENTERPRISEPACK
        $test.WouldGet | Should -Be 2
        $test.Conflicting | Should -Be 1
        $test.Problems[0].UserPrincipalName | Should -Be 'ada@contoso.com'
        $test.Problems[0].Error | Should -Be 'MutuallyExclusiveViolation'
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses ENTERPRISEPACK -RemoveLicenses @()
        Get-Inherited ada ENTERPRISEPACK | Should -Be 'Error/MutuallyExclusiveViolation'
        Get-Inherited bob ENTERPRISEPACK | Should -Be 'Active/None'
        Get-Inherited cy ENTERPRISEPACK | Should -Be 'Active/None'
        (Test-MgGroupLicense -GroupId $group.sales -AddLicenses ENTERPRISEPACK).AlreadyHave | Should -Be 2
    }

    It 'knows what the service would refuse as a whole' {
        $null = Connect-GroupTenant
        (Test-MgGroupLicense -GroupId $group.list -AddLicenses FLOW_FREE).Reasons.Code | Should -Be 'GroupNotForSecurity'
        (Test-MgGroupLicense -GroupId $group.sales -RemoveLicenses FLOW_FREE).Reasons | Should -Not -BeNullOrEmpty
        (Test-MgGroupLicense -GroupId $group.sales -AddLicenses SPE_E5).Reasons.Message | Should -Not -BeNullOrEmpty
    }

    It 'counts a seat once for who has the product already' {
        $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 3 }
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -RemoveLicenses @()
        $test = Test-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE
        $test.WillSucceed | Should -BeTrue
        $test.Seats[0].Taken | Should -Be 2
        $test.Seats[0].After | Should -Be 3
    }
}

Describe 'Switch-MgGroupLicense' {
    It 'puts a product in the place of another in one call, with the plans that are off' {
        $null = Connect-GroupTenant
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses @{ SkuId = 'ENTERPRISEPACK'; DisabledPlans = 'SWAY' } -RemoveLicenses @()
        Get-Inherited ada ENTERPRISEPACK | Should -Be 'Active/None'
        $sent = Get-SentRequest -WriteOnly { $script:switch = Switch-MgGroupLicense -GroupId $group.sales -From ENTERPRISEPACK -To ENTERPRISEPREMIUM }
        @($sent) | Should -HaveCount 1
        $switch.Status | Should -Be 'Changed'
        "$($switch.Removed)" | Should -Be 'ENTERPRISEPACK'
        "$($switch.Added)" | Should -Be 'ENTERPRISEPREMIUM'
        $switch.DisabledPlans | Should -Be 'SWAY'
        foreach ($name in 'ada', 'bob', 'cy') {
            Get-Held "$name@contoso.com" | Should -Be 'ENTERPRISEPREMIUM'
            Get-Inherited $name ENTERPRISEPREMIUM | Should -Be 'Active/None'
        }
        Get-SeatsUsed ENTERPRISEPACK | Should -Be 0
        Get-SeatsUsed ENTERPRISEPREMIUM | Should -Be 3
    }

    It 'sends nothing where a member would go without, unless forced' {
        $null = Connect-GroupTenant -Enabled @{ ENTERPRISEPREMIUM = 2 }
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses ENTERPRISEPACK -RemoveLicenses @()
        $sent = Get-SentRequest -WriteOnly { $script:outcome = Invoke-Recorded { Switch-MgGroupLicense -GroupId $group.sales -From ENTERPRISEPACK -To ENTERPRISEPREMIUM } }
        @($sent) | Should -HaveCount 0
        $outcome.Output | Should -HaveCount 0
        "$($outcome.Errors[0])" | Should -Match '1 would wait'
        $forced = Switch-MgGroupLicense -GroupId $group.sales -From ENTERPRISEPACK -To ENTERPRISEPREMIUM -Force
        $forced.Status | Should -Be 'Changed'
        $forced.Waiting | Should -Be 1
    }

    It 'is not held up by a member who goes without today as well' {
        $null = Connect-GroupTenant
        # Eve has what can't be had together with either of the two products; Dee has nothing of the kind.
        $null = Set-MgUserLicense -UserId eve@contoso.com -AddLicenses STANDARDPACK -RemoveLicenses @()
        $null = Set-MgGroupLicense -GroupId $group.second -AddLicenses ENTERPRISEPACK -RemoveLicenses @()
        Get-Inherited eve ENTERPRISEPACK | Should -Be 'Error/MutuallyExclusiveViolation'
        $switch = Switch-MgGroupLicense -GroupId $group.second -From ENTERPRISEPACK -To ENTERPRISEPREMIUM
        $switch.Status | Should -Be 'Changed'
        $switch.Conflicting | Should -Be 1
        Get-Inherited dee ENTERPRISEPREMIUM | Should -Be 'Active/None'
        Get-Inherited eve ENTERPRISEPREMIUM | Should -Be 'Error/MutuallyExclusiveViolation'
        Get-Held eve@contoso.com | Should -Be 'STANDARDPACK'
    }

    It 'refuses a product that the group has not, and writes nothing with -WhatIf' {
        $null = Connect-GroupTenant
        $outcome = Invoke-Recorded { Switch-MgGroupLicense -GroupId $group.sales -From ENTERPRISEPACK -To ENTERPRISEPREMIUM }
        "$($outcome.Errors[0])" | Should -Match "has no ENTERPRISEPACK"
        $null = Set-MgGroupLicense -GroupId $group.sales -AddLicenses ENTERPRISEPACK -RemoveLicenses @()
        $sent = Get-SentRequest -WriteOnly { Switch-MgGroupLicense -GroupId $group.sales -From ENTERPRISEPACK -To ENTERPRISEPREMIUM -WhatIf | Should -BeNullOrEmpty }
        @($sent) | Should -HaveCount 0
    }
}

Describe 'Accounts of other organisations in licensed groups' {
    BeforeAll {
        $null = Connect-GroupTenant
        $guest = (Get-MgUser -Filter "displayName eq 'Gus'").Id
    }

    It 'are counted in a warning when the group is licensed' {
        New-MgGroupMember -GroupId $group.plain -DirectoryObjectId $guest
        $outcome = Invoke-Recorded { Set-MgGroupLicense -GroupId $group.plain -AddLicenses FLOW_FREE -RemoveLicenses @() }
        $outcome.Errors | Should -HaveCount 0
        $outcome.Warnings | Should -HaveCount 1
        "$($outcome.Warnings[0])" | Should -Match '1 account of other organisations \(gus_fabrikam\.com#EXT#@contoso\.onmicrosoft\.com\)'
    }

    It 'are told of when one is added to a licensed group, in either spelling, and not of others' {
        $null = Set-MgGroupLicense -GroupId $group.first -AddLicenses FLOW_FREE -RemoveLicenses @()
        $outcome = Invoke-Recorded { New-MgGroupMember -GroupId $group.first -DirectoryObjectId $guest }
        "$($outcome.Warnings)" | Should -Match "licensed group 'First'"
        $outcome = Invoke-Recorded { New-MgGroupMember -GroupId $group.first -DirectoryObjectId (Get-MgUser -UserId ada@contoso.com).Id }
        $outcome.Warnings | Should -HaveCount 0
        $outcome = Invoke-Recorded { New-MgGroupMember -GroupId $group.inner -DirectoryObjectId $guest }
        $outcome.Warnings | Should -HaveCount 0
        $null = Set-MgGroupLicense -GroupId $group.second -AddLicenses FLOW_FREE -RemoveLicenses @()
        $root = 'https://graph.microsoft.com/v1.0/directoryObjects'
        $outcome = Invoke-Recorded { Update-MgGroup -GroupId $group.second -AdditionalProperties @{ 'members@odata.bind' = @("$root/$guest") } }
        $outcome.Errors | Should -HaveCount 0
        "$($outcome.Warnings)" | Should -Match "licensed group 'Second'"
    }

    It 'are mentioned in verbose only where members may not be read' {
        $path = Connect-GroupTenant -Setting @{ faults = @(@{ on = @{ method = 'GET'; path = '/groups/*/members' }; status = 403 }) }
        $all = Set-MgGroupLicense -GroupId $group.sales -AddLicenses FLOW_FREE -RemoveLicenses @() -Verbose 3>&1 4>&1
        @($all | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }) | Should -HaveCount 0
        "$($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })" | Should -Match 'could not be read'
        (Get-MgGroup -GroupId $group.sales -Property AssignedLicenses).AssignedLicenses | Should -HaveCount 1
    }
}
