# What people ask for in public and no tool gives as a whole: to see who has what, and to act on it.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $skus = Get-ReportSku
    $users = Get-ReportUser

    # Runs a command that a finding names; nobody is there to answer what it asks.
    function Invoke-Repair {
        param([string] $Command)
        $confirm = $global:ConfirmPreference
        $global:ConfirmPreference = 'None'
        try { Invoke-Expression ($Command -replace 'Remove-MgUserLicense', '$0 -Confirm:$false') 6>$null } finally { $global:ConfirmPreference = $confirm }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Who has what' {
    Context 'One table: who has what, from where by the name of the group, which plans are on, in which state' -Tag 'Wish8' {
        It 'is one command, with the group by name and the plans by theirs' {
            $seed = New-ReportSeed -Held @{ u1 = @{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY') } } -Enabled @{ VISIOCLIENT = 0 }
            $seed.groups[0].members = @($users.u1, $users.u5)
            $seed.groups[0].assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' })
            $seed.groups[1].members = @($users.u5)
            $seed.groups[1].assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' })
            $null = Connect-TestTenant $seed
            $rows = Get-MgLicenseAssignment | Sort-Object UserPrincipalName, SkuPartNumber
            $rows.ForEach({ "$($_.UserPrincipalName) $($_.SkuPartNumber) $($_.Source) $($_.State)" }) | Should -Be @(
                'u1@contoso.com FLOW_FREE Group: g1 Active'
                'u1@contoso.com SPE_E3 Direct Active'
                'u5@contoso.com FLOW_FREE Group: g1 Active'
                'u5@contoso.com VISIOCLIENT Group: g2 Error'
            )
            $rows[1].PlansOff.Name | Should -Be 'SWAY'
            $rows[1].PlansOn.Name | Should -Contain 'YAMMER_ENTERPRISE'
            $rows[3].ErrorText | Should -Be 'No seat is free.'
        }
    }

    Context 'Licence details of all users in a few calls' -Tag 'Wish17' {
        It 'takes no call per user' {
            $null = Connect-ReportTenant -Held @{ u1 = 'SPE_E3'; u2 = 'FLOW_FREE'; u5 = 'SPE_E5' }
            $null = Get-MgLocalTenantRequest -Clear
            @((Get-MgLicenseAssignment).PlansOn).Count | Should -BeGreaterThan 50
            @(Get-MgLocalTenantRequest).Count | Should -BeLessOrEqual 6
        }
    }
}

Describe 'Errors of groups' {
    Context 'Find them, explain them with names, process many again, wait, verify' -Tag 'Wish9' {
        It 'is two commands' {
            $seed = New-ReportSeed -Enabled @{ VISIOCLIENT = 0 }
            $seed.groups[0].members = @($users.u1, $users.u5)
            $seed.groups[0].assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' })
            $null = Connect-TestTenant $seed
            $errors = @(Get-MgLicenseError)
            $errors.UserPrincipalName | Sort-Object | Should -Be $users.u1, $users.u5
            $errors[0].GroupName, $errors[0].ProductName, $errors[0].Error | Should -Be 'g1', 'Visio Plan 2', 'CountViolation'
            $errors[0].Message | Should -Match 'No seat of VISIOCLIENT is free'
            $errors[0].Action | Should -Not -BeNullOrEmpty
            $null = Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 2 } }
            (Repair-MgLicenseError -TimeoutSeconds 30).Status | Should -Be 'Repaired', 'Repaired'
            Get-MgLicenseError | Should -BeNullOrEmpty
            (Get-MgLicenseAssignment -SkuId VISIOCLIENT).State | Should -Be 'Active', 'Active'
        }
    }
}

