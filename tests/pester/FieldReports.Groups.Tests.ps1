# Public reports on licences that come through groups. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $plan = Get-ReportPlan
    $user = Get-ReportUser

    # The report's tenant, in which work is done when a test says so.
    function Connect-GroupTenant {
        param([hashtable] $Held = @{}, [hashtable] $Enabled = @{}, [hashtable] $Rules, [hashtable] $License = @{}, [hashtable] $Member = @{})
        $seed = New-ReportSeed -Held $Held -Enabled $Enabled
        $seed.settings = @{ clockMode = 'explicit' }
        if ($Rules) { $seed.rules = $Rules }
        foreach ($group in $seed.groups) {
            if ($License[$group.displayName]) { $group.assignedLicenses = @($License[$group.displayName]) }
            if ($Member[$group.displayName]) { $group.members = @($Member[$group.displayName]) }
        }
        $path = Connect-TestTenant -Seed $seed
        $null = Step-MgLocalTenant
        $path
    }

    function Get-GroupId {
        param([string] $Name)
        (Get-MgGroup -Filter "displayName eq '$Name'").Id
    }

    function Add-Member {
        param([string] $Group, [string] $Name)
        New-MgGroupMember -GroupId (Get-GroupId $Group) -DirectoryObjectId (Get-MgUser -UserId $user[$Name]).Id -ErrorAction Stop
    }

    # The assignments of a user, as 'FLOW_FREE g1 Active None', sorted; '-' stands for a direct one.
    function Get-AssignmentState {
        param([string] $Name)
        $groups = @{}
        foreach ($group in Get-MgGroup) { $groups[$group.Id] = $group.DisplayName }
        $products = @{}
        foreach ($part in $sku.Keys) { $products[$sku[$part]] = $part }
        @(foreach ($state in (Get-MgUser -UserId $user[$Name] -Property LicenseAssignmentStates).LicenseAssignmentStates) {
                $from = if ($state.AssignedByGroup) { $groups[$state.AssignedByGroup] } else { '-' }
                '{0} {1} {2} {3}' -f $products[$state.SkuId], $from, $state.State, $state.Error
            }) | Sort-Object
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Licences through groups' {
    Context 'Users of a barred country are licensed with the country of the tenant' -Tag 'Report21' {
        It 'leaves out a member whose country is barred, and judges one without a country by the tenant''s' {
            $null = Connect-GroupTenant -License @{ g1 = @{ skuPartNumber = 'FLOW_FREE' } } -Rules @{ barred = @(@{ plan = $plan.FLOW_P2_VIRAL; locations = @('IR') }) }
            Update-MgUser -UserId $user.u1 -UsageLocation IR
            Add-Member g1 u1
            Add-Member g1 u2
            $null = Step-MgLocalTenant

            Get-AssignmentState u1 | Should -Be 'FLOW_FREE g1 Error ProhibitedInUsageLocationViolation'
            Get-AssignmentState u2 | Should -Be 'FLOW_FREE g1 Active None'
            Get-SeatsUsed FLOW_FREE | Should -Be 1
            (Get-MgUser -UserId $user.u2 -Property UsageLocation).UsageLocation | Should -BeNullOrEmpty
        }
    }

    Context 'There are more members than seats' -Tag 'Report25' {
        It 'licenses as many as there are seats, and flags the group' {
            $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 2 } -License @{ g1 = @{ skuPartNumber = 'FLOW_FREE' } } -Member @{ g1 = $user.u1, $user.u3, $user.u5 }

            $states = 'u1', 'u3', 'u5' | ForEach-Object { Get-AssignmentState $_ }
            @($states -eq 'FLOW_FREE g1 Active None') | Should -HaveCount 2
            @($states -eq 'FLOW_FREE g1 Error CountViolation') | Should -HaveCount 1
            Get-SeatsUsed FLOW_FREE | Should -Be 2
            @(Get-MgGroup -Filter 'hasMembersWithLicenseErrors eq true').DisplayName | Should -Be 'g1'
            @(Get-MgGroupMemberWithLicenseError -GroupId (Get-GroupId g1)) | Should -HaveCount 1
        }
    }

    Context 'One product without seats blocks every product of the group' -Tag 'Report26' {
        It 'records which one is short, and takes no seat of the other' {
            $null = Connect-GroupTenant -Enabled @{ VISIOCLIENT = 0 } -License @{ g1 = @{ skuPartNumber = 'FLOW_FREE' }, @{ skuPartNumber = 'VISIOCLIENT' } }
            Add-Member g1 u1
            $null = Step-MgLocalTenant

            Get-AssignmentState u1 | Should -Be 'FLOW_FREE g1 Error Other', 'VISIOCLIENT g1 Error CountViolation'
            Get-Held $user.u1 | Should -BeNullOrEmpty
            Get-SeatsUsed FLOW_FREE | Should -Be 0
        }
    }

    Context 'A product left the tenant, and the group still has it' -Tag 'Report29' {
        It 'keeps listing it on the group, and lets it be taken off' {
            $null = Connect-GroupTenant -License @{ g1 = @{ skuPartNumber = 'VISIOCLIENT' } } -Member @{ g1 = $user.u1 }
            Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'VISIOCLIENT'; removed = $true }
            $id = Get-GroupId g1
            (Get-MgGroup -GroupId $id -Property AssignedLicenses).AssignedLicenses.SkuId | Should -Be $sku.VISIOCLIENT
            Get-AssignmentState u1 | Should -Be 'VISIOCLIENT g1 Active None'

            $null = Set-MgGroupLicense -GroupId $id -AddLicenses @() -RemoveLicenses @($sku.VISIOCLIENT)
            $null = Step-MgLocalTenant
            (Get-MgGroup -GroupId $id -Property AssignedLicenses).AssignedLicenses | Should -BeNullOrEmpty
            Get-AssignmentState u1 | Should -BeNullOrEmpty
        }
    }

    Context 'An inherited licence cannot be taken from the user' -Tag 'Report52' {
        It 'is refused, alone and together with a direct one, and nothing changes' {
            $null = Connect-GroupTenant -Held @{ u1 = 'FLOW_FREE' } -License @{ g1 = @{ skuPartNumber = 'ENTERPRISEPACK' } } -Member @{ g1 = $user.u1 }
            foreach ($remove in @($sku.ENTERPRISEPACK), @($sku.FLOW_FREE, $sku.ENTERPRISEPACK)) {
                $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @() -RemoveLicenses $remove }
                $outcome.Errors[0].Exception.Message | Should -BeLike '*inherited from a group membership*'
            }
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK FLOW_FREE'
        }
    }

    Context 'Members of some groups cannot be changed through Graph' -Tag 'Report53' {
        It 'refuses to take a member out of <Group>: <Why>' -ForEach @(
            @{ Group = 'gm'; Why = 'it is mail-enabled'; Part = '*mail-enabled*' }
            @{ Group = 'gs'; Why = 'it is synced'; Part = '*on-premises mastered*' }
            @{ Group = 'gd'; Why = 'a rule decides'; Part = '*rule*' }
        ) {
            $null = Connect-GroupTenant -Member @{ $Group = $user.u1 }
            $outcome = Invoke-Recorded { Remove-MgGroupMemberByRef -GroupId (Get-GroupId $Group) -DirectoryObjectId (Get-MgUser -UserId $user.u1).Id }
            $outcome.Errors[0].Exception.Message | Should -BeLike $Part
            @(Get-MgGroupMember -GroupId (Get-GroupId $Group)) | Should -HaveCount 1
        }
    }

    Context 'Several groups together cover the direct licence' -Tag 'Report55' {
        It 'gives what any of them turns on, so that nothing is lost with the direct one' {
            $null = Connect-GroupTenant -Held @{ u1 = 'ENTERPRISEPACK' } -Member @{ g1 = $user.u1; g2 = $user.u1 } -License @{
                g1 = @{ skuPartNumber = 'ENTERPRISEPACK'; disabledPlans = @('SWAY') }
                g2 = @{ skuPartNumber = 'ENTERPRISEPACK'; disabledPlans = @('YAMMER_ENTERPRISE') }
            }
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @() -RemoveLicenses @($sku.ENTERPRISEPACK)
            Get-PlanOff $user.u1 $sku.ENTERPRISEPACK | Should -BeNullOrEmpty

            Remove-MgGroupMemberByRef -GroupId (Get-GroupId g2) -DirectoryObjectId (Get-MgUser -UserId $user.u1).Id
            $null = Step-MgLocalTenant
            Get-PlanOff $user.u1 $sku.ENTERPRISEPACK | Should -Be $plan.SWAY
        }
    }

    Context 'A direct licence on top of an inherited one' -Tag 'Report57' {
        It 'is accepted, turns on one plan more, and takes no seat' {
            $null = Connect-GroupTenant -License @{ g1 = @{ skuPartNumber = 'ENTERPRISEPACK'; disabledPlans = @('SWAY') } } -Member @{ g1 = $user.u1 }
            Get-PlanOff $user.u1 $sku.ENTERPRISEPACK | Should -Be $plan.SWAY
            $others = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ ENTERPRISEPACK).ServicePlans | Where-Object { $_.AppliesTo -eq 'User' -and $_.ServicePlanName -ne 'SWAY' }
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.ENTERPRISEPACK; DisabledPlans = @($others.ServicePlanId) } -RemoveLicenses @()

            Get-AssignmentState u1 | Should -Be 'ENTERPRISEPACK - Active None', 'ENTERPRISEPACK g1 Active None'
            Get-PlanOff $user.u1 $sku.ENTERPRISEPACK | Should -BeNullOrEmpty
            Get-SeatsUsed ENTERPRISEPACK | Should -Be 1
        }
    }

    Context 'The first licence of an empty group' -Tag 'Report59' {
        It 'is accepted, waits its turn, and is processed' {
            $null = Connect-GroupTenant
            $id = Get-GroupId g1
            (Set-MgGroupLicense -GroupId $id -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @()).Id | Should -Be $id
            (Get-MgGroup -GroupId $id -Property LicenseProcessingState).LicenseProcessingState.State | Should -Be 'QueuedForProcessing'
            $null = Step-MgLocalTenant
            (Get-MgGroup -GroupId $id -Property LicenseProcessingState).LicenseProcessingState.State | Should -Be 'ProcessingComplete'
        }
    }

    Context 'A group with licences is deleted' -Tag 'Report61' {
        It 'is refused until they are gone; the members lose them with the tick, not with the group' {
            $null = Connect-GroupTenant -License @{ g1 = @{ skuPartNumber = 'ENTERPRISEPACK' } } -Member @{ g1 = $user.u1 }
            $id = Get-GroupId g1
            $outcome = Invoke-Recorded { Remove-MgGroup -GroupId $id }
            $outcome.Errors | Should -HaveCount 1
            (Get-MgGroup -GroupId $id).DisplayName | Should -Be 'g1'

            $null = Set-MgGroupLicense -GroupId $id -AddLicenses @() -RemoveLicenses @($sku.ENTERPRISEPACK)
            Remove-MgGroup -GroupId $id
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK'
            $null = Step-MgLocalTenant
            Get-Held $user.u1 | Should -BeNullOrEmpty
        }
    }

    Context 'Is Entra ID P1 needed?' -Tag 'Report63' {
        It 'is not asked for, unless a setting says so' {
            $seed = New-ReportSeed
            $seed.subscribedSkus = @(@{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 5 } })
            $null = Connect-TestTenant -Seed $seed
            $id = Get-GroupId g1
            $license = { Set-MgGroupLicense -GroupId $id -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @() }
            (& $license).Id | Should -Be $id
            Set-MgLocalTenant -Setting @{ groups = @{ requireP1 = $true } }
            (Invoke-Recorded $license).Errors[0].Exception.Message | Should -BeLike '*Entra ID P1*'
        }
    }

    Context 'Users in error are processed again' -Tag 'Report65' {
        It 'says what still stands in the way, and serves who can be served' {
            $null = Connect-GroupTenant -Enabled @{ FLOW_FREE = 1 } -License @{ g1 = @{ skuPartNumber = 'FLOW_FREE' } }
            Add-Member g1 u1
            $null = Step-MgLocalTenant
            Add-Member g1 u5
            $null = Step-MgLocalTenant
            Get-AssignmentState u5 | Should -Be 'FLOW_FREE g1 Error CountViolation'

            $outcome = Invoke-Recorded { Invoke-MgLicenseUser -UserId $user.u5 }
            $outcome.Errors[0].Exception.Message | Should -BeLike '*does not have any available licenses*'
            Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 2 } }
            (Invoke-MgLicenseUser -UserId $user.u5).UserPrincipalName | Should -Be $user.u5
            Get-AssignmentState u5 | Should -Be 'FLOW_FREE g1 Active None'
        }
    }

    Context 'The product of a group is swapped' -Tag 'Report67' {
        It 'leaves no error in one call, and collides in two until the old one is gone' {
            $null = Connect-GroupTenant -License @{ g1 = @{ skuPartNumber = 'STANDARDPACK' } } -Member @{ g1 = $user.u1 }
            $id = Get-GroupId g1
            $null = Set-MgGroupLicense -GroupId $id -AddLicenses @{ SkuId = $sku.ENTERPRISEPACK } -RemoveLicenses @($sku.STANDARDPACK)
            $null = Step-MgLocalTenant
            Get-AssignmentState u1 | Should -Be 'ENTERPRISEPACK g1 Active None'

            $null = Set-MgGroupLicense -GroupId $id -AddLicenses @{ SkuId = $sku.STANDARDPACK } -RemoveLicenses @()
            $null = Step-MgLocalTenant
            @(Get-AssignmentState u1)[1] | Should -Be 'STANDARDPACK g1 Error MutuallyExclusiveViolation'
            $null = Set-MgGroupLicense -GroupId $id -AddLicenses @() -RemoveLicenses @($sku.ENTERPRISEPACK)
            $null = Step-MgLocalTenant
            Get-AssignmentState u1 | Should -Be 'STANDARDPACK g1 Active None'
        }
    }

    Context 'What a user has through groups is shown incompletely' -Tag 'Report69' {
        It 'is whole in the details, and an error is on the user' {
            $null = Connect-GroupTenant -Enabled @{ VISIOCLIENT = 0 } -Member @{ g1 = $user.u1; g2 = $user.u1 } -License @{
                g1 = @{ skuPartNumber = 'FLOW_FREE' }
                g2 = @{ skuPartNumber = 'VISIOCLIENT' }
            }
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
            Get-AssignmentState u1 | Should -Be 'FLOW_FREE g1 Active None', 'VISIOCLIENT g2 Error CountViolation'
        }
    }
}