Describe 'Names' {
    Context 'Product and plan names in and out, current, usable offline, with a fallback' -Tag 'Wish11' {
        It 'come from the table where nobody is connected, and from a newer one that is loaded' {
            Disconnect-TestTenant
            (Get-MgLicenseProduct -Name 'office 365 e3').SkuId | Should -Be $skus.ENTERPRISEPACK
            $path = New-TestPath 'products.csv'
            Set-Content -Path $path -Encoding utf8BOM -Value @(
                'Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names'
                'Office 365 E3 Next,ENTERPRISEPACK,6fd2c87f-b296-42f0-b197-1e91e994b900,SWAY,a23b959c-7ce8-4e57-9140-b90eb88a9e97,Sway'
            )
            $null = Import-MgLicenseProduct -Path $path
            try {
                (Get-MgLicenseProduct -SkuId $skus.ENTERPRISEPACK).ProductName | Should -Be 'Office 365 E3 Next'
            } finally {
                $null = Import-MgLicenseProduct -BuiltIn
            }
        }

        It 'go in by name and come out by name, and what nobody knows goes by its id' {
            $seed = New-ReportSeed
            $seed.subscribedSkus += @{ skuId = '00000000-0000-4000-8000-00000000abcd'; skuPartNumber = ''; prepaidUnits = @{ enabled = 1 }; servicePlans = @() }
            $null = Connect-TestTenant $seed
            $result = $users.u1 | Set-MgUserLicense -AddLicenses 'Office 365 E3' -DisabledPlans SWAY 6>$null
            $result.Added[0].SkuPartNumber, $result.Added[0].ProductName | Should -Be 'ENTERPRISEPACK', 'Office 365 E3'
            $result.Added[0].DisabledPlans | Should -Be 'SWAY'
            $null = Set-MgUserLicense -UserId $users.u1 -AddLicenses 00000000-0000-4000-8000-00000000abcd -RemoveLicenses @()
            (Get-MgLicenseAssignment -UserId $users.u1).SkuId | Should -Contain '00000000-0000-4000-8000-00000000abcd'
        }
    }
}

Describe 'What is too much' {
    Context 'Overlapping and doubled licences' -Tag 'Wish12' {
        It 'are found, with the command that takes away what adds nothing' {
            $larger = (Get-MgLicenseProduct -Name SPE_E5).ServicePlans.Id
            $off = (Get-MgLicenseProduct -Name SPE_E3).ServicePlans.Where({ $_.Id -notin $larger }).Id
            $seed = New-ReportSeed -Held @{ u1 = @('SPE_E5', @{ skuPartNumber = 'SPE_E3'; disabledPlans = @($off) }); u5 = 'FLOW_FREE' }
            $seed.groups[0].members = @($users.u5)
            $seed.groups[0].assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' })
            $null = Connect-TestTenant $seed
            $found = Get-MgLicenseFinding -Kind Redundant, DirectAndGroup
            $found.Kind | Sort-Object | Should -Be 'DirectAndGroup', 'Redundant'
            ($found | Where-Object Kind -EQ 'Redundant').Subject | Should -Be 'Microsoft 365 E3 in Microsoft 365 E5'
            foreach ($finding in $found) { $null = Invoke-Repair $finding.Repair }
            Get-MgLicenseFinding -Kind Redundant, DirectAndGroup | Should -BeNullOrEmpty
            Get-Held $users.u1 | Should -Be 'SPE_E5'
            (Get-MgLicenseAssignment -UserId $users.u5).Source | Should -Be 'Group: g1'
        }
    }

    Context 'Several groups together cover the direct licence' -Tag 'Report55' {
        It 'lets the direct one go where all groups together give as much, and names the loss where they do not' {
            $seed = New-ReportSeed -Held @{ u1 = 'ENTERPRISEPACK' }
            foreach ($index in 0, 1) {
                $seed.groups[$index].members = @($users.u1)
                $seed.groups[$index].assignedLicenses = @(@{ skuPartNumber = 'ENTERPRISEPACK'; disabledPlans = @(@('SWAY', 'YAMMER_ENTERPRISE')[$index]) })
            }
            $null = Connect-TestTenant $seed
            $finding = Get-MgLicenseFinding -Kind DirectAndGroup
            $finding.Severity | Should -Be 'Low'
            $finding.Repair | Should -Match 'Remove-MgUserLicense'
            $second = Get-MgGroup -Filter "displayName eq 'g2'"
            Remove-MgGroupMemberByRef -GroupId $second.Id -DirectoryObjectId (Get-MgUser -UserId $users.u1).Id
            $finding = Get-MgLicenseFinding -Kind DirectAndGroup
            $finding.Severity | Should -Be 'Info'
            $finding.Repair | Should -BeNullOrEmpty
            $finding.Users.Detail | Should -Be 'only directly: SWAY'
        }
    }

    Context 'Reclaim: blocked, idle, never signed in; with exclusions; and then act' -Tag 'Wish13' {
        It 'finds each kind, leaves out whom it is told to, and acts on the others' {
            $seed = New-ReportSeed -Held @{ u1 = 'SPE_E3'; u2 = 'SPE_E3'; u3 = 'SPE_E3'; u5 = 'SPE_E3' }
            # u1 was last here long ago, u2 and u3 never, u5 is blocked; u3 is on leave.
            ($seed.users | Where-Object userPrincipalName -EQ $users.u1).signInActivity = @{ lastSignInDateTime = '2020-01-20T08:00:00Z' }
            $seed.groups[0].members = @($users.u3)
            $null = Connect-TestTenant $seed
            foreach ($kind in 'Disabled', 'Inactive', 'NeverSignedIn') {
                $finding = Get-MgLicenseFinding -Kind $kind -ExcludeGroup g1
                $finding.Users.UserPrincipalName | Should -Be @{ Disabled = $users.u5; Inactive = $users.u1; NeverSignedIn = $users.u2 }[$kind]
                (Invoke-Repair $finding.Repair).Status | Should -Be 'Changed'
            }
            Get-Held $users.u3 | Should -Be 'SPE_E3'
            (Get-MgLicenseSummary -SkuId SPE_E3).Assigned | Should -Be 1
        }
    }

    Context 'Seat alarms with the right sum (grace, suspended, over, unlimited) and exclusions' -Tag 'Wish14' {
        It 'counts grace as seats and suspended ones as none, shows over as negative, and guesses unlimited' {
            $seed = New-ReportSeed -Held @{ u1 = 'SPE_E3', 'VISIOCLIENT'; u2 = 'VISIOCLIENT'; u5 = 'SPE_E3' }
            foreach ($sku in $seed.subscribedSkus) {
                switch ($sku.skuPartNumber) {
                    'SPE_E3' { $sku.prepaidUnits = @{ enabled = 1; warning = 2; suspended = 4; lockedOut = 8 } }
                    'VISIOCLIENT' { $sku.prepaidUnits = @{ enabled = 1 } }
                    'FLOW_FREE' { $sku.prepaidUnits = @{ enabled = 10000 } }
                }
            }
            $null = Connect-TestTenant $seed
            $seats = Get-MgLicenseSummary
            ($seats | Where-Object SkuPartNumber -EQ 'SPE_E3').Free | Should -Be 1 -Because '1 and 2 in grace, less 2'
            ($seats | Where-Object SkuPartNumber -EQ 'VISIOCLIENT').Free | Should -Be -1
            ($seats | Where-Object SkuPartNumber -EQ 'FLOW_FREE').LooksUnlimited | Should -BeTrue
            (Get-MgLicenseFinding -Kind OverAssigned).SkuPartNumber | Should -Be 'VISIOCLIENT'
            Get-MgLicenseFinding -Kind OverAssigned -ExcludeSkuId VISIOCLIENT | Should -BeNullOrEmpty
            (Get-MgLicenseFinding -Kind UnusedSeats).SkuPartNumber | Should -Not -Contain 'FLOW_FREE'
        }
    }
}
